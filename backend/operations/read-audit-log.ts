/** What a brand sees of its audit log: every entry with its link, so that whoever keeps a copy can tell a change. */
import { toHex } from '../shared/bytes.ts';
import type { Cell, CsvTable } from '../shared/csv.ts';
import type { Deps } from '../shared/deps.ts';
import { foreignCursor } from '../shared/pages.ts';
import { type AuditFilter, type AuditRow, listAuditRows } from './audit-log.repository.ts';

const NEWEST = 2n ** 63n - 1n;
const FILE_PAGE = 2_000;

/** A page of entries, the newest first. @throws DomainError REQUEST_INVALID for a foreign cursor */
export async function readAuditLog(
  { pool }: Pick<Deps, 'pool'>,
  partner: number,
  { cursor, limit, ...filter }: AuditFilter & { cursor?: string | undefined; limit: number },
) {
  if (cursor !== undefined && !/^[1-9]\d{0,17}$/.test(cursor)) throw foreignCursor();
  const before = cursor === undefined ? NEWEST : BigInt(cursor);
  const rows = await listAuditRows(pool, { partner, filter, before, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { entries: page.map(present), next: rows.length > limit && last ? String(last.seq) : null };
}

const present = ({ seq, actor, action, subject, before, after, created_at, prev_hash, hash }: AuditRow) => ({
  seq,
  at: created_at.toISOString(),
  actor,
  action,
  subject,
  before: before === null ? null : JSON.stringify(before),
  after: after === null ? null : JSON.stringify(after),
  previousHash: toHex(prev_hash),
  hash: toHex(hash),
});

/** The log as a file. */
export function exportAuditLog({ pool }: Pick<Deps, 'pool'>, partner: number, filter: AuditFilter): CsvTable {
  async function* pages() {
    for (let before = NEWEST; ; ) {
      const rows: AuditRow[] = await listAuditRows(pool, { partner, filter, before, limit: FILE_PAGE });
      yield rows.map((row): Cell[] => Object.values(present(row)));
      const last = rows.at(-1);
      if (rows.length < FILE_PAGE || !last) return;
      before = last.seq;
    }
  }
  return {
    name: 'audit',
    columns: ['seq', 'at', 'actor', 'action', 'subject', 'before', 'after', 'previousHash', 'hash'],
    pages: pages(),
  };
}
