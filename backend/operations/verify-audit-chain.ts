import { createHash } from 'node:crypto';
import { toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';

/** Entries that are read at once. */
const PAGE = 5_000;

/** One partner's audit chain (0 is the coalition's own); `broken` names the first entry that does not hold, and why. */
export interface AuditChain {
  readonly partner: number;
  readonly entries: bigint;
  /** The newest link; whoever keeps it elsewhere can tell later that nothing before it was replaced. */
  readonly head: string;
  readonly broken: { readonly seq: bigint; readonly why: string } | null;
}

interface EntryRow {
  readonly seq: bigint;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
  /** What the hash is over, after the previous one: jsonb's canonical text. */
  readonly content: string;
}

const START = Buffer.alloc(32);

/**
 * Recomputes every partner's audit chain: numbers without a gap, each link over the one before and its entry's content, the last one equal to
 * the head. The hashes are computed here, not by the database's own function, which whoever changed rows could have changed too.
 */
export async function verifyAuditChains({ pool }: Pick<Deps, 'pool'>): Promise<AuditChain[]> {
  const { rows } = await pool.query<{ partner: number; seq: bigint | null; hash: Buffer | null }>(
    `SELECT partner, h.seq, h.hash FROM (SELECT partner_id AS partner FROM audit_heads UNION SELECT partner_id FROM audit_log) p
     LEFT JOIN audit_heads h ON h.partner_id = partner ORDER BY partner`,
  );
  const chains: AuditChain[] = [];
  for (const { partner, seq, hash } of rows)
    chains.push(await verifyChain(pool, { partner, head: { seq: seq ?? 0n, hash: hash ?? START } }));
  return chains;
}

/** One partner's chain, as above. */
export async function verifyAuditChain({ pool }: Pick<Deps, 'pool'>, partner: number): Promise<AuditChain> {
  const { rows } = await pool.query<{ seq: bigint; hash: Buffer }>(
    'SELECT seq, hash FROM audit_heads WHERE partner_id = $1',
    [partner],
  );
  return verifyChain(pool, { partner, head: rows[0] ?? { seq: 0n, hash: START } });
}

async function verifyChain(
  pool: Deps['pool'],
  { partner, head }: { partner: number; head: { seq: bigint; hash: Buffer } },
): Promise<AuditChain> {
  let last: Pick<EntryRow, 'seq' | 'hash'> = { seq: 0n, hash: START };
  const result = (broken: AuditChain['broken']): AuditChain => ({
    partner,
    entries: last.seq,
    head: toHex(last.hash),
    broken,
  });
  // What is appended meanwhile is left for the next time: the head was read first.
  for (;;) {
    const page = await readEntries(pool, { partner, after: last.seq, upTo: head.seq });
    for (const row of page) {
      const why = whyBroken(row, last);
      if (why) return result({ seq: row.seq, why });
      last = row;
    }
    if (page.length < PAGE) break;
  }
  if (last.seq !== head.seq) return result({ seq: last.seq + 1n, why: `the head is at ${head.seq}` });
  return result(last.hash.equals(head.hash) ? null : { seq: last.seq, why: 'the head has another hash' });
}

function whyBroken(row: EntryRow, last: { seq: bigint; hash: Buffer }): string | null {
  if (row.seq !== last.seq + 1n) return `the entry after ${last.seq} is missing`;
  if (!row.prev_hash.equals(last.hash)) return 'it does not follow the entry before';
  const hash = createHash('sha256').update(last.hash).update(row.content).digest();
  return hash.equals(row.hash) ? null : 'its content is not what was hashed';
}

async function readEntries(
  pool: Deps['pool'],
  { partner, after, upTo }: { partner: number; after: bigint; upTo: bigint },
): Promise<EntryRow[]> {
  const { rows } = await pool.query<EntryRow>(
    `SELECT seq, prev_hash, hash, jsonb_build_array(seq, actor, action, subject, before, after,
       (extract(epoch FROM created_at) * 1000000)::bigint)::text AS content
     FROM audit_log WHERE partner_id = $1 AND seq > $2 AND seq <= greatest($3::bigint, $2::bigint) ORDER BY seq LIMIT $4`,
    [partner, after.toString(), upTo.toString(), PAGE],
  );
  return rows;
}
