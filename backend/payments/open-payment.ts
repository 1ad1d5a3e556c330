import { randomBytes, randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import {
  hashPayment,
  openUntil,
  PAYMENT_SELECT,
  type Payment,
  type PaymentRequest,
  type PaymentRow,
  paymentValue,
  toPayment,
} from './payment.ts';

/**
 * Opens a payment request once per id of the till; the same request again yields the first one as it is now.
 * @throws DomainError PAYMENT_ID_REUSED
 */
export function openPayment(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { key, request }: { key: ApiKey; request: PaymentRequest },
): Promise<{ payment: Payment; first: boolean }> {
  const now = clock.now();
  const bodyHash = hashPayment(request);
  return transact(pool, async (tx) => {
    const id = randomUUID();
    const first = await insertPayment(tx, { id, key, request, bodyHash, now });
    const { rows } = await tx.query<PaymentRow>(
      `${PAYMENT_SELECT} WHERE p.partner_id = $1 AND p.till_id = $2`,
      [key.partnerId, request.id],
    );
    const row = rows[0];
    if (!row?.body_hash.equals(bodyHash))
      throw new DomainError('PAYMENT_ID_REUSED', {
        message: `Payment ${request.id} was opened with another body.`,
        details: { payment: request.id },
        fields: [{ field: 'id', message: 'This id belongs to another payment.' }],
      });
    if (first)
      await appendAudit(tx, {
        partner: key.partnerId,
        actor: key.actor,
        action: 'payment.opened',
        subject: `payment:${id}`,
        after: {
          amount: request.amount?.toString(),
          currency: request.currency,
          points: request.points?.toString(),
          capture: request.capture,
        },
      });
    return { payment: toPayment(row, now), first };
  });
}

/** False when the till has used its id before. */
async function insertPayment(
  tx: PoolClient,
  {
    id,
    key,
    request,
    bodyHash,
    now,
  }: { id: string; key: ApiKey; request: PaymentRequest; bodyHash: Buffer; now: Date },
): Promise<boolean> {
  const { amount, currency, points, minAmount, minPoints, capture } = request;
  const { rowCount } = await tx.query(
    `INSERT INTO payments (id, partner_id, till_id, body_hash, amount_minor, currency, value, points, minimum, manual, ref, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (partner_id, till_id) DO NOTHING`,
    [
      id,
      key.partnerId,
      request.id,
      bodyHash,
      amount ?? null,
      currency ?? null,
      amount === undefined ? null : paymentValue(amount),
      points ?? null,
      minPoints ?? (minAmount === undefined ? null : paymentValue(minAmount)),
      capture === 'manual',
      randomBytes(32),
      openUntil(request, now),
    ],
  );
  return rowCount === 1;
}
