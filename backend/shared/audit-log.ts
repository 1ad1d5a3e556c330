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

/** What an entry of the audit log says. */
type AuditEntry = Parameters<typeof appendAudit>[1];

/** Many entries by one statement, in their order for each partner; partners' heads are always locked in one order. Write them last. */
export async function appendAudits(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query({
    name: 'append-audits',
    text: `INSERT INTO audit_log (partner_id, actor, action, subject, before, after)
           SELECT partner_id, actor, action, subject, before, after
           FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[]) WITH ORDINALITY
             t (partner_id, actor, action, subject, before, after, place) ORDER BY partner_id, place`,
    values: [
      entries.map(({ partner }) => partner),
      entries.map(({ actor }) => actor),
      entries.map(({ action }) => action),
      entries.map(({ subject }) => subject),
      entries.map(({ before }) => jsonOf(before)),
      entries.map(({ after }) => jsonOf(after)),
    ],
  });
}

const jsonOf = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
