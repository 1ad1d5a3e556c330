import type { Input } from '../../../backend/client/call.ts';
import { request } from './request.ts';
import {
  type Act,
  acceptedActShape,
  acceptedClaimShape,
  actStateShape,
  balancesShape,
  type Charity,
  charitiesShape,
  claimShape,
  historyShape,
  memberShape,
  networkShape,
  type Partner,
  type Payment,
  partnersShape,
  paymentShape,
  purchaseShape,
  quoteShape,
  receiptShape,
  type SpendKind,
  sessionShape,
  tillShape,
  voucherUseShape,
} from './shapes.ts';

/* One function per endpoint, so that each page bundles only the calls it makes. All throw ApiProblem. */

type Hex = `0x${string}`;

export const readNetwork = () => request('readNetwork', networkShape, {});
export const readBalances = (account: Hex) =>
  request('readBalances', balancesShape, { params: { member: account } });
export const readAct = (id: string) => request('readAct', actStateShape, { params: { id } });
export const readPayment = (id: string) => request('readPayment', paymentShape, { params: { id } });
/** Answers as soon as the payment's status is another one than `known`, at the latest after 20 seconds. */
export const awaitPayment = (id: string, known: Payment['status'], signal: AbortSignal) =>
  request(
    'readPayment',
    paymentShape,
    { params: { id }, query: { wait: 20, known } },
    { signal, timeoutMs: 30_000 },
  );
/** The id is what a link says; the API refuses what can be none. */
export const readReceipt = (id: string) =>
  request('readReceipt', receiptShape, { params: { receiptId: id as Hex } });

/** A list of lists that come page after page. */
async function readPages<T>(
  readPage: (cursor: string | undefined) => Promise<{ items: T[]; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await readPage(cursor);
    all.push(...items);
    cursor = next;
  } while (cursor !== undefined);
  return all;
}

/** All brands. */
export const readPartners = () =>
  readPages<Partner>(async (cursor) => {
    const { partners, next } = await request('listPartners', partnersShape, { query: { cursor } });
    return { items: partners, next };
  });
/** All charities. */
export const readCharities = () =>
  readPages<Charity>(async (cursor) => {
    const { charities, next } = await request('listCharities', charitiesShape, { query: { cursor } });
    return { items: charities, next };
  });

/** Enrols an account, or finds it enrolled: the same answer as often as it is asked. */
export const enrolMember = (body: { account: Hex } | { publicKey: { x: Hex; y: Hex } }) =>
  request('enrolMember', memberShape, { body });

export const openSession = (body: Input<'openSession'>['body']) =>
  request('openSession', sessionShape, { body });

/** A page of the member's history, newest first; `next` of one page is the cursor of the following. */
export const readHistory = (account: Hex, bearer: string, cursor?: string) =>
  request('readHistory', historyShape, { params: { member: account }, query: { cursor } }, { bearer });

export interface QuoteBody {
  kind: SpendKind;
  member: Hex;
  issuer: number;
  counterparty?: number | undefined;
  amount: bigint;
  payment?: string | undefined;
}
export const requestQuote = (body: QuoteBody, signal?: AbortSignal) =>
  request('quoteAct', quoteShape, { body }, { signal });

/** Hands in an approved act. The same act again gives the first answer, so a retry is always safe. */
export const submitAct = (act: Act, signature: Hex) =>
  request('submitAct', acceptedActShape, { body: { act, signature } });

/** What waits behind a claim link; the secret is what stands behind its #. */
export const previewClaim = (secret: string) => request('previewClaim', claimShape, { body: { secret } });
/** Keeps the points of a claim link; the same account again gets the first answer. */
export const acceptClaim = (secret: string, bearer: string) =>
  request('acceptClaim', acceptedClaimShape, { body: { secret } }, { bearer });

/* Calls of a till, by its key. */

/** Whose till a key belongs to. */
export const readTill = (bearer: string) => request('readTill', tillShape, {}, { bearer });

/** The id is made once by the till and kept until answered: a repeat returns the first result. */
export type PurchaseBody = Input<'recordPurchase'>['body'] & { member: string };
export const recordPurchase = (body: PurchaseBody, bearer: string) =>
  request('recordPurchase', purchaseShape, { body }, { bearer });
export const readPurchase = (id: string, bearer: string) =>
  request('readPurchase', purchaseShape, { params: { id } }, { bearer });
export const findMember = (code: string, bearer: string) =>
  request('findMember', memberShape, { params: { member: code } }, { bearer });

export const openPayment = (body: Input<'openPayment'>['body'], bearer: string) =>
  request('openPayment', paymentShape, { body }, { bearer });
export const applyVoucher = (code: string, bearer: string) =>
  request('useVoucher', voucherUseShape, { params: { code }, body: {} }, { bearer });
