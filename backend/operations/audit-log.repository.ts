/** The audit log as its readers see it. */
import type { Queryable } from '../database/transact.ts';

export interface AuditRow {
  readonly seq: bigint;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly created_at: Date;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

/** What is asked for; what is left out is not. */
export interface AuditFilter {
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Entries of a partner's chain before one, the newest first. */
export async function listAuditRows(
  tx: Queryable,
  { partner, filter, before, limit }: { partner: number; filter: AuditFilter; before: bigint; limit: number },
): Promise<AuditRow[]> {
  const { action, actor, subject, from, to } = filter;
  const { rows } = await tx.query<AuditRow>(
    `SELECT seq, actor, action, subject, before, after, created_at, prev_hash, hash FROM audit_log
     WHERE partner_id = $1 AND seq < $2 AND ($3::text IS NULL OR action = $3) AND ($4::text IS NULL OR actor = $4)
       AND ($5::text IS NULL OR subject = $5) AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
     ORDER BY seq DESC LIMIT $8`,
    [
      partner,
      before.toString(),
      action ?? null,
      actor ?? null,
      subject ?? null,
      from ?? null,
      to ?? null,
      limit,
    ],
  );
  return rows;
}
