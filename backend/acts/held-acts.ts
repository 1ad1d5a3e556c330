/** Acts that are held for a till: signed, and not to be sent before it says so. */
import type { Queryable } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import type { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';

/** Held → queued, and its member is told. False when it is held no more. */
export async function sendHeldAct(tx: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE acts SET status = 'queued', updated_at = now() WHERE id = $1 AND status = 'held'`,
    [id],
  );
  if (rowCount !== 1) return false;
  await tellOfActs(tx, [id]);
  return true;
}

/** Held → failed, and its member is told why. Returns those that were held. */
export async function dropHeldActs(
  tx: Queryable,
  ids: readonly string[],
  why: DomainError,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE acts SET status = 'failed', reason = $2::jsonb, updated_at = now()
     WHERE id IN (SELECT id FROM acts WHERE id = ANY($1::uuid[]) AND status = 'held' ORDER BY id FOR UPDATE) RETURNING id`,
    [ids, JSON.stringify(toReason(why))],
  );
  const dropped = rows.map(({ id }) => id);
  await tellOfActs(tx, dropped);
  return dropped;
}
