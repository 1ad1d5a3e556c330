/** What a route promises: who may call it, what it takes and what it answers. The API's document, its checks and its client are made from these. */
import { z } from 'zod';
import { OPERATOR_SCOPE, type Scope } from '../partners/api-key.ts';
import type { ErrorCode } from '../shared/catalogue.ts';

/** Who may call: `anyone`, a signed-in `member`, or whoever acts for a brand: its API keys with this scope, and its people whose role has it. */
export type Caller = 'anyone' | 'member' | { readonly key: Scope };

/** The chapters of the reference. */
export const TAGS = {
  Network: 'What this network is, and who is in it.',
  Tills: 'What a shop does: report purchases, ask for payments, use vouchers.',
  Members: 'Who collects points: enrolment, sign-in, balances and history.',
  Acts: 'What members do with their points: a quote, a signature, and what came of it.',
  Events: 'Be told what happens: by webhooks at the brand’s servers, or in streams.',
  Office: 'A brand’s own affairs: keys, people, money, statements, exports and the audit log.',
  Operator: 'Decisions of the coalition, prepared as transactions for those to sign who may.',
  Operations: 'For whoever runs the network.',
} as const;

/** One kind of answer. `type` is its media type, JSON unless given; without a schema there is no body. */
export interface AnswerContract {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly type?: string;
}

/** One route. `path` is Express's, `/v1` included; every field of a request that no schema names is refused. */
export interface Contract<P = unknown, Q = unknown, B = unknown, H = unknown> {
  /** Unique: the operation's id, and the name of the client's function. */
  readonly name: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: `/${string}`;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  readonly caller: Caller;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** Headers that the route reads, in lower case; others are let through. */
  readonly headers?: z.ZodType<H>;
  /** The body's media type, JSON unless given; a route that takes another one reads it itself. */
  readonly bodyType?: string;
  /** Answers by status. */
  readonly answers: Readonly<Record<number, AnswerContract>>;
  /** What this route refuses with, beyond what follows from its caller and its parts. */
  readonly refusals?: readonly ErrorCode[];
  /** Whether callers ask again and again: the answer then has an ETag, and 304 tells that nothing is new. */
  readonly polled?: boolean;
}

/** A contract, its parts' types kept for whoever handles it. */
export const defineContract = <P = undefined, Q = undefined, B = undefined, H = undefined>(
  contract: Contract<P, Q, B, H>,
): Contract<P, Q, B, H> => contract;

const NOTHING = z.strictObject({});

/** What a request's query has to be: nothing at all unless the contract says otherwise. */
export const queryOf = (contract: Contract): z.ZodType => contract.query ?? NOTHING;

const ALWAYS: readonly ErrorCode[] = ['RATE_LIMITED', 'DATABASE_UNAVAILABLE', 'INTERNAL'];
const WITH_BODY: readonly ErrorCode[] = ['BODY_MALFORMED', 'BODY_TOO_LARGE', 'BODY_TYPE_UNSUPPORTED'];

/** Every code that a route may refuse with, each once. */
export function refusalsOf(contract: Contract): ErrorCode[] {
  const { caller } = contract;
  const codes: ErrorCode[] = ['REQUEST_INVALID', ...ALWAYS, ...(contract.refusals ?? [])];
  if (contract.body) codes.push(...WITH_BODY);
  // A key that comes along is checked, needed or not: a wrong one is worth telling of.
  if (contract.path.startsWith('/v1/')) codes.push('KEY_INVALID');
  if (caller === 'member') codes.push('SESSION_MISSING', 'SESSION_INVALID');
  else if (caller !== 'anyone') codes.push('KEY_MISSING', 'KEY_SCOPE_MISSING');
  if (typeof caller === 'object' && caller.key !== OPERATOR_SCOPE)
    codes.push('SESSION_INVALID', 'NOT_STAFF', 'STAFF_PERMISSION_MISSING', 'BRAND_UNCLEAR');
  return [...new Set(codes)].sort();
}
