/** Acts in PostgreSQL. */
import type { Address, Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import type { Act, ActKind } from '../protocol/acts.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { Reason } from '../shared/reason.ts';
import type { ActStatus } from './act.ts';
import { digestPrefixOf, publicActId } from './public-id.ts';

/** An act with all that became of it. */
export interface ActRecord {
  readonly id: string;
  readonly act: Act;
  readonly signature: Hex;
  readonly status: ActStatus;
  readonly reason: Reason | null;
  readonly value: bigint | null;
  readonly received: bigint | null;
  readonly transaction: Hex | null;
  readonly voucher: string | null;
}

interface ActRow {
  id: string;
  kind: ActKind;
  account: Buffer;
  issuer: number;
  counterparty: number;
  amount: bigint;
  minimum: bigint;
  ref: Buffer;
  nonce: bigint;
  deadline: bigint;
  signature: Buffer;
  status: ActStatus;
  reason: Reason | null;
  value: bigint | null;
  received: bigint | null;
  transaction_hash: Buffer | null;
  voucher: string | null;
}

const toRecord = (row: ActRow): ActRecord => ({
  id: row.id,
  act: {
    kind: row.kind,
    member: toAddress(row.account),
    issuer: row.issuer,
    counterparty: row.counterparty,
    amount: row.amount,
    minimum: row.minimum,
    ref: toHex(row.ref),
    nonce: Number(row.nonce),
    deadline: Number(row.deadline),
  },
  signature: toHex(row.signature),
  status: row.status,
  reason: row.reason,
  value: row.value,
  received: row.received,
  transaction: row.transaction_hash && toHex(row.transaction_hash),
  voucher: row.voucher,
});

const SELECT = `SELECT a.*, v.code AS voucher, coalesce(e.transaction_hash,
    (SELECT hash FROM relay_attempts WHERE transaction_id = a.transaction_id ORDER BY attempt DESC LIMIT 1)) AS transaction_hash
  FROM acts a LEFT JOIN vouchers v ON v.act_id = a.id
  LEFT JOIN chain_events e ON e.block_hash = a.event_block_hash AND e.log_index = a.event_log_index`;

/** The act with this id; null when there is none. */
export async function findAct(tx: Queryable, id: string): Promise<ActRecord | null> {
  const { rows } = await tx.query<ActRow>(`${SELECT} WHERE a.id = $1`, [id]);
  return rows[0] ? toRecord(rows[0]) : null;
}

/** The act with this EIP-712 digest: the same act is the same row. */
export async function findActByDigest(tx: Queryable, digest: Hex): Promise<ActRecord | null> {
  const { rows } = await tx.query<ActRow>(`${SELECT} WHERE a.digest = $1`, [fromHex(digest)]);
  return rows[0] ? toRecord(rows[0]) : null;
}

/** The act with this public id; null when there is none. */
export async function findActByPublicId(tx: Queryable, publicId: string): Promise<ActRecord | null> {
  const prefix = digestPrefixOf(publicId);
  const { rows } = await tx.query<ActRow & { digest: Buffer }>(`${SELECT} WHERE a.digest BETWEEN $1 AND $2`, [
    Buffer.from(prefix.padEnd(64, '0'), 'hex'),
    Buffer.from(prefix.padEnd(64, 'f'), 'hex'),
  ]);
  const row = rows.find(({ digest }) => publicActId(toHex(digest)) === publicId);
  return row ? toRecord(row) : null;
}

/** Lets one act of an account in at a time, for the rest of the transaction. */
export const lockAccount = (tx: Queryable, account: Address) =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`acts of ${account.toLowerCase()}`]);

/** An act that is on its way and that the account's word doesn't show yet. */
export interface LiveAct {
  readonly amount: bigint;
  readonly nonce: number;
}

/** The account's acts with an issuer's points that may still be done, in the order of their nonces. */
export async function readLiveActs(tx: Queryable, account: Address, issuer: number): Promise<LiveAct[]> {
  const { rows } = await tx.query<{ amount: bigint; nonce: bigint }>(
    `SELECT amount, nonce FROM acts WHERE account = $1 AND issuer = $2 AND status IN ('held', 'queued', 'sent') ORDER BY nonce`,
    [fromHex(account), issuer],
  );
  return rows.map(({ amount, nonce }) => ({ amount, nonce: Number(nonce) }));
}

