import { CATALOGUE, type ErrorCode } from './catalogue.ts';
import type { Refusal } from './refusals/refusal.ts';

/** What is wrong with one field of a request. `field` is a path like `publicKey.x`. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Facts about a refusal, fit for JSON and for the eyes of whoever asked. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

interface DomainErrorOptions {
  /** What happened, as one sentence with the offending values; the catalogue's title unless given. */
  readonly message?: string;
  readonly details?: ErrorDetails;
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The one error of the backend: a stable `code` of the catalogue, facts, and a message that ends with the remedy. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;
  readonly fields: readonly FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: DomainErrorOptions = {}) {
    const entry: Refusal = CATALOGUE[code];
    super(`${options.message ?? `${entry.title}.`} ${entry.remedy}`, { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The catalogue's entry for this error. */
  get entry(): Refusal {
    return CATALOGUE[this.code];
  }
}

/** Whether an error is one of these refusals. */
export const hasDomainCode = (error: unknown, ...codes: ErrorCode[]): boolean =>
  error instanceof DomainError && codes.includes(error.code);

/** Whether an error of unknown origin carries one of PostgreSQL's SQLSTATE codes (or a socket's error code). */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
