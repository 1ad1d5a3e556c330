import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuditProgress, AuditResult } from '../../backend/audit/audit-coalition.ts';
import type { ChainClient } from '../shared/chain/client.ts';
import { formatWhole } from '../shared/ui/format.ts';
import { Notice } from '../shared/ui/notice.tsx';
import type { Source } from './source.ts';

/** The whole audit in this browser: every event since the beginning, every balance, every law; the same code as `npm run audit`. */
export function Recompute({ source, client }: { source: Source; client: ChainClient }) {
  const [progress, setProgress] = useState<AuditProgress>();
  const audit = useMutation({
    mutationFn: async () => {
      const { auditCoalition } = await import('../../backend/audit/audit-coalition.ts');
      return (await auditCoalition({ client, coalition: source.coalition, onProgress: setProgress })).result;
    },
    onSettled: () => setProgress(undefined),
  });
  return (
    <section className="panel p-5" aria-labelledby="recompute">
      <h2 id="recompute" className="text-xl font-bold tracking-tight">
        Recompute everything from events
      </h2>
      <p className="mt-1 text-muted">
        Your browser replays every event since the first, rebuilds each balance, reserve and liability, and
        compares them with the contracts. It may take a while.
      </p>
      <div className="mt-4 space-y-4">
        {audit.isPending ? <Working progress={progress} /> : null}
        {audit.data ? <Result result={audit.data} /> : null}
        {audit.error ? (
          <Notice tone="bad">Not recomputed. {audit.error.message.split('\n')[0]}</Notice>
        ) : null}
        <button
          type="button"
          className="button button-primary"
          aria-disabled={audit.isPending}
          onClick={() => !audit.isPending && audit.mutate()}
        >
          {audit.isPending ? 'Recomputing…' : audit.data ? 'Once more' : 'Recompute'}
        </button>
      </div>
      <p className="mt-5 text-sm text-muted">The same on your own machine:</p>
      <code className="mt-1 block rounded-xl bg-raised px-4 py-3 text-xs break-all">
        npm run audit -- --rpc {source.rpcUrl} --coalition {source.coalition}
      </code>
    </section>
  );
}

function Working({ progress }: { progress: AuditProgress | undefined }) {
  const words = progress
    ? `${formatWhole(progress.done)} of ${formatWhole(progress.total)} ${progress.phase}`
    : 'Starting';
  return (
    <div>
      <progress
        className="h-2 w-full accent-action"
        aria-label="Progress"
        value={progress?.done}
        max={progress?.total}
      />
      <p className="text-sm text-muted tabular-nums">{words}</p>
    </div>
  );
}

function Result({ result: { agrees, block, disagreements } }: { result: AuditResult }) {
  if (agrees)
    return (
      <Notice tone="good">
        Everything agrees at block {formatWhole(block)}: what the events add up to is what the contracts say.
      </Notice>
    );
  return (
    <Notice tone="bad">
      At block {formatWhole(block)}{' '}
      {disagreements.length === 1 ? 'one thing does' : `${disagreements.length} things do`} not agree. The
      first: {JSON.stringify(disagreements[0])}
    </Notice>
  );
}
