import type { ErrorCode } from './catalogue.ts';
import type { DomainError, ErrorDetails } from './errors.ts';

/** Why something waits, was skipped or failed: what the database keeps and the API shows. `message` ends with the remedy. */
export interface Reason {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** The part of an error that outlives it. */
export const toReason = ({ code, message, details }: DomainError): Reason => ({
  code,
  message,
  ...(details && { details }),
});
