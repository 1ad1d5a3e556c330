import { formatEther } from 'viem';
import type { LaneStatus, Status } from '../../backend/operations/read-status.ts';

/** A status as lines for a person, alarms last, where the eye ends. */
export function describeStatus(status: Status): string[] {
  const { lanes, queue, batches, waiting, waitingRefunds, indexer, alarms } = status;
  const kinds = Object.entries(batches).map(([status, count]) => `${count} ${status}`);
  return [
    ...lanes.map(describeLane),
    `Queue: ${queue.accruals} accruals open, ${queue.transactions} transactions and ${queue.acts} acts queued`,
    `Batches on their way: ${kinds.join(', ') || 'none'}`,
    ...waiting.map(
      ({ partner, number, points, reason }) =>
        `  batch ${number} of partner ${partner} (${points} points) waits: ${reason.code}: ${reason.message}`,
    ),
    ...waitingRefunds.map(
      ({ partner, id, points, reason }) =>
        `  refund ${id} of partner ${partner} (${points} points) waits: ${reason.code}: ${reason.message}`,
    ),
    `Indexer: block ${indexer.block ?? 'none'}, final ${indexer.final ?? 'none'}, ${indexer.lag ?? 'unknown'} behind`,
    ...(alarms.length === 0 ? ['No alarms.'] : alarms.map((alarm) => `ALARM ${alarm}`)),
  ];
}

function describeLane({ id, signer, nextNonce, reserved, sent, held, frozen, gasWei }: LaneStatus): string {
  const state = frozen !== null ? 'frozen' : held ? 'held' : 'free';
  const gas = gasWei === null ? 'unknown' : formatEther(gasWei);
  return `Lane ${id}: ${signer}, ${state}, next nonce ${nextNonce}, ${sent} sent, ${reserved} reserved, ${gas} for gas`;
}
