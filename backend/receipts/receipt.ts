import type { Address, Hex } from 'viem';
import type { Network } from '../protocol/acts.ts';
import { type Receipt, receiptIdOf } from '../protocol/receipt.ts';
import { toAddress, toHex } from '../shared/bytes.ts';

/** A receipt as the database holds it: everything of the document that can't be computed. */
export interface ReceiptColumns {
  receipt_id: Buffer;
  partner_id: number;
  account: Buffer;
  points: bigint;
  occurred_at: Date;
  purchase_id: string;
  salt: Buffer;
  proof: Buffer;
  chain_id: bigint;
  coalition: Buffer;
  root: Buffer;
  signed_at: bigint;
  signature: Buffer;
}

/** The columns of a receipt, of tables `p` (purchases), `r` (receipts) and `g` (receipt_groups). */
export const RECEIPT_COLUMNS = `r.receipt_id, p.partner_id, p.account, p.points, p.occurred_at, p.purchase_id, r.salt, r.proof,
  g.chain_id, g.coalition, g.root, g.signed_at, g.signature`;

const HASH_BYTES = 32;

/** The receipt document of a row: to the byte the one that was first answered. */
export function toReceipt(row: ReceiptColumns): Receipt {
  const proof: Hex[] = [];
  for (let at = 0; at < row.proof.length; at += HASH_BYTES)
    proof.push(toHex(row.proof.subarray(at, at + HASH_BYTES)));
  return {
    version: 1,
    receiptId: toHex(row.receipt_id),
    partner: row.partner_id,
    member: toAddress(row.account),
    points: row.points.toString(),
    occurredAt: unixSeconds(row.occurred_at),
    purchase: row.purchase_id,
    salt: toHex(row.salt),
    chainId: Number(row.chain_id),
    coalition: toAddress(row.coalition),
    group: {
      root: toHex(row.root),
      signedAt: Number(row.signed_at),
      proof,
      signature: toHex(row.signature),
    },
  };
}

/** Whole Unix seconds, rounded down: what a receipt says of a purchase's time. */
export const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** What a receipt is made for. */
export interface Receiptable {
  readonly partnerId: number;
  readonly account: Address;
  readonly points: bigint;
  readonly occurredAt: Date;
  readonly purchaseId: string;
}

/** A receipt before its group is signed. `salt` is 16 random bytes. */
export function unsignedReceipt(
  subject: Receiptable,
  { salt, network }: { salt: Buffer; network: Network },
): Omit<Receipt, 'group'> {
  const { partnerId: partner, account: member, points, occurredAt, purchaseId: purchase } = subject;
  const receiptId = receiptIdOf({ ...network, partner, purchase, salt: toHex(salt) });
  return {
    version: 1,
    receiptId,
    partner,
    member,
    points: points.toString(),
    occurredAt: unixSeconds(occurredAt),
    purchase,
    salt: toHex(salt),
    ...network,
  };
}
