import { request } from './request.ts';
import {
  type Act,
  type ActKind,
  acceptedActShape,
  actStateShape,
  balancesShape,
  charitiesShape,
  historyShape,
  memberShape,
  networkShape,
  type Payment,
  partnersShape,
  paymentShape,
  purchaseShape,
  quoteShape,
  receiptShape,
  sessionShape,
  tillShape,
  voucherUseShape,
} from './shapes.ts';

/* One function per endpoint, so that each page bundles only the calls it makes. All throw ApiProblem. */

type Hex = `0x${string}`;
const enc = encodeURIComponent;

export const readNetwork = () => request('/network', networkShape);
export const readPartners = async () => (await request('/partners', partnersShape)).partners;
export const readCharities = async () => (await request('/charities', charitiesShape)).charities;
export const readBalances = (account: Hex) => request(`/members/${account}/balances`, balancesShape);
export const readAct = (id: string) => request(`/acts/${enc(id)}`, actStateShape);
export const readPayment = (id: string) => request(`/payments/${enc(id)}`, paymentShape);
/** Answers as soon as the payment's status is another one than `known`, at the latest after 20 seconds. */
export const awaitPayment = (id: string, known: Payment['status'], signal: AbortSignal) =>
  request(`/payments/${enc(id)}?wait=20&known=${known}`, paymentShape, { signal, timeoutMs: 30_000 });
export const readReceipt = (id: string) => request(`/receipts/${enc(id)}`, receiptShape);

/** Enrols an account, or finds it enrolled: the same answer as often as it is asked. */
export const enrolMember = (body: { account: Hex } | { publicKey: { x: Hex; y: Hex } }) =>
  request('/members', memberShape, { body });

export interface SignInBody {
  account: Hex;
  issuedAt: number;
  origin: string;
  signature: Hex;
}
export const openSession = (body: SignInBody) => request('/sessions', sessionShape, { body });

/** A page of the member's history, newest first; `next` of one page is the cursor of the following. */
export const readHistory = (account: Hex, bearer: string, cursor?: string) =>
  request(`/members/${account}/history${cursor ? `?cursor=${enc(cursor)}` : ''}`, historyShape, { bearer });

export interface QuoteBody {
  kind: ActKind;
  member: Hex;
  issuer: number;
  counterparty?: number | undefined;
  amount: bigint;
  payment?: string | undefined;
}
export const requestQuote = (body: QuoteBody, signal?: AbortSignal) =>
  request('/quotes', quoteShape, { body, signal });

/** Hands in an approved act. The same act again gives the first answer, so a retry is always safe. */
export const submitAct = (act: Act, signature: Hex) =>
  request('/acts', acceptedActShape, { body: { act, signature } });

/* Calls of a till, by its key. */

/** Whose till a key belongs to. */
export const readTill = (bearer: string) => request('/till', tillShape, { bearer });

export interface PurchaseBody {
  /** Made once by the till and kept until answered: a repeat returns the first result. */
  id: string;
  member: string;
  amount: number;
  currency: string;
  occurredAt: string;
}
export const recordPurchase = (body: PurchaseBody, bearer: string) =>
  request('/purchases', purchaseShape, { body, bearer });
export const readPurchase = (id: string, bearer: string) =>
  request(`/purchases/${enc(id)}`, purchaseShape, { bearer });
export const findMember = (code: string, bearer: string) =>
  request(`/members/${enc(code)}`, memberShape, { bearer });

export const openPayment = (body: { id: string; amount: number; currency: 'USD' }, bearer: string) =>
  request('/payments', paymentShape, { body, bearer });
export const applyVoucher = (code: string, bearer: string) =>
  request(`/vouchers/${enc(code)}/use`, voucherUseShape, { body: {}, bearer });
