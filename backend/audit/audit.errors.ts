/** Why an audit could not be done; a coalition that disagrees with its events is a result, not an error. */

/** The reasons, stable for scripts. */
export type AuditErrorCode =
  | 'AUDIT_NO_COALITION'
  | 'AUDIT_BLOCK_UNKNOWN'
  | 'AUDIT_CHAIN_REORGANISED'
  | 'AUDIT_RECEIPTS_UNREADABLE';

/** The audit could not be done; the message says what to do. */
export class AuditError extends Error {
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'AuditError';
    this.code = code;
  }
}
