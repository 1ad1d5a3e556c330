import type { ReactNode } from 'react';
import { useUiWords } from './words.ts';

const tones = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  plain: 'bg-raised text-muted',
} as const;

/** A sentence that stands out. Bad news is announced at once, the rest politely. */
export function Notice({
  tone,
  icon,
  children,
}: {
  tone: keyof typeof tones;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={`arrive flex items-start gap-3 rounded-2xl px-4 py-3 text-sm font-medium ${tones[tone]}`}
    >
      {icon ? <span className="mt-0.5 shrink-0">{icon}</span> : null}
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** What stands in a list's place while it is empty: what will be here, and at most one thing to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="panel border-dashed px-6 py-10 text-center">
      <p className="font-semibold">{title}</p>
      {children ? <div className="mx-auto mt-1 max-w-sm text-sm text-muted">{children}</div> : null}
    </div>
  );
}

/** Grey rows of the final size while a list loads for the first time. */
export function Skeletons({ rows, className = 'h-19' }: { rows: number; className?: string }) {
  const { loading } = useUiWords();
  return (
    <div className="space-y-3" role="status" aria-label={loading}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`skeleton rounded-3xl ${className}`} />
      ))}
    </div>
  );
}
