/** Payment requests of tills: an amount that a member may pay with points. */
import type { Hex } from 'viem';
import { z } from 'zod';
import { MAX_POINTS } from '../protocol/account-word.ts';
import { toHex } from '../shared/bytes.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';
import { tillIdField } from '../shared/requests.ts';
import { MicroUsd, MinorUnits, Points } from '../shared/units.ts';

/** When what the member signed goes to the chain: at once, or when the till says so. */
export const CAPTURES = ['automatic', 'manual'] as const;

/** One cent in µUSD. */
const MICRO_USD_PER_CENT = 10_000n;

/** How long a payment can be approved unless the till says, and at most, in seconds. */
const OPEN_SECONDS = 15 * 60;
const LONGEST_OPEN = 60 * 60;
const SHORTEST_OPEN = 30;

const minorField = MinorUnits.request({ min: 1n }).refine(
  (amount) => amount * MICRO_USD_PER_CENT <= MAX_POINTS,
  `Send at most ${MAX_POINTS / MICRO_USD_PER_CENT}.`,
);

/** The body of POST /payments: a sum, or points of the brand itself. What a member signs for has 48 bits, so that is the limit of the value. */
export const paymentSchema = z
  .strictObject({
    id: tillIdField.describe('The till’s own id of the payment.'),
    amount: minorField.optional().describe('Cents that points of any brand may pay.'),
    currency: z.literal('USD', 'Send USD: points are worth dollars.').optional(),
    points: Points.request({ min: 1n })
      .optional()
      .describe('Instead of a sum: so many points of the till’s own brand.'),
    minAmount: minorField
      .optional()
      .describe('The least that the member may approve of `amount`; the whole unless given.'),
    minPoints: Points.request({ min: 1n })
      .optional()
      .describe('The least that the member may approve of `points`; all unless given.'),
    capture: z
      .enum(CAPTURES, 'Send automatic or manual.')
      .optional()
      .describe('`manual`: what the member has signed is held until the till captures or releases it.'),
    expiresIn: z
      .int('Send a whole number.')
      .min(SHORTEST_OPEN)
      .max(LONGEST_OPEN)
      .optional()
      .describe('Seconds in which the member can approve; 900 unless given.'),
  })
  .superRefine(({ amount, currency, points, minAmount, minPoints }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((amount === undefined) === (points === undefined))
      refuse('amount', 'Send an amount with its currency, or points.');
    if (amount !== undefined && currency === undefined) refuse('currency', 'This field is needed.');
    if (points !== undefined && currency !== undefined) refuse('currency', 'Points have none.');
    if (minAmount !== undefined && !(amount !== undefined && minAmount <= amount))
      refuse('minAmount', 'Send at most the amount.');
    if (minPoints !== undefined && !(points !== undefined && minPoints <= points))
      refuse('minPoints', 'Send at most the points.');
  })
  .meta({ examples: [{ id: 'pay-1001', amount: 1250, currency: 'USD', capture: 'manual', minAmount: 500 }] });
export type PaymentRequest = z.output<typeof paymentSchema>;

/** Until when a payment that is opened now can be approved. */
export const openUntil = ({ expiresIn = OPEN_SECONDS }: PaymentRequest, now: Date): Date =>
  new Date(now.getTime() + expiresIn * 1000);

/** SHA-256 of what a request says. One that asks for nothing but a sum hashes as it did when there was nothing else to ask for. */
export function hashPayment({ amount, currency, ...others }: PaymentRequest): Buffer {
  const { points, minAmount, minPoints, capture, expiresIn } = others;
  const more = [points, minAmount, minPoints, capture, expiresIn].map((part) => part?.toString() ?? null);
  const facts = [amount?.toString() ?? null, currency ?? null];
  return sha256(JSON.stringify(more.every((part) => part === null) ? facts : [...facts, more]));
}

/** What an amount is in µUSD: exact. */
export const paymentValue = (amount: MinorUnits): MicroUsd => MicroUsd.of(amount * MICRO_USD_PER_CENT);

/**
 * How far a payment is. `open`: for the member to approve. `held`: signed, for the till to capture or release. `approved`: on its way to the
 * chain. `cancelled` by the till before, and `released` after the member has signed. The chain has the last word: whatever pays it makes it `paid`.
 */
