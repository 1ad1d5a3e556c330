import type { Queryable } from '../database/transact.ts';

/** Where an entry stands in its chain, and the hash that everything after it builds on. */
export interface AuditLink {
  readonly seq: bigint;
  readonly hash: Buffer;
}

/** One entry of a partner's audit chain; the trigger links it. The partner's head is locked until the transaction ends, so write it last. */
export async function appendAudit(
  tx: Queryable,
  entry: { partner: number; actor: string; action: string; subject: string; after: object },
): Promise<AuditLink> {
  const { rows } = await tx.query<AuditLink>(
    'INSERT INTO audit_log (partner_id, actor, action, subject, after) VALUES ($1, $2, $3, $4, $5::jsonb) RETURNING seq, hash',
    [entry.partner, entry.actor, entry.action, entry.subject, JSON.stringify(entry.after)],
  );
  const [link] = rows;
  if (!link) throw new RangeError('INSERT … RETURNING returned nothing');
  return link;
}
