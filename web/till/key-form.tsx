import { useState } from 'react';
import { Wordmark } from '../shared/ui/logo.tsx';

const KEY_SHAPE = /^tsk_[A-Za-z0-9]+_[A-Za-z0-9_-]+$/;

/** Opens the till: the key is typed once and kept for this tab. */
export function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center px-6">
      <Wordmark />
      <h1 className="mt-8 text-3xl font-bold tracking-tight">Open the till</h1>
      <p className="mt-2 text-muted">
        Type the key that your shop was given, or scan the link that contains it.
      </p>
      <form
        className="mt-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (KEY_SHAPE.test(typed.trim())) onKey(typed.trim());
          else setRefused(true);
        }}
      >
        <label className="label" htmlFor="till-key">
          Till key
        </label>
        <input
          id="till-key"
          className="field"
          type="password"
          autoComplete="off"
          value={typed}
          placeholder="tsk_…"
          aria-describedby="key-problem"
          aria-invalid={refused}
          onChange={(event) => {
            setTyped(event.target.value);
            setRefused(false);
          }}
        />
        <p id="key-problem" className="mt-2 min-h-5 text-sm text-bad" role="alert">
          {refused ? 'A till key begins with tsk_ and has three parts.' : ''}
        </p>
        <button type="submit" className="button button-primary mt-2 w-full">
          Open
        </button>
      </form>
    </main>
  );
}
