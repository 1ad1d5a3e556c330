/** What a replay found, for people and for scripts. */
import { formatInteger } from '../../backend/protocol/sentence.ts';
import type { Reconciliation } from './reconcile.ts';

/** One replay: counts, and how fast it went. `perS` is purchases a second, from the first one sent to the last one final. */
export interface ReplayRun {
  readonly purchases: number;
  readonly points: bigint;
  readonly acceptedPerS: number;
  readonly perS: number;
  readonly retries: number;
  readonly actsPlanned: number;
  readonly actsSubmitted: number;
  readonly reconciliation: Reconciliation;
}

/** Whether all is as it must be: everything issued once, every act done once, the audit content. */
export const isSound = ({ purchases, reconciliation }: ReplayRun): boolean => {
  const { issued, doubled, lost, actsDoubled, actsLost, audit } = reconciliation;
  return (
    issued === purchases &&
    doubled === 0n &&
    lost === 0n &&
    actsDoubled === 0 &&
    actsLost === 0 &&
    audit.result.agrees
  );
};

/** The one object for scripts. */
export const summaryJson = ({ purchases, points, perS, reconciliation }: ReplayRun) => ({
  purchases,
  issued: reconciliation.issued,
  points: Number(points),
  batches: reconciliation.batches,
  gasPerPurchase: reconciliation.gasPerPurchase,
  perS,
  doubled: Number(reconciliation.doubled),
  lost: Number(reconciliation.lost),
  auditAgrees: reconciliation.audit.result.agrees,
});

const line = (label: string, value: string) => `  ${label.padEnd(22)} ${value}`;
const count = (value: number | bigint) => formatInteger(BigInt(value));

/** The lines for people. */
export function describeRun(run: ReplayRun): string[] {
  const { batches, gasPerPurchase, doubled, lost, actsDone, actsDoubled, actsLost, audit } =
    run.reconciliation;
  const [first] = audit.result.disagreements;
  const refusals = [...run.reconciliation.refusals].map(([code, times]) => `${times} × ${code}`).join(', ');
  return [
    line('purchases', `${count(run.purchases)}, ${count(run.reconciliation.issued)} issued`),
    line('points', count(run.points)),
    line('batches', count(batches)),
    line('gas per purchase', count(gasPerPurchase)),
    line(
      'purchases per second',
      `${run.perS} to final (${run.acceptedPerS} accepted), ${count(run.retries)} requests sent again`,
    ),
    line(
      'acts',
      `${count(actsDone)} done of ${count(run.actsPlanned)}, ${count(run.actsSubmitted)} of them now`,
    ),
    ...(refusals ? [line('acts refused', refusals)] : []),
    line('doubled', `${count(doubled)} points, ${count(actsDoubled)} acts`),
    line('lost', `${count(lost)} points, ${count(actsLost)} acts`),
    line(
      'audit',
      first
        ? `DISAGREES: ${first.what}: ${first.subject}: expected ${first.expected}, found ${first.found}`
        : `agrees at block ${audit.result.block}`,
    ),
  ];
}
