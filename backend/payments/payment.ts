/** Payment requests of tills: an amount that a member may pay with points. */
import type { Hex } from 'viem';
import { z } from 'zod';
import { MAX_POINTS } from '../protocol/account-word.ts';
import { toHex } from '../shared/bytes.ts';
import { sha256 } from '../shared/ids.ts';
import { tillIdField } from '../shared/requests.ts';
import { MicroUsd, MinorUnits } from '../shared/units.ts';

/** One cent in µUSD. */
const MICRO_USD_PER_CENT = 10_000n;

/** The body of POST /payments. What a member signs for has 48 bits, so that is the limit of the value. */
export const paymentSchema = z.strictObject({
  id: tillIdField.describe('The till’s own id of the payment.'),
  amount: MinorUnits.request({ min: 1n }).refine(
    (amount) => amount * MICRO_USD_PER_CENT <= MAX_POINTS,
    `Send at most ${MAX_POINTS / MICRO_USD_PER_CENT}.`,
  ),
  currency: z.literal('USD', 'Send USD: points are worth dollars.'),
});
export type PaymentRequest = z.output<typeof paymentSchema>;

/** SHA-256 of what a request says. */
export const hashPayment = ({ amount, currency }: PaymentRequest): Buffer =>
  sha256(JSON.stringify([amount.toString(), currency]));

/** What an amount is in µUSD: exact. */
export const paymentValue = (amount: MinorUnits): MicroUsd => MicroUsd.of(amount * MICRO_USD_PER_CENT);

export const PAYMENT_STATUSES = ['open', 'approved', 'paid', 'expired'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** A payment request. `value` is µUSD; `ref` is what the member's redemption has to carry. */
export interface Payment {
  readonly id: string;
  readonly acceptor: number;
  readonly tillId: string;
  readonly bodyHash: Buffer;
  readonly amount: bigint;
  readonly currency: string;
  readonly value: bigint;
  readonly ref: Hex;
  readonly status: PaymentStatus;
  readonly act: string | null;
  readonly expiresAt: Date;
}

export interface PaymentRow {
  id: string;
  partner_id: number;
  till_id: string;
  body_hash: Buffer;
  amount_minor: bigint;
  currency: string;
  value: bigint;
  ref: Buffer;
  status: PaymentStatus;
  act_id: string | null;
  expires_at: Date;
}

/** A row as of `now`: an open one whose time has passed counts as expired, whether or not a job has said so yet. */
export const toPayment = (row: PaymentRow, now: Date): Payment => ({
  id: row.id,
  acceptor: row.partner_id,
  tillId: row.till_id,
  bodyHash: row.body_hash,
  amount: row.amount_minor,
  currency: row.currency,
  value: row.value,
  ref: toHex(row.ref),
  status: row.status === 'open' && row.expires_at <= now ? 'expired' : row.status,
  act: row.act_id,
  expiresAt: row.expires_at,
});

/** A payment as the API answers. */
export const presentPayment = (payment: Payment, origin: string) => ({
  id: payment.id,
  partner: payment.acceptor,
  amount: payment.amount,
  currency: payment.currency,
  value: payment.value,
  status: payment.status,
  expiresAt: payment.expiresAt.toISOString(),
  url: `${origin}/#pay=${payment.id}`,
  ref: payment.ref,
  ...(payment.act && { act: payment.act }),
});
