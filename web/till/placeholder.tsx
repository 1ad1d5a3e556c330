import { Logo } from '../shared/ui/logo.tsx';

/** What stands beside a form until there is an answer. */
export function Placeholder({ children }: { children: string }) {
  return (
    <div className="grid min-h-64 place-items-center rounded-3xl border border-dashed border-line p-8 text-center text-muted">
      <p>
        <Logo className="mx-auto mb-4 size-12 opacity-40 grayscale" />
        {children}
      </p>
    </div>
  );
}
