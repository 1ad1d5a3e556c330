import type { Queryable } from '../database/transact.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';

/** What the chain says of a redemption; `value` is µUSD. */
export interface Redeemed {
  readonly ref: Buffer;
  readonly issuer: number;
  readonly acceptor: number;
  readonly amount: bigint;
  readonly value: bigint;
}

/** A payment is paid by the right acceptor, reference and at least the least that will do, whoever paid it and whenever. */
export async function settlePayments(tx: Queryable, redeemed: readonly Redeemed[]): Promise<void> {
  if (redeemed.length === 0) return;
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE payments p SET status = 'paid', paid = e.value, act_id = coalesce(
       (SELECT id FROM acts WHERE ref = p.ref AND status = 'mined' AND counterparty = p.partner_id LIMIT 1), p.act_id)
     FROM unnest($1::bytea[], $2::int[], $3::int[], $4::numeric[], $5::numeric[]) e (ref, issuer, acceptor, amount, value)
     WHERE p.ref = e.ref AND p.partner_id = e.acceptor AND p.status <> 'paid'
       AND CASE WHEN p.points IS NULL THEN coalesce(p.minimum, p.value) <= e.value
           ELSE e.issuer = p.partner_id AND coalesce(p.minimum, p.points) <= e.amount END RETURNING p.id`,
    [
      redeemed.map(({ ref }) => ref),
      redeemed.map(({ issuer }) => issuer),
      redeemed.map(({ acceptor }) => acceptor),
      redeemed.map(({ amount }) => amount.toString()),
      redeemed.map(({ value }) => value.toString()),
    ],
  );
  await tellOfPayments(
    tx,
    rows.map(({ id }) => id),
    'paid',
  );
}
