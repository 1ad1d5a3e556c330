import { iso } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { foreignCursor } from '../shared/pages.ts';
import { changesToJson } from './accounts.ts';
import { expiriesUntil } from './expiry.ts';
import type { Period } from './period.ts';
import { openScope, type Scope } from './read-statement.ts';
import { listMovements, type MovementPlace, type MovementRow, readStand } from './statements.repository.ts';

const CURSOR = /^(\d{1,12})\.(\d{1,18})\.(-?\d{1,9})$/;

/** Where a page ended, fit for a query. */
const formatCursor = ({ timestamp, block, logIndex }: MovementPlace): string =>
  Buffer.from(`${timestamp}.${block}.${logIndex}`).toString('base64url');

function parseCursor(text: string): MovementPlace {
  const [, timestamp, block, logIndex] = CURSOR.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (timestamp === undefined || block === undefined || logIndex === undefined) throw foreignCursor();
  return { timestamp: Number(timestamp), block: BigInt(block), logIndex: Number(logIndex) };
}

/**
 * The events of the chain that a statement's lines come from, a page at a time by their time; the changes of all pages add up to the lines.
 * @throws DomainError REQUEST_INVALID, NOT_READY, STATEMENT_UNAVAILABLE
 */
export async function readMovements(
  deps: Pick<Deps, 'pool'>,
  { partner, period }: { partner: number; period: Period },
  { cursor, limit }: { cursor?: string | undefined; limit: number },
) {
  const after = cursor === undefined ? null : parseCursor(cursor);
  const scope = await openScope(deps, partner, period);
  const rows = await readRows(deps, scope, { after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { movements: page.map(present), next: rows.length > limit && last ? formatCursor(last) : null };
}

/** All of them, in pages, for a file. */
export async function* eachMovements(
  deps: Pick<Deps, 'pool'>,
  scope: Scope,
  limit: number,
): AsyncGenerator<MovementRow[]> {
  for (let after: MovementPlace | null = null; ; ) {
    const rows: MovementRow[] = await readRows(deps, scope, { after, limit });
    yield rows;
    const last = rows.at(-1);
    if (rows.length < limit || !last) return;
    after = last;
  }
}

/** What the hub has told of, and behind it what has expired without anybody asking the hub since. */
async function readRows(
  { pool }: Pick<Deps, 'pool'>,
  scope: Scope,
  { after, limit }: { after: MovementPlace | null; limit: number },
): Promise<MovementRow[]> {
  const { partner, from, to, final, terms } = scope;
  const rows = await listMovements(pool, { partner, from, to, final: final.block, after, limit });
  if (rows.length === limit) return rows;
  const stand = await readStand(pool, { partner, before: to, final: final.block });
  if (!stand) return rows;
  const silent = expiriesUntil(stand, terms, to - 1).map(({ at, points, value }, index) => ({
    timestamp: at,
    block: stand.block,
    logIndex: -1 - index,
    name: 'PointsExpired',
    transaction: null,
    changes: changesToJson({ 'points.expired': -points, 'liability.expired': -value }),
  }));
  const isNext = ({ timestamp }: MovementRow) =>
    timestamp >= from && (after === null || timestamp > after.timestamp);
  return [...rows, ...silent.filter(isNext)].slice(0, limit);
}

const present = ({ timestamp, block, logIndex, name, transaction, changes }: MovementRow) => ({
  at: iso(timestamp),
  block,
  logIndex: logIndex < 0 ? null : logIndex,
  event: name,
  transaction,
  changes,
});
