/** What somebody wants to be checked, read from what they typed or pasted. */
import { type Hex, isHex } from 'viem';

/** `hash` is 32 bytes of whatever: a transaction, a receipt's number or a batch's root; the chain tells which. */
export type Subject =
  | { readonly kind: 'documents'; readonly documents: readonly unknown[] }
  | { readonly kind: 'account'; readonly account: Hex }
  | { readonly kind: 'hash'; readonly hash: Hex; readonly logIndex: number | undefined }
  | { readonly kind: 'batch'; readonly partner: number; readonly number: bigint }
  | { readonly kind: 'act'; readonly id: string }
  | { readonly kind: 'code' }
  | { readonly kind: 'unknown' };

const BATCH = /^(\d{1,9})\s*[/:]\s*(\d{1,15})$/;
const ACT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const IN_TRANSACTION = /^(0x[0-9a-fA-F]{64})[/#](\d{1,6})$/;
const DOCUMENTS_LIMIT = 5_000;

/** Reads it. A link of this page or of the wallet counts by what it ends with. */
export function readSubject(typed: string): Subject {
  const text = typed.trim();
  if (text.startsWith('{') || text.startsWith('[')) return documentsOf(text);
  const word = /^https?:/.test(text) ? (text.split(/[#/=]/).at(-1) ?? '') : text;
  const batch = BATCH.exec(word);
  if (batch) return { kind: 'batch', partner: Number(batch[1]), number: BigInt(batch[2] ?? 0) };
  if (ACT.test(word)) return { kind: 'act', id: word.toLowerCase() };
  const place = IN_TRANSACTION.exec(word);
  if (place) return { kind: 'hash', hash: place[1] as Hex, logIndex: Number(place[2]) };
  if (/^\d{4}\s?\d{4}$/.test(word)) return { kind: 'code' };
  if (isHex(word) && word.length === 42) return { kind: 'account', account: word };
  if (isHex(word) && word.length === 66) return { kind: 'hash', hash: word, logIndex: undefined };
  return { kind: 'unknown' };
}

function documentsOf(text: string): Subject {
  const documents =
    parse(text) ??
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parse);
  const list = Array.isArray(documents) ? documents : [documents];
  if (list.length === 0 || list.length > DOCUMENTS_LIMIT || list.includes(undefined))
    return { kind: 'unknown' };
  return { kind: 'documents', documents: list };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
