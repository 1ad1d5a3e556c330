import {
  address,
  amount,
  fields,
  flag,
  hex,
  instant,
  integer,
  list,
  oneOf,
  optional,
  type Parse,
  type Parsed,
  text,
  unparsed,
} from './parse.ts';

/** Why something waits or was refused: a stable code, bare or with its facts around it. */
const reasonCode: Parse<string | undefined> = (input) => {
  const code = typeof input === 'object' && input !== null && 'code' in input ? input.code : input;
  return typeof code === 'string' ? code : undefined;
};

/* Points are whole points, values are µUSD: both bigint here and decimal strings on the wire. */

export const networkShape = fields({
  name: text,
  chainId: integer,
  coalition: address,
  stablecoin: address,
  rpcUrl: text,
  receiptSigner: address,
  deployedAtBlock: integer,
  confirmations: integer,
  demo: flag,
});
export type Network = Parsed<typeof networkShape>;

const partnerShape = fields({
  id: integer,
  slug: text,
  name: text,
  symbol: text,
  token: address,
  colour: text,
  quartersPerEpoch: integer,
  validity: integer,
  transferable: flag,
  value: amount,
  nextValue: amount,
  coverageBps: integer,
  /** Missing while the brand has no earning rule. */
  earning: optional(fields({ points: amount, perMinor: amount, currency: text })),
  halted: flag,
});
export type Partner = Parsed<typeof partnerShape>;
export const partnersShape = fields({ partners: list(partnerShape), next: optional(text) });

const charityShape = fields({
  id: integer,
  name: text,
  story: text,
  payout: address,
  donated: amount,
  payable: amount,
});
export type Charity = Parsed<typeof charityShape>;
export const charitiesShape = fields({ charities: list(charityShape), next: optional(text) });

export const memberShape = fields({ account: address, code: text, kind: oneOf('eoa', 'device') });
export type Member = Parsed<typeof memberShape>;

const bucketShape = fields({ epoch: integer, points: amount, value: amount, expiresAt: instant });
const balanceShape = fields({
  partner: integer,
  points: amount,
  value: amount,
  nextNonce: integer,
  buckets: list(bucketShape),
});
export type Balance = Parsed<typeof balanceShape>;
export const balancesShape = fields({
  account: address,
  block: amount,
  balances: list(balanceShape),
  pending: list(fields({ partner: integer, points: amount, reason: text })),
  debts: list(fields({ partner: integer, points: amount })),
});
export type Balances = Parsed<typeof balancesShape>;

/** What the wallet offers. */
export type SpendKind = 'redemption' | 'exchange' | 'donation';
/** What else a member's account may have done, by another program. */
const actKind = oneOf('redemption', 'exchange', 'donation', 'gift', 'cancellation');

export const actShape = fields({
  kind: actKind,
  member: address,
  issuer: integer,
  counterparty: integer,
  amount,
  minimum: amount,
  ref: hex,
  nonce: integer,
  deadline: integer,
});
export type Act = Parsed<typeof actShape>;

export const quoteShape = fields({
  sentence: text,
  value: amount,
  received: optional(amount),
  act: actShape,
  expiresAt: instant,
});
export type Quote = Parsed<typeof quoteShape>;

const actStatus = oneOf('held', 'queued', 'sent', 'mined', 'final', 'skipped', 'failed');
export const acceptedActShape = fields({ id: text, status: actStatus });
export const actStateShape = fields({
  id: text,
  act: actShape,
  status: actStatus,
  reason: reasonCode,
  value: optional(amount),
  received: optional(amount),
  transaction: optional(hex),
  voucher: optional(text),
});
export type ActState = Parsed<typeof actStateShape>;

const historyItemShape = fields({
  kind: oneOf(
    'accrual',
    'return',
    'repayment',
    'refund',
    'redemption',
    'exchange',
    'donation',
    'gift',
    'cancellation',
    'gift-received',
  ),
  at: instant,
  partner: integer,
  counterparty: optional(integer),
  points: amount,
  received: optional(amount),
  value: optional(amount),
  /** The part of a return's points that the member owes. */
  debt: optional(amount),
  status: text,
  reason: reasonCode,
  receipt: optional(text),
  act: optional(text),
  voucher: optional(text),
});
export type HistoryItem = Parsed<typeof historyItemShape>;
export const historyShape = fields({ items: list(historyItemShape), next: optional(text) });

export const sessionShape = fields({ token: text, expiresAt: instant });

export const tillShape = fields({ partner: integer });

export const purchaseShape = fields({
  id: text,
  member: text,
  points: amount,
  status: text,
  reason: reasonCode,
  receipt: unparsed,
});
export type Purchase = Parsed<typeof purchaseShape>;

export const receiptShape = fields({ receipt: unparsed, inclusion: unparsed });

export const paymentShape = fields({
  id: text,
  partner: integer,
  /** A sum, or points of the partner's own. */
  value: optional(amount),
  points: optional(amount),
  /** The least that will do, in cents or points; all of it where missing. */
  minAmount: optional(amount),
  minPoints: optional(amount),
  status: oneOf('open', 'held', 'approved', 'paid', 'expired', 'cancelled', 'released'),
  expiresAt: instant,
  url: optional(text),
});
export type Payment = Parsed<typeof paymentShape>;

export const voucherUseShape = fields({ act: actShape, usedAt: instant });
export type VoucherUse = Parsed<typeof voucherUseShape>;

/** What waits behind a claim link. */
export const claimShape = fields({
  partner: integer,
  points: amount,
  status: oneOf('open', 'accepted', 'lapsed'),
  expiresAt: instant,
});
export type Claim = Parsed<typeof claimShape>;
export const acceptedClaimShape = fields({ points: amount });
