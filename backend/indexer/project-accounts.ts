/** Keeps a brand's accounts beside the rows: what each event moved, and where the brand stood after each block that concerned it. */
import type { Hex } from 'viem';
import { addChanges, type Changes } from '../statements/accounts.ts';
import { expiriesUntil, type Terms, type Words } from '../statements/expiry.ts';
import type { BlockEvent, IndexedBlock } from './chain-block.ts';
import { movementsOf, partnersOf } from './movements.ts';
import { clockOf, partnerRow } from './projected-rows.ts';
import type { PartnerRow, Projection } from './projection.ts';

/** Where a brand stands. `totals` are sums since it joined. */
export interface Position {
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly totals: Changes;
}

/** What an event changed; `logIndex` is below 0 for what happened by time alone. */
export interface Movement {
  readonly partner: number;
  readonly number: bigint;
  readonly logIndex: number;
  readonly timestamp: bigint;
  readonly name: string;
  readonly transaction: Hex | null;
  readonly changes: Changes;
}

/** Asked before an event is applied. A brand whose beginning this database has not seen has no accounts until a rebuild. */
export function moveAccounts(projection: Projection, event: BlockEvent, block: IndexedBlock): void {
  for (const partner of partnersOf(projection, event)) expireAccounts(projection, partner, block);
  for (const [partner, changes] of movementsOf(projection, event, block.timestamp))
    note(projection, {
      partner,
      number: block.number,
      logIndex: event.logIndex,
      timestamp: block.timestamp,
      name: event.eventName,
      transaction: event.transactionHash,
      changes,
    });
}

/** Asked after an event was applied: opens the accounts of a brand that joined. */
export function openAccounts(projection: Projection, event: BlockEvent, block: IndexedBlock): void {
  if (event.eventName !== 'PartnerAdded') return;
  const { number, timestamp } = block;
  projection.positions.set(event.args.partner, { number, timestamp, totals: {} });
  projection.moved.add(event.args.partner);
}

/** Asked at the end of a block: keeps where each brand stands that it concerned. */
export function closeAccounts(projection: Projection, block: IndexedBlock): void {
  for (const partner of projection.moved) {
    const position = projection.positions.get(partner);
    if (!position) continue;
    const row = partnerRow(projection, partner);
    const stand = { ...position, number: block.number, timestamp: block.timestamp };
    projection.positions.set(partner, stand);
    projection.stands.push({
      ...wordsOf(projection, row, block.timestamp),
      ...stand,
      partner,
      reserve: row.reserve,
      matchBudget: row.match_budget,
    });
  }
  projection.moved.clear();
}

/** Points that died since the brand's last event, before anything rolls them away. */
function expireAccounts(projection: Projection, partner: number, block: IndexedBlock): void {
  const position = projection.positions.get(partner);
  if (!position) return;
  projection.moved.add(partner);
  const row = partnerRow(projection, partner);
  const words = wordsOf(projection, row, position.timestamp);
  for (const [index, { at, points, value }] of expiriesUntil(
    words,
    termsOf(row),
    Number(block.timestamp),
  ).entries())
    note(projection, {
      partner,
      number: block.number,
      logIndex: -1 - index,
      timestamp: BigInt(at),
      name: 'PointsExpired',
      transaction: null,
      changes: { 'points.expired': -points, 'liability.expired': -value },
    });
  const now = projection.positions.get(partner);
  if (now) projection.positions.set(partner, { ...now, timestamp: block.timestamp });
}

function note(projection: Projection, movement: Movement): void {
  const position = projection.positions.get(movement.partner);
  const changes = addChanges({}, movement.changes);
  if (!position || Object.keys(changes).length === 0) return;
  projection.movements.push({ ...movement, changes });
  projection.positions.set(movement.partner, { ...position, totals: addChanges(position.totals, changes) });
}

function wordsOf(projection: Projection, row: PartnerRow, timestamp: bigint): Words {
  return {
    supplyWord: projection.rows.token_supplies.get(String(row.id))?.word ?? 0n,
    valuesWord: row.values_word,
    timestamp: Number(timestamp),
  };
}

function termsOf(row: PartnerRow): Terms {
  const { validity } = clockOf(row, 0n);
  return { quartersPerEpoch: row.quarters_per_epoch as Terms['quartersPerEpoch'], validity };
}
