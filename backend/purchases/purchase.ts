import type { Address } from 'viem';
import { z } from 'zod';
import { claimWishField } from '../claims/claim.ts';
import { type MemberName, memberNameField } from '../members/member.ts';
import type { EarningRule } from '../partners/partner.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { sha256 } from '../shared/ids.ts';
import { currencyField, tillIdField } from '../shared/requests.ts';
import { MinorUnits, type Points } from '../shared/units.ts';

/** The instant of a sale: ISO 8601 with a zone, not before 1970. */
const occurredAtField = z.iso
  .datetime({ offset: true, error: 'Send an ISO 8601 time with its zone, such as 2026-03-01T12:30:00Z.' })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= 0, 'Send a time from 1970 on.');

/** The most lines that a sale can name, and the most pieces in a line. */
export const LINES_LIMIT = 200;
const QUANTITY_LIMIT = 10 ** 6;
export const quantityField = z
  .int('Send a whole number.')
  .min(1, 'Send at least 1.')
  .max(QUANTITY_LIMIT, `Send at most ${QUANTITY_LIMIT}.`)
  .meta({ examples: [2] });

const itemSchema = z.strictObject({
  line: tillIdField.describe('The till’s own id of the line, by which it can be returned.'),
  sku: z.string().min(1).max(100).optional().describe('What was sold.'),
  quantity: quantityField,
  amount: MinorUnits.request().describe('Cents for the whole line.'),
});

/** The body of POST /purchases. */
export const purchaseSchema = z
  .strictObject({
    id: tillIdField.describe('The till’s own id of the sale, good for ever.'),
    member: z
      .union([memberNameField, claimWishField], {
        error:
          'Send a member’s code of 8 digits, an account (0x and 40 hex digits, with the right checksum), or {"claim": true} for a customer who is no member.',
      })
      .describe('The code that the member shows, or the account; or the wish for a claim link.'),
    // Zero is a sale too: paid with points, or given away.
    amount: MinorUnits.request().describe('Cents: 1234 is $12.34.'),
    currency: currencyField,
    occurredAt: occurredAtField.describe('When the sale was, with its zone.'),
    items: z
      .array(itemSchema)
      .min(1)
      .max(LINES_LIMIT)
      .optional()
      .describe('The lines of the sale, so that they can be returned one by one; they add up to `amount`.'),
  })
  .superRefine(({ items, amount }, context) => {
    if (!items) return;
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['items'], message });
    if (new Set(items.map(({ line }) => line)).size < items.length) refuse('Give every line its own id.');
    const sum = items.reduce((total, item) => total + item.amount, 0n);
    if (sum !== amount) refuse(`The lines add up to ${sum}; send lines that add up to ${amount}.`);
  })
  .meta({
    examples: [
      {
        id: 'sale-1001',
        member: '12345678',
        amount: 1250,
        currency: 'USD',
        occurredAt: '2026-03-01T12:30:00Z',
        items: [
          { line: '1', sku: 'mug-blue', quantity: 2, amount: 1000 },
          { line: '2', sku: 'card', quantity: 1, amount: 250 },
        ],
      },
    ],
  });
export type PurchaseRequest = z.output<typeof purchaseSchema>;
/** One whose member is named. */
export type MemberPurchase = Omit<PurchaseRequest, 'member'> & { readonly member: MemberName };

/** A line of a sale; `amount` is for all of its `quantity` pieces. */
export interface PurchaseItem {
  readonly line: string;
  readonly sku?: string | undefined;
  readonly quantity: number;
  readonly amount: MinorUnits;
}

/** A sale that is ready to be recorded: the member is known and the points are decided. */
export interface PurchaseDraft {
  readonly partnerId: number;
  readonly purchaseId: string;
  readonly bodyHash: Buffer;
  readonly account: Address;
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly occurredAt: Date;
  readonly points: Points;
  /** The rule that decided the points: what is returned later goes by it, whatever the rule is then. */
  readonly earning?: Pick<EarningRule, 'points' | 'perMinor'>;
  readonly items?: readonly PurchaseItem[] | undefined;
  /** Who reported it, as the audit log names them. */
  readonly actor: string;
}

/** A sale that is in the database, with its receipt. */
export interface RecordedPurchase {
  readonly partnerId: number;
  readonly purchaseId: string;
  readonly bodyHash: Buffer;
  readonly account: Address;
  readonly points: bigint;
  readonly receipt: Receipt;
}

/**
 * How far a purchase's points are: `waiting` means that the chain would refuse them now, `unclaimed` that nobody has claimed them yet, and
 * `lapsed` that nobody did in time.
 */
export const PURCHASE_STATUSES = [
  'accepted',
  'batched',
  'sent',
  'mined',
  'final',
  'waiting',
  'unclaimed',
  'lapsed',
] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** SHA-256 of what a body says, however it was written: the same sale named by code or by account is the same body. */
export const hashPurchase = (sale: {
  /** `claim` where no member is named: so it is never the hash of a body that names one. */
  account: Address | 'claim';
  amount: MinorUnits;
  currency: string;
  occurredAt: Date;
  items?: readonly PurchaseItem[] | undefined;
}): Buffer => {
  const { account, amount, currency, occurredAt, items } = sale;
  const lines = items?.map(({ line, sku, quantity, amount: sum }) => [line, sku, quantity, sum.toString()]);
  // A sale without lines hashes as it did before there were any.
  const facts = [account, amount.toString(), currency, occurredAt.getTime()];
  return sha256(JSON.stringify(lines ? [...facts, lines] : facts));
};

/** The answer to a reported purchase. It doesn't change: what was first answered is answered for ever (see `first` in the recorder). */
export const presentPurchase = ({ purchaseId, account, points, receipt }: RecordedPurchase) => ({
  id: purchaseId,
  member: account,
  points: points.toString(),
  // A purchase that earned nothing has nothing to wait for.
  status: (points > 0n ? 'accepted' : 'final') satisfies PurchaseStatus,
  receipt,
});