/** Writes an act into the outbox. False when its digest is there already. */
export async function insertAct(
  tx: Queryable,
  {
    id,
    act,
    signature,
    digest,
    status = 'queued',
  }: { id: string; act: Act; signature: Hex; digest: Hex; status?: ActStatus },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO acts (id, kind, account, issuer, counterparty, amount, minimum, ref, nonce, deadline, signature, digest, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (digest) DO NOTHING`,
    [
      id,
      act.kind,
      fromHex(act.member),
      act.issuer,
      act.counterparty,
      act.amount,
      act.minimum,
      fromHex(act.ref),
      act.nonce,
      act.deadline,
      fromHex(signature),
      fromHex(digest),
      status,
    ],
  );
  return rowCount === 1;
}

/** One more sponsored act of a subject today (`day` is an ISO date), which may cost `wei`; what it has had, this one included. */
export async function countSponsored(
  tx: Queryable,
  { subject, day, wei }: { subject: string; day: string; wei: bigint },
): Promise<{ acts: number; wei: bigint }> {
  const { rows } = await tx.query<{ acts: number; wei: string }>(
    `INSERT INTO sponsor_counters (subject, day, acts, wei) VALUES ($1, $2, 1, $3::numeric)
     ON CONFLICT (subject, day) DO UPDATE SET acts = sponsor_counters.acts + 1, wei = sponsor_counters.wei + $3::numeric RETURNING acts, wei`,
    [subject, day, wei.toString()],
  );
  const [row] = rows;
  if (!row) throw new RangeError('INSERT … RETURNING returned nothing');
  return { acts: row.acts, wei: BigInt(row.wei) };
}

/** How many acts are queued, counted up to `limit`. */
export async function countQueued(tx: Queryable, limit: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM acts WHERE status = 'queued' LIMIT $1) queued`,
    [limit],
  );
  return rows[0]?.count ?? limit;
}

/**
 * Takes back acts whose transaction has failed: when its nonce was lost nothing of it happened and they are queued again, else they have
 * failed with its reason. Acts that an event has settled stay as they are.
 */
export async function releaseFailed(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ id: string; status: ActStatus }>(
    `UPDATE acts a SET
       status = CASE WHEN t.reason->>'code' = 'TRANSACTION_NONCE_TAKEN' THEN 'queued' ELSE 'failed' END::act_status,
       transaction_id = CASE WHEN t.reason->>'code' = 'TRANSACTION_NONCE_TAKEN' THEN NULL ELSE a.transaction_id END,
       reason = CASE WHEN t.reason->>'code' = 'TRANSACTION_NONCE_TAKEN' THEN NULL ELSE t.reason END, updated_at = now()
     FROM relay_transactions t WHERE t.id = a.transaction_id AND t.status = 'failed' AND a.status IN ('queued', 'sent')
     RETURNING a.id, a.status`,
  );
  return rows.filter(({ status }) => status === 'failed').map(({ id }) => id);
}

/** Queued acts without a transaction, oldest first, locked. */
export async function takeQueuedActs(tx: Queryable, limit: number): Promise<ActRecord[]> {
  const { rows } = await tx.query<ActRow>(
    `SELECT *, NULL AS voucher, NULL AS transaction_hash FROM acts WHERE status = 'queued' AND transaction_id IS NULL
     ORDER BY created_at, nonce LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  return rows.map(toRecord);
}

/** Gives acts their transaction and their places in it. */
export const placeActs = (tx: Queryable, ids: readonly string[], transactionId: bigint) =>
  tx.query(
    `UPDATE acts a SET transaction_id = $2, position = p.index - 1, updated_at = now()
     FROM unnest($1::uuid[]) WITH ORDINALITY p (id, index) WHERE a.id = p.id`,
    [ids, transactionId],
  );

/** Queued → failed, before anything was sent. */
export const failActs = (tx: Queryable, ids: readonly string[], reason: Reason) =>
  tx.query(
    `UPDATE acts SET status = 'failed', reason = $2::jsonb, updated_at = now() WHERE id = ANY($1::uuid[]) AND status = 'queued'`,
    [ids, JSON.stringify(reason)],
  );
