import { useState } from 'react';
import { chooseSource, type Source, sourceProblem } from './source.ts';

/** Where to read from. Anybody may put their own node here; the link then carries it. */
export function SourceForm({ source }: { source: Source | undefined }) {
  const [rpcUrl, setRpcUrl] = useState(source?.rpcUrl ?? '');
  const [coalition, setCoalition] = useState<string>(source?.coalition ?? '');
  const [problem, setProblem] = useState<string>();
  return (
    <form
      className="panel p-5"
      onSubmit={(event) => {
        event.preventDefault();
        const found = sourceProblem(rpcUrl.trim(), coalition.trim());
        setProblem(found);
        if (!found) chooseSource({ rpcUrl: rpcUrl.trim(), coalition: coalition.trim() as `0x${string}` });
      }}
    >
      <h2 className="text-xl font-bold tracking-tight">Don’t take our node’s word</h2>
      <p className="mt-1 text-muted">
        All figures come from one node of the chain, and none from our servers. Name any other node, yours for
        example.
      </p>
      <div className="mt-4 grid gap-4 md:grid-cols-2">
        <label>
          <span className="label">Node (RPC address)</span>
          <input
            className="field"
            type="url"
            inputMode="url"
            spellCheck={false}
            value={rpcUrl}
            onChange={(event) => setRpcUrl(event.target.value)}
          />
        </label>
        <label>
          <span className="label">Coalition’s address</span>
          <input
            className="field"
            spellCheck={false}
            autoComplete="off"
            value={coalition}
            onChange={(event) => setCoalition(event.target.value)}
          />
        </label>
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-4">
        <button type="submit" className="button button-quiet">
          Read from there
        </button>
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      </div>
    </form>
  );
}
