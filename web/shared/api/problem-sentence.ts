import type { ErrorCode } from '../../../backend/shared/catalogue.ts';
import { ApiProblem } from './request.ts';

/** Failures that this page notices itself, before any answer. */
type LocalCode = 'OFFLINE' | 'TIMEOUT' | 'UNREADABLE';

/** Codes whose own text speaks to a till or a developer, in a member's words. */
const memberSentences: Partial<Record<ErrorCode | LocalCode, string>> = {
  OFFLINE: 'Tessera can’t be reached. Check the connection and try again.',
  TIMEOUT: 'That took too long. Try again in a moment.',
  UNREADABLE: 'The answer could not be read. Reload the page and try again.',
  RATE_LIMITED: 'That was a bit fast. Wait a moment and try again.',
  OVERLOADED: 'Very many people are here just now. Try again in a moment.',
  SIGN_IN_STALE: 'The clock of this device is off. Set it and try again.',
  ACT_MINIMUM_NOT_MET: 'The points are worth less by now. Ask for new terms.',
  ACT_EXPIRED: 'It took too long. Ask for new terms.',
  ACT_NOT_SPONSORED: 'That was enough for one day. Try again tomorrow.',
  POINTS_INSUFFICIENT: 'You don’t have that many points at this brand.',
  RESERVE_INSUFFICIENT:
    'The brand has too little money set aside for that just now. Use fewer points, or use them at the brand itself.',
  COVERAGE_INSUFFICIENT: 'The other brand can’t give out more points just now. Try fewer, or another brand.',
  PARTNER_HALTED: 'This brand is paused just now. Your points are kept.',
  COALITION_HALTED: 'Everything is paused just now. Your points are kept.',
  PAYMENT_UNKNOWN: 'There is no such payment. Scan the code at the till again.',
  PAYMENT_CLOSED: 'This request was paid or has run out. Ask the till for a new one.',
  CHAIN_UNAVAILABLE: 'The record can’t be reached just now. Try again in a few seconds.',
  INTERNAL: 'Something went wrong on our side. Try again in a moment.',
};

/** A refusal's code in a member's words, where there are any. */
export function codeSentence(code: string | undefined): string | undefined {
  return memberSentences[code as ErrorCode];
}

/** One sentence for a person: what went wrong and what helps. Never a hash, code or stack. */
export function problemSentence(error: unknown): string {
  if (!(error instanceof ApiProblem)) return 'Something went wrong on this page. Reload it and try again.';
  const known = codeSentence(error.code);
  if (known) return error.retryAfterSeconds ? `${known} (${error.retryAfterSeconds} s)` : known;
  const [first] = error.errors;
  return first && !error.detail.includes(first.message)
    ? `${error.detail} ${capitalised(first.message)}`
    : error.detail;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