export const PAYMENT_STATUSES = [
  'open',
  'held',
  'approved',
  'paid',
  'expired',
  'cancelled',
  'released',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** A payment request. `ref` is what the member's redemption has to carry. */
export interface Payment {
  readonly id: string;
  readonly acceptor: number;
  readonly tillId: string;
  readonly bodyHash: Buffer;
  readonly asked: Asked;
  readonly manual: boolean;
  readonly ref: Hex;
  readonly status: PaymentStatus;
  /** The act that pays it, and what the member has signed for in it: points of `issuer`, worth at least `minimum` µUSD. */
  readonly act: string | null;
  readonly signed: { readonly issuer: number; readonly points: bigint; readonly minimum: bigint } | null;
  /** µUSD, once it is paid. */
  readonly paid: bigint | null;
  /** Until when it can be approved; when it is held, captured. */
  readonly expiresAt: Date;
  readonly isCaptured: boolean;
}

/** A sum (`amount` in minor units, `value` and `minimum` in µUSD), or points of the acceptor's own. The minimum is what will do. */
export type Asked =
  | { readonly amount: bigint; readonly currency: string; readonly value: bigint; readonly minimum: bigint }
  | { readonly points: bigint; readonly minimum: bigint };

export interface PaymentRow {
  id: string;
  partner_id: number;
  till_id: string;
  body_hash: Buffer;
  amount_minor: bigint | null;
  currency: string | null;
  value: bigint | null;
  points: bigint | null;
  minimum: bigint | null;
  manual: boolean;
  ref: Buffer;
  status: PaymentStatus;
  act_id: string | null;
  act_issuer: number | null;
  act_points: bigint | null;
  act_minimum: bigint | null;
  paid: bigint | null;
  expires_at: Date;
  held_until: Date | null;
  captured_at: Date | null;
}

/** Payments with their acts, as `PaymentRow`. */
export const PAYMENT_SELECT = `SELECT p.*, a.issuer AS act_issuer, a.amount AS act_points, a.minimum AS act_minimum
  FROM payments p LEFT JOIN acts a ON a.id = p.act_id`;

function askedOf({ points, minimum, amount_minor: amount, currency, value }: PaymentRow): Asked {
  if (points !== null) return { points, minimum: minimum ?? points };
  const sum = value ?? 0n;
  return { amount: amount ?? 0n, currency: currency ?? '', value: sum, minimum: minimum ?? sum };
}

/** A row as of `now`: one whose time has passed counts as expired, whether or not a job has said so yet. */
export function toPayment(row: PaymentRow, now: Date): Payment {
  const { act_issuer: issuer, act_points: points, act_minimum: minimum } = row;
  const expiresAt = (row.status === 'held' && row.held_until) || row.expires_at;
  const isWaiting = row.status === 'open' || row.status === 'held';
  return {
    id: row.id,
    acceptor: row.partner_id,
    tillId: row.till_id,
    bodyHash: row.body_hash,
    asked: askedOf(row),
    manual: row.manual,
    ref: toHex(row.ref),
    status: isWaiting && expiresAt <= now ? 'expired' : row.status,
    act: row.act_id,
    signed: issuer !== null && points !== null && minimum !== null ? { issuer, points, minimum } : null,
    paid: row.paid,
    expiresAt,
    isCaptured: row.captured_at !== null,
  };
}

/** A payment as the API answers. */
export function presentPayment({ asked, signed, ...payment }: Payment, origin: string) {
  const { minimum } = asked;
  return {
    id: payment.id,
    partner: payment.acceptor,
    ...('points' in asked
      ? { points: asked.points, ...(minimum < asked.points && { minPoints: minimum }) }
      : { amount: asked.amount, currency: asked.currency, value: asked.value }),
    ...('value' in asked && minimum < asked.value && { minAmount: minimum / MICRO_USD_PER_CENT }),
    capture: payment.manual ? ('manual' as const) : ('automatic' as const),
    status: payment.status,
    expiresAt: payment.expiresAt.toISOString(),
    url: `${origin}/pay/${payment.id}`,
    ref: payment.ref,
    ...(payment.act && { act: payment.act }),
    ...(signed && { signed: { issuer: signed.issuer, points: signed.points, value: signed.minimum } }),
    ...(payment.paid !== null && { paid: payment.paid }),
  };
}

/** Why a payment can be neither captured nor released. */
export const notHeld = ({ id, status, manual }: Payment): DomainError =>
  new DomainError('PAYMENT_NOT_HELD', {
    message: manual ? `The payment is ${status}.` : 'The payment is captured by itself.',
    details: { payment: id, status },
    fields: [{ field: 'id', message: 'Nothing is held for this payment.' }],
  });
