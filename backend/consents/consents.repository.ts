/** The register of consents in PostgreSQL: rows are only ever added. */
import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import type { AuditLink } from '../shared/audit-log.ts';
import { fromHex } from '../shared/bytes.ts';
import type { ConsentPurpose } from './consent.ts';

/** One word of a member about one purpose. */
export interface ConsentRow {
  readonly id: bigint;
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  readonly text: string;
  readonly origin: string | null;
  readonly at: Date;
  readonly audit_seq: bigint;
  readonly audit_hash: Buffer;
}

/** Lets one word of a member in at a time, for the rest of the transaction. */
export const lockConsents = (tx: Queryable, account: Address) =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`consents of ${account.toLowerCase()}`]);

/** The last word about each purpose that the member ever spoke of, by purpose. */
export async function readConsents(tx: Queryable, account: Address): Promise<ConsentRow[]> {
  const { rows } = await tx.query<ConsentRow>(
    'SELECT DISTINCT ON (purpose) * FROM consents WHERE account = $1 ORDER BY purpose, id DESC',
    [fromHex(account)],
  );
  return rows;
}

/** Everything that a member ever said, the newest first, before a place. */
export async function readConsentHistory(
  tx: Queryable,
  { account, before, limit }: { account: Address; before: bigint; limit: number },
): Promise<ConsentRow[]> {
  const { rows } = await tx.query<ConsentRow>(
    'SELECT * FROM consents WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3',
    [fromHex(account), before, limit],
  );
  return rows;
}

/** Adds a word to the register. */
export async function insertConsent(
  tx: Queryable,
  account: Address,
  {
    purpose,
    granted,
    text,
    origin,
    at,
    link,
  }: Pick<ConsentRow, 'purpose' | 'granted' | 'text' | 'origin' | 'at'> & { readonly link: AuditLink },
): Promise<ConsentRow> {
  const { rows } = await tx.query<ConsentRow>(
    `INSERT INTO consents (account, purpose, granted, text, origin, at, audit_seq, audit_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     RETURNING *`,
    [fromHex(account), purpose, granted, text, origin, at, link.seq, link.hash],
  );
  const [row] = rows;
  if (!row) throw new RangeError('INSERT … RETURNING returned nothing');
  return row;
}
