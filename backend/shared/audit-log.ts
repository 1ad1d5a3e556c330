import type { Queryable } from '../database/transact.ts';

/** Where an entry stands in its chain, and the hash that everything after it builds on. */
export interface AuditLink {
  readonly seq: bigint;
  readonly hash: Buffer;
}

/** One entry of a partner's audit chain; the trigger links it. The partner's head is locked until the transaction ends, so write it last. */
export async function appendAudit(
  tx: Queryable,
  entry: { partner: number; actor: string; action: string; subject: string; before?: object; after?: object },
): Promise<AuditLink> {
  const { rows } = await tx.query<AuditLink>(
    'INSERT INTO audit_log (partner_id, actor, action, subject, before, after) VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb) RETURNING seq, hash',
    [entry.partner, entry.actor, entry.action, entry.subject, jsonOf(entry.before), jsonOf(entry.after)],
  );
  const [link] = rows;
  if (!link) throw new RangeError('INSERT … RETURNING returned nothing');
  return link;
}

const jsonOf = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
