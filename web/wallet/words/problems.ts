import { t } from '@lingui/core/macro';
import type { ErrorCode } from '../../../backend/shared/catalogue.ts';
import { ApiProblem } from '../../shared/api/request.ts';

/** Failures that the page notices itself, before any answer. */
type LocalCode = 'OFFLINE' | 'TIMEOUT' | 'UNREADABLE';

/** What a member can do about a refusal, by its code, or `undefined` where there is nothing that only they can do. */
export function codeWords(code: string | undefined): string | undefined {
  return code && Object.hasOwn(words, code) ? words[code as keyof typeof words]?.() : undefined;
}

/** One sentence for a person: what went wrong and what helps. Never a hash, code or stack, and in no other language. */
export function problemWords(error: unknown): string {
  if (!(error instanceof ApiProblem)) return t`Something went wrong on this page. Reload it and try again.`;
  const known = codeWords(error.code);
  const seconds = error.retryAfterSeconds;
  if (known) return seconds ? `${known} (${seconds} s)` : known;
  if (error.status === NOT_FOUND) return t`There is nothing here. Perhaps the link is incomplete.`;
  return error.status >= SERVER_FAILED
    ? t`Something went wrong on our side. Try again in a moment.`
    : t`That can’t be done. Start again, or try something else.`;
}

const NOT_FOUND = 404;
const SERVER_FAILED = 500;

const pausedBrand = () => t`This brand is paused just now. Your points are kept.`;
const newTerms = () => t`It took too long. Ask for new terms.`;
const ourSide = () => t`Something went wrong on our side. Try again in a moment.`;
const soon = () => t`The record can’t be reached just now. Try again in a few seconds.`;

const words: Partial<Record<ErrorCode | LocalCode, () => string>> = {
  OFFLINE: () => t`Tessera can’t be reached. Check the connection and try again.`,
  TIMEOUT: () => t`That took too long. Try again in a moment.`,
  UNREADABLE: () => t`The answer could not be read. Reload the page and try again.`,
  RATE_LIMITED: () => t`That was a bit fast. Wait a moment and try again.`,
  STREAMS_TOO_MANY: () => t`That was a bit fast. Wait a moment and try again.`,
  OVERLOADED: () => t`Very many people are here just now. Try again in a moment.`,
  SIGN_IN_STALE: () => t`The clock of this device is off. Set it and try again.`,
  ACT_MINIMUM_NOT_MET: () => t`The points are worth less by now. Ask for new terms.`,
  ACT_EXPIRED: newTerms,
  ACT_NONCE_USED: newTerms,
  ACT_NONCE_TOO_FAR: newTerms,
  ACT_DEADLINE_TOO_FAR: newTerms,
  ACT_NOT_SPONSORED: () => t`That was enough for one day. Try again tomorrow.`,
  ACT_WORTHLESS: () => t`These points are too few to be worth anything there. Use more of them.`,
  ACT_COUNTERPARTY_INVALID: () => t`Pick another brand than the one that gave the points.`,
  POINTS_INSUFFICIENT: () => t`You don’t have that many points at this brand.`,
  RESERVE_INSUFFICIENT: () =>
    t`The brand has too little money set aside for that just now. Use fewer points, or use them at the brand itself.`,
  COVERAGE_INSUFFICIENT: () =>
    t`The other brand can’t give out more points just now. Try fewer, or another brand.`,
  MINT_ALLOWANCE_EXCEEDED: () =>
    t`The other brand can’t give out more points just now. Try fewer, or another brand.`,
  PARTNER_HALTED: pausedBrand,
  PARTNER_LEAVING: () => t`This brand is leaving and gives out no more points.`,
  COALITION_HALTED: () => t`Everything is paused just now. Your points are kept.`,
  CHARITY_SUSPENDED: () => t`This charity takes no gifts just now. Pick another one.`,
  PAYMENT_UNKNOWN: () => t`There is no such payment. Scan the code at the till again.`,
  PAYMENT_CLOSED: () => t`This request was paid or has run out. Ask the till for a new one.`,
  PAYMENT_UNDERPAID: newTerms,
  KEY_LIMIT_EXCEEDED: () => t`That is more than this device may use in a day. Try fewer points, or tomorrow.`,
  CHAIN_UNAVAILABLE: soon,
  NOT_READY: soon,
  STOPPING: soon,
  DATABASE_UNAVAILABLE: ourSide,
  SIGNER_UNAVAILABLE: ourSide,
  INTERNAL: ourSide,
};
