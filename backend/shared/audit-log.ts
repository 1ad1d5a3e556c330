import type { Queryable } from '../database/transact.ts';

/** One entry of a partner's audit chain; the trigger links it. The partner's head is locked until the transaction ends, so write it last. */
export const appendAudit = (
  tx: Queryable,
  entry: { partner: number; actor: string; action: string; subject: string; after: object },
) =>
  tx.query(
    'INSERT INTO audit_log (partner_id, actor, action, subject, after) VALUES ($1, $2, $3, $4, $5::jsonb)',
    [entry.partner, entry.actor, entry.action, entry.subject, JSON.stringify(entry.after)],
  );
