import type { Address } from 'viem';
import { z } from 'zod';
import { memberNameField } from '../members/member.ts';
import type { Receipt } from '../protocol/receipt.ts';
import { sha256 } from '../shared/ids.ts';
import { currencyField, tillIdField } from '../shared/requests.ts';
import { MinorUnits, type Points } from '../shared/units.ts';

/** The instant of a sale: ISO 8601 with a zone, not before 1970. */
const occurredAtField = z.iso
  .datetime({ offset: true, error: 'Send an ISO 8601 time with its zone, such as 2026-03-01T12:30:00Z.' })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= 0, 'Send a time from 1970 on.');

/** The body of POST /purchases. */
export const purchaseSchema = z.strictObject({
  id: tillIdField.describe('The till’s own id of the sale, good for ever.'),
  member: memberNameField.describe('The code that the member shows, or the account.'),
  // Zero is a sale too: paid with points, or given away.
  amount: MinorUnits.request().describe('Cents: 1234 is $12.34.'),
  currency: currencyField,
  occurredAt: occurredAtField.describe('When the sale was, with its zone.'),
});
export type PurchaseRequest = z.output<typeof purchaseSchema>;

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
  /** Id of the API key that reported it. */
  readonly keyId: string;
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

/** How far a purchase's points are: `waiting` means that the chain would refuse them now. */
export const PURCHASE_STATUSES = ['accepted', 'batched', 'sent', 'mined', 'final', 'waiting'] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** SHA-256 of what a body says, however it was written: the same sale named by code or by account is the same body. */
export const hashPurchase = (sale: {
  account: Address;
  amount: MinorUnits;
  currency: string;
  occurredAt: Date;
}): Buffer =>
  sha256(JSON.stringify([sale.account, sale.amount.toString(), sale.currency, sale.occurredAt.getTime()]));

/** The answer to a reported purchase. It doesn't change: what was first answered is answered for ever (see `first` in the recorder). */
export const presentPurchase = ({ purchaseId, account, points, receipt }: RecordedPurchase) => ({
  id: purchaseId,
  member: account,
  points: points.toString(),
  // A purchase that earned nothing has nothing to wait for.
  status: (points > 0n ? 'accepted' : 'final') satisfies PurchaseStatus,
  receipt,
});
