/** Refunds of payments: spent points go back to the epochs that they came from. Pure. */
import { type Address, encodeFunctionData, type Hex } from 'viem';
import { z } from 'zod';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import {
  type AccountWord,
  decodeWord,
  EMPTY_WORD,
  encodeWord,
  withoutBuckets,
} from '../protocol/account-word.ts';
import { toHex } from '../shared/bytes.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';
import type { Reason } from '../shared/reason.ts';
import { tillIdField } from '../shared/requests.ts';
import { MinorUnits, mulDivDown, Points } from '../shared/units.ts';

const MICRO_USD_PER_CENT = 10_000n;

/** The body of POST /payments/:id/refunds: all that is left, so many points, or a part of the sum. */
export const refundSchema = z
  .strictObject({
    id: tillIdField.describe('The till’s own id of the refund, good for ever.'),
    points: Points.request({ min: 1n }).optional().describe('Points to give back.'),
    amount: MinorUnits.request({ min: 1n })
      .optional()
      .describe('Cents of the sum that was paid, as points in proportion, rounded down.'),
  })
  .superRefine(({ points, amount }, context) => {
    if (points !== undefined && amount !== undefined)
      context.addIssue({ code: 'custom', path: ['amount'], message: 'Send points or an amount, not both.' });
  })
  .meta({ examples: [{ id: 'refund-1001', amount: 500 }] });
export type RefundRequest = z.output<typeof refundSchema>;

/** How far a refund is; `ready` ones are told as `queued`. `waiting`: the chain would refuse it now. `failed`: it always would. */
export const REFUND_STATUSES = ['waiting', 'queued', 'sent', 'mined', 'final', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number] | 'ready';

/** A refund as the database holds it. */
export interface Refund {
  readonly id: bigint;
  /** The acceptor, who pays. */
  readonly partnerId: number;
  readonly refundId: string;
  readonly bodyHash: Buffer;
  readonly paymentId: string;
  /** What the chain knows it by. */
  readonly chainId: Hex;
  readonly issuer: number;
  readonly account: Address;
  readonly nonce: number;
  readonly points: bigint;
  readonly buckets: bigint;
  readonly status: RefundStatus;
  readonly reason: Reason | null;
  /** Points that were still live, and their worth in µUSD, once mined. */
  readonly restored: bigint | null;
  readonly value: bigint | null;
  readonly transaction: Hex | null;
  readonly createdAt: Date;
}

/** What a redemption took, and what of it nobody has given back, with the refunds that are on their way. Words are account words. */
export interface Redeemed {
  readonly taken: bigint;
  readonly left: bigint;
  readonly underway: readonly bigint[];
}

/** SHA-256 of what a request says of which payment. */
export const hashRefund = (paymentId: string, { points, amount }: RefundRequest): Buffer =>
  sha256(JSON.stringify([paymentId, points?.toString() ?? null, amount?.toString() ?? null]));

/** The id on the chain: the same for the same id of the same till, even in a database that has forgotten it. */
export const chainIdOf = (partnerId: number, refundId: string): Hex =>
  toHex(sha256(JSON.stringify(['refund', partnerId, refundId])));

const total = ({ buckets }: AccountWord): bigint => buckets.reduce((sum, points) => sum + points, 0n);

/**
 * The points that a refund gives back, by epoch: the youngest first, which expire last, so a part is in the member's favour. A part of the sum
 * is its share of the points, rounded down in the acceptor's favour; what is left over goes with a refund of all that is left.
 * `paid` is what was paid of the sum in µUSD. @throws DomainError REFUND_TOO_MUCH, REFUND_WORTHLESS
 */
export function judgeRefund(
  { points, amount }: RefundRequest,
  { taken, left, underway }: Redeemed,
  paid: bigint,
): { points: bigint; buckets: bigint } {
  const open = underway.reduce(
    (word, buckets) => withoutBuckets(word, decodeWord(buckets)),
    decodeWord(left),
  );
  const most = total(open);
  const share =
    amount === undefined
      ? undefined
      : paid > 0n
        ? mulDivDown(total(decodeWord(taken)), amount * MICRO_USD_PER_CENT, paid)
        : most + 1n;
  const asked = points ?? share ?? most;
  if (asked > most || most === 0n)
    throw new DomainError('REFUND_TOO_MUCH', {
      message: `${asked} points are to be given back, and ${most} are left.`,
      details: { asked: asked.toString(), left: most.toString() },
      fields: [
        {
          field: amount === undefined ? 'points' : 'amount',
          message: most > 0n ? `Send at most what is ${most} points.` : 'All of it was given back before.',
        },
      ],
    });
  if (asked === 0n)
    throw new DomainError('REFUND_WORTHLESS', {
      details: { amount: String(amount) },
      fields: [{ field: 'amount', message: 'Send more: this is less than a point.' }],
    });
  return { points: asked, buckets: encodeWord(youngest(open, asked)) };
}

/** So many points of a word, from the newest epoch down. */
function youngest(word: AccountWord, points: bigint): AccountWord {
  let wanted = points;
  const take = (bucket: bigint): bigint => {
    const part = bucket < wanted ? bucket : wanted;
    wanted -= part;
    return part;
  };
  const [oldest, older, newer, newest] = word.buckets;
  const [d, c, b, a] = [take(newest), take(newer), take(older), take(oldest)];
  return { ...EMPTY_WORD, epoch: word.epoch, buckets: [a, b, c, d] };
}

/** The call that gives points back. */
export const encodeRefund = ({
  partnerId: acceptor,
  issuer,
  account,
  nonce,
  chainId,
  buckets,
}: Refund): Hex =>
  encodeFunctionData({
    abi: CoalitionAbi,
    functionName: 'refund',
    args: [{ acceptor, issuer, member: account, nonce, id: chainId, buckets }],
  });

/** A refund as the API answers. */
export const presentRefund = (refund: Refund) => ({
  id: refund.refundId,
  payment: refund.paymentId,
  issuer: refund.issuer,
  points: refund.points,
  status: refund.status === 'ready' ? ('queued' as const) : refund.status,
  ...(refund.reason && { reason: refund.reason }),
  ...(refund.restored !== null && { restored: refund.restored }),
  ...(refund.value !== null && { value: refund.value }),
  ...(refund.transaction && { transaction: refund.transaction }),
  at: refund.createdAt.toISOString(),
});
