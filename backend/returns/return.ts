/** Returns: what is brought back of a purchase, and the points that go with it. Pure. */
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import type { ReturnReceipt } from '../protocol/return-receipt.ts';
import { LINES_LIMIT, quantityField } from '../purchases/purchase.ts';
import { iso } from '../shared/clock.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';
import { tillIdField } from '../shared/requests.ts';
import { MinorUnits, mulDivDown } from '../shared/units.ts';

const returnedItemSchema = z.strictObject({
  line: tillIdField.describe('The line of the sale.'),
  quantity: quantityField,
});

/** The body of POST /purchases/:id/returns: all that is left, an amount, or lines. */
export const returnSchema = z
  .strictObject({
    id: tillIdField.describe('The till’s own id of the return, good for ever.'),
    amount: MinorUnits.request({ min: 1n }).optional().describe('Cents that are paid back.'),
    items: z
      .array(returnedItemSchema)
      .min(1)
      .max(LINES_LIMIT)
      .optional()
      .describe('What is brought back, by the lines of the sale.'),
  })
  .superRefine(({ amount, items }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['items'], message });
    if (amount !== undefined && items) refuse('Send an amount or items, not both: items say what they cost.');
    if (items && new Set(items.map(({ line }) => line)).size < items.length) refuse('Name every line once.');
  })
  .meta({ examples: [{ id: 'return-1001', items: [{ line: '1', quantity: 1 }] }] });
export type ReturnRequest = z.output<typeof returnSchema>;

/** A piece of a line that is brought back. */
export interface ReturnedItem {
  readonly line: string;
  readonly quantity: number;
}

/** What was bought, by which rule it earned, and what has come back of it so far. Amounts are minor units. */
export interface Sale {
  readonly amount: bigint;
  readonly points: bigint;
  /** The rule in force when it was bought; null for sales of before rules were kept, which go by their own ratio. */
  readonly earning: { readonly points: bigint; readonly perMinor: bigint } | null;
  readonly items: readonly { readonly line: string; readonly quantity: number; readonly amount: bigint }[];
  readonly returns: readonly {
    readonly amount: bigint;
    readonly points: bigint;
    readonly items: readonly ReturnedItem[];
  }[];
}

/** A return as the database holds it. */
export interface PurchaseReturn {
  readonly returnId: string;
  readonly purchaseId: string;
  readonly bodyHash: Buffer;
  readonly partnerId: number;
  readonly account: Address;
  readonly receiptId: Hex;
  readonly amount: bigint;
  readonly items: readonly ReturnedItem[] | null;
  readonly points: bigint;
  /** Points that had not been issued; the others are debt. */
  readonly pending: bigint;
  readonly signedAt: number;
  readonly signature: Hex;
}

/** SHA-256 of what a return says of which purchase. */
export const hashReturn = (purchaseId: string, { amount, items }: ReturnRequest): Buffer =>
  sha256(
    JSON.stringify([
      purchaseId,
      amount?.toString() ?? null,
      items?.map(({ line, quantity }) => [line, quantity]) ?? null,
    ]),
  );

const sumOf = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/**
 * What a return comes to: the money that it stands for, and the points to take back. The member keeps what a purchase of the rest alone would
 * have earned, which is rounded down as any purchase is; so a return takes rounded up, in the brand's favour, all returns together never take
 * more than was earned, and a whole return takes all of it. Part of a line is worth its share of the line, rounded down, and the last part
 * the rest. @throws DomainError RETURN_TOO_MUCH, RETURN_LINE_UNKNOWN
 */
export function judgeReturn(sale: Sale, request: ReturnRequest): { amount: bigint; points: bigint } {
  const left = sale.amount - sumOf(sale.returns.map(({ amount }) => amount));
  const amount = request.items ? amountOf(sale, request.items) : (request.amount ?? left);
  if (amount > left || (left === 0n && sale.returns.length > 0)) throw tooMuch(amount, left, 'amount');
  const pointsLeft = sale.points - sumOf(sale.returns.map(({ points }) => points));
  const kept = pointsKept(sale, left - amount);
  return { amount, points: pointsLeft > kept ? pointsLeft - kept : 0n };
}

function pointsKept({ amount, points, earning }: Sale, rest: bigint): bigint {
  if (rest === 0n) return 0n;
  if (rest === amount) return points;
  const kept = earning
    ? mulDivDown(rest, earning.points, earning.perMinor)
    : mulDivDown(points, rest, amount);
  return kept < points ? kept : points;
}

function amountOf(sale: Sale, items: readonly ReturnedItem[]): bigint {
  return sumOf(
    items.map(({ line, quantity }, index) => {
      const bought = sale.items.find((item) => item.line === line);
      if (!bought)
        throw new DomainError('RETURN_LINE_UNKNOWN', {
          message: `The purchase has no line ${line}.`,
          details: { line },
          fields: [{ field: `items.${index}.line`, message: 'The purchase has no such line.' }],
        });
      const before = sale.returns
        .flatMap(({ items: returned }) => returned)
        .reduce((total, item) => (item.line === line ? total + item.quantity : total), 0);
      if (before + quantity > bought.quantity)
        throw tooMuch(BigInt(quantity), BigInt(bought.quantity - before), `items.${index}.quantity`);
      const upTo = (pieces: number) => mulDivDown(bought.amount, BigInt(pieces), BigInt(bought.quantity));
      return upTo(before + quantity) - upTo(before);
    }),
  );
}

const tooMuch = (asked: bigint, left: bigint, field: string): DomainError =>
  new DomainError('RETURN_TOO_MUCH', {
    message: `${asked} are to be returned, and ${left} are left.`,
    details: { asked: asked.toString(), left: left.toString() },
    fields: [{ field, message: left > 0n ? `Send at most ${left}.` : 'All of it was returned before.' }],
  });

/** A return as the API answers, the first time and ever after. */
export function presentReturn(
  record: PurchaseReturn,
  network: Pick<ReturnReceipt, 'chainId' | 'coalition'>,
): {
  id: string;
  purchase: string;
  member: Address;
  amount: string;
  items?: readonly ReturnedItem[];
  points: string;
  debt: string;
  at: string;
  receipt: ReturnReceipt;
} {
  const { returnId, account: member, partnerId: partner, receiptId, signedAt, signature } = record;
  const sums = {
    amount: record.amount.toString(),
    points: record.points.toString(),
    debt: (record.points - record.pending).toString(),
  };
  const { chainId, coalition } = network;
  const about = { version: 1, receiptId, returnId, partner, member } as const;
  return {
    id: returnId,
    purchase: record.purchaseId,
    member,
    ...sums,
    ...(record.items && { items: record.items }),
    at: iso(signedAt),
    receipt: { ...about, ...sums, returnedAt: signedAt, chainId, coalition, signature },
  };
}
