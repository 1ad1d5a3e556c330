/** Lanes, transactions and attempts in PostgreSQL. Whoever writes for a lane names its fence, and an old one writes nothing. */
import type { Address, Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex, toAddress, toHex } from '../shared/bytes.ts';
import type { Reason } from '../shared/reason.ts';
import type { Fees } from './fees.ts';
import type { SignedTransaction } from './signer.ts';

/** Proof that this process holds a lane: the fence rises with every new holder. */
export interface Lease {
  readonly lane: number;
  readonly owner: string;
  readonly fence: bigint;
  /** Why nothing may be sent on the lane, as it was when the lease was taken or renewed; null when it may. */
  readonly frozen: string | null;
}

/** What a transaction carries. */
export type TransactionKind = 'issuance' | 'acts' | 'refunds' | 'keys';

/** What is to be sent. */
export interface Payload {
  readonly id: bigint;
  readonly to: Address;
  readonly data: Hex;
  readonly gasLimit: bigint;
}

/** Puts a transaction into the outbox, inside of the caller's database transaction; returns its id. */
export async function enqueueTransaction(
  tx: Queryable,
  { kind, to, data, gasLimit }: Omit<Payload, 'id'> & { kind: TransactionKind },
): Promise<bigint> {
  const { rows } = await tx.query<{ id: bigint }>(
    `INSERT INTO relay_transactions (kind, "to", data, gas_limit) VALUES ($1, $2, $3, $4) RETURNING id`,
    [kind, fromHex(to), fromHex(data), gasLimit],
  );
  const [row] = rows;
  if (!row) throw new RangeError('INSERT … RETURNING returned nothing');
  return row.id;
}

/** How many transactions are waiting for a nonce or for a block. */
export async function countUnmined(tx: Queryable): Promise<number> {
  const { rows } = await tx.query(
    `SELECT count(*)::int AS count FROM relay_transactions WHERE status IN ('queued', 'reserved', 'sent')`,
  );
  return rows[0].count;
}

/** Whether a transaction of this kind waits for a nonce or for a block. */
export async function hasUnmined(tx: Queryable, kind: TransactionKind): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM relay_transactions WHERE status IN ('queued', 'reserved', 'sent') AND kind = $1::transaction_kind LIMIT 1`,
    [kind],
  );
  return rowCount === 1;
}

/** Makes the lane of a signer unless it exists; `nextNonce` counts only then. */
export const createLane = (tx: Queryable, lane: { chainId: number; signer: Address; nextNonce: number }) =>
  tx.query('INSERT INTO lanes (chain_id, signer, next_nonce) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    lane.chainId,
    fromHex(lane.signer),
    lane.nextNonce,
  ]);

/** Takes or renews the lease of a lane, by the database's clock. Null while another process holds it, or when there is no such lane. */
export async function holdLane(
  tx: Queryable,
  { chainId, signer, owner, leaseMs }: { chainId: number; signer: Address; owner: string; leaseMs: number },
): Promise<Lease | null> {
  const { rows } = await tx.query<{ id: number; fence: bigint; frozen_reason: string | null }>(
    `UPDATE lanes SET lease_owner = $3, lease_until = now() + $4 * interval '1 millisecond',
       fence = CASE WHEN lease_owner = $3 AND lease_until > now() THEN fence ELSE fence + 1 END
     WHERE chain_id = $1 AND signer = $2 AND (lease_owner = $3 OR lease_owner IS NULL OR lease_until <= now()) RETURNING id, fence, frozen_reason`,
    [chainId, fromHex(signer), owner, leaseMs],
  );
  const row = rows[0];
  return row ? { lane: row.id, owner, fence: row.fence, frozen: row.frozen_reason } : null;
}

/** Whether the lane of a signer exists. */
export async function hasLane(
  tx: Queryable,
  { chainId, signer }: { chainId: number; signer: Address },
): Promise<boolean> {
  const { rowCount } = await tx.query('SELECT FROM lanes WHERE chain_id = $1 AND signer = $2', [
    chainId,
    fromHex(signer),
  ]);
  return rowCount === 1;
}

/** Gives the lane up, so that another process need not wait for the lease to end. */
export const releaseLane = (tx: Queryable, { lane, owner, fence }: Lease) =>
  tx.query('UPDATE lanes SET lease_until = now() WHERE id = $1 AND lease_owner = $2 AND fence = $3', [
    lane,
    owner,
    fence,
  ]);

/** Locks the lane for the rest of the transaction if the lease still holds; null when it is lost, or the lane is frozen. */
export async function lockLane(
  tx: Queryable,
  { lane, owner, fence }: Lease,
): Promise<{ nextNonce: number } | null> {
  const { rows } = await tx.query<{ next_nonce: bigint }>(
    `SELECT next_nonce FROM lanes WHERE id = $1 AND lease_owner = $2 AND fence = $3 AND lease_until > now() AND frozen_reason IS NULL
     FOR UPDATE`,
    [lane, owner, fence],
  );
  const row = rows[0];
  return row ? { nextNonce: Number(row.next_nonce) } : null;
}

/** The nonce that the lane gives next, as it is now. */
export async function readNextNonce(tx: Queryable, lane: number): Promise<number> {
  const { rows } = await tx.query<{ next_nonce: bigint }>('SELECT next_nonce FROM lanes WHERE id = $1', [
    lane,
  ]);
  return Number(rows[0]?.next_nonce ?? 0n);
}

/** The next transactions of the outbox in order, locked. */
export async function takeQueued(
  tx: Queryable,
  { kinds, limit }: { kinds: readonly TransactionKind[]; limit: number },
): Promise<Payload[]> {
  const { rows } = await tx.query<PayloadRow>(
    `SELECT id, "to", data, gas_limit FROM relay_transactions WHERE status = 'queued' AND kind = ANY($2::transaction_kind[]) ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit, kinds],
  );
  return rows.map(toPayload);
}

interface PayloadRow {
  readonly id: bigint;
  readonly to: Buffer;
  readonly data: Buffer;
  readonly gas_limit: bigint;
}

const toPayload = (row: PayloadRow): Payload => ({
  id: row.id,
  to: toAddress(row.to),
  data: toHex(row.data),
  gasLimit: row.gas_limit,
});

/** What a transaction carries. The caller has seen its id. */
export async function readPayload(tx: Queryable, id: bigint): Promise<Payload> {
  const sql = 'SELECT id, "to", data, gas_limit FROM relay_transactions WHERE id = $1';
  const [row] = (await tx.query<PayloadRow>(sql, [id])).rows;
  if (!row) throw new RangeError(`There is no transaction ${id}`);
  return toPayload(row);
}

/** Locks a transaction; false unless it is still without a block, and its newest attempt is the one that is known. */
export async function lockSent(tx: Queryable, { id, hash }: { id: bigint; hash: Hex }): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM relay_transactions WHERE id = $1 AND status = 'sent'
       AND $2 = (SELECT hash FROM relay_attempts WHERE transaction_id = $1 ORDER BY attempt DESC LIMIT 1) FOR UPDATE`,
    [id, fromHex(hash)],
  );
  return rowCount === 1;
}

/** How many transactions of the lane have a nonce and no block. */
export async function countInFlight(tx: Queryable, lane: number): Promise<number> {
  const { rows } = await tx.query(
    `SELECT count(*)::int AS count FROM relay_transactions WHERE status IN ('reserved', 'sent') AND lane_id = $1`,
    [lane],
  );
  return rows[0].count;
}

/** A transaction with its nonce and signed bytes. */
export interface Signed extends SignedTransaction {
  readonly id: bigint;
  readonly nonce: number;
  readonly fees: Fees;
}

/** Queued → reserved: the lane's next nonces, in the order of `ids`. Nobody has signed them yet. */
export async function reserveNonces(tx: Queryable, lane: number, ids: readonly bigint[]): Promise<void> {
  await tx.query(
    `UPDATE relay_transactions t SET status = 'reserved', lane_id = l.id, nonce = l.next_nonce + s.place - 1, updated_at = now()
     FROM lanes l, unnest($2::bigint[]) WITH ORDINALITY s (id, place) WHERE l.id = $1 AND t.id = s.id AND t.status = 'queued'`,
    [lane, ids.map(String)],
  );
  await tx.query('UPDATE lanes SET next_nonce = next_nonce + $2 WHERE id = $1', [lane, ids.length]);
}

/** The lane's transactions that have a nonce and are not signed, the lowest first. */
export async function readReserved(
  tx: Queryable,
  lane: number,
): Promise<(Payload & { readonly nonce: number })[]> {
  const { rows } = await tx.query<PayloadRow & { nonce: bigint }>(
    `SELECT id, nonce, "to", data, gas_limit FROM relay_transactions WHERE status = 'reserved' AND lane_id = $1 ORDER BY nonce`,
    [lane],
  );
  return rows.map((row) => ({ ...toPayload(row), nonce: Number(row.nonce) }));
}

/** Reserved → sent: first attempts, and what the transactions carry. The caller holds the lane's lock. */
export async function insertSigned(tx: Queryable, signed: readonly Signed[]): Promise<void> {
  const ids = signed.map(({ id }) => id.toString());
  await tx.query(
    `UPDATE relay_transactions SET status = 'sent', updated_at = now() WHERE id = ANY($1::bigint[]) AND status = 'reserved'`,
    [ids],
  );
  await tx.query(
    `INSERT INTO relay_attempts (transaction_id, attempt, hash, raw, max_fee, priority_fee)
     SELECT s.id, coalesce((SELECT max(attempt) FROM relay_attempts WHERE transaction_id = s.id), 0) + 1, s.hash, s.raw, s.max_fee, s.priority_fee
     FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::numeric[], $5::numeric[]) s (id, hash, raw, max_fee, priority_fee)`,
    [
      ids,
      signed.map(({ hash }) => fromHex(hash)),
      signed.map(({ raw }) => fromHex(raw)),
      signed.map(({ fees }) => fees.maxFeePerGas.toString()),
      signed.map(({ fees }) => fees.maxPriorityFeePerGas.toString()),
    ],
  );
  for (const table of ['issuance_batches', 'acts', 'refunds'])
    await tx.query(
      `UPDATE ${table} SET status = 'sent', updated_at = now() WHERE transaction_id = ANY($1::bigint[]) AND status = 'queued'`,
      [ids],
    );
}

/** Adds a signed form of a transaction; any of them may be the one that is mined. */
export const insertAttempt = (tx: Queryable, { id, hash, raw, fees }: Omit<Signed, 'nonce'>) =>
  tx.query(
    `INSERT INTO relay_attempts (transaction_id, attempt, hash, raw, max_fee, priority_fee)
     SELECT $1, coalesce(max(attempt), 0) + 1, $2, $3, $4, $5 FROM relay_attempts WHERE transaction_id = $1`,
    [id, fromHex(hash), fromHex(raw), fees.maxFeePerGas.toString(), fees.maxPriorityFeePerGas.toString()],
  );

/** A transaction that the chain has not counted yet, with its newest attempt. */
export interface Outstanding extends Fees {
  readonly id: bigint;
  readonly nonce: number;
  readonly status: string;
  readonly hash: Hex;
  readonly attemptedAt: Date;
}

/** The lane's transactions from a nonce up, the lowest first, whatever their status: a chain that lost blocks needs mined ones again. */
export async function readOutstanding(
  tx: Queryable,
  { lane, fromNonce, limit }: { lane: number; fromNonce: number; limit: number },
): Promise<Outstanding[]> {
  const { rows } = await tx.query(
    `SELECT t.id, t.nonce, t.status, a.hash, a.created_at, a.max_fee, a.priority_fee FROM relay_transactions t
     JOIN LATERAL (SELECT * FROM relay_attempts WHERE transaction_id = t.id ORDER BY attempt DESC LIMIT 1) a ON true
     WHERE t.lane_id = $1 AND t.nonce >= $2 ORDER BY t.nonce LIMIT $3`,
    [lane, fromNonce, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    nonce: Number(row.nonce),
    status: row.status,
    hash: toHex(row.hash),
    attemptedAt: row.created_at,
    maxFeePerGas: BigInt(row.max_fee),
    maxPriorityFeePerGas: BigInt(row.priority_fee),
  }));
}

/** The signed bytes of attempts, by the order of their nonces. */
export async function readRaw(tx: Queryable, hashes: readonly Hex[]): Promise<SignedTransaction[]> {
  const { rows } = await tx.query<{ hash: Buffer; raw: Buffer }>(
    `SELECT a.hash, a.raw FROM relay_attempts a JOIN relay_transactions t ON t.id = a.transaction_id
     WHERE a.hash = ANY($1::bytea[]) ORDER BY t.nonce`,
    [hashes.map(fromHex)],
  );
  return rows.map(({ hash, raw }) => ({ hash: toHex(hash), raw: toHex(raw) }));
}

/** Notes when attempts were first sent. */
export const noteSent = (tx: Queryable, hashes: readonly Hex[]) =>
  tx.query('UPDATE relay_attempts SET sent_at = now() WHERE hash = ANY($1::bytea[]) AND sent_at IS NULL', [
    hashes.map(fromHex),
  ]);

/** Transactions of the lane below a nonce that no block has brought: somebody else's used their nonce, or the indexer is behind. */
export async function readPassedOver(
  tx: Queryable,
  { lane, belowNonce }: { lane: number; belowNonce: number },
): Promise<{ id: bigint; hashes: Hex[] }[]> {
  const { rows } = await tx.query<{ id: bigint; hashes: Buffer[] }>(
    `SELECT t.id, array_agg(a.hash) AS hashes FROM relay_transactions t JOIN relay_attempts a ON a.transaction_id = t.id
     WHERE t.lane_id = $1 AND t.status = 'sent' AND t.nonce < $2 GROUP BY t.id ORDER BY t.id`,
    [lane, belowNonce],
  );
  return rows.map(({ id, hashes }) => ({ id, hashes: hashes.map(toHex) }));
}

/** Sent → failed, with the reason; what it carried is taken up again by whoever put it in. */
export const failTransactions = (tx: Queryable, ids: readonly bigint[], reason: Reason) =>
  tx.query(
    `UPDATE relay_transactions SET status = 'failed', reason = $2::jsonb, updated_at = now() WHERE id = ANY($1::bigint[]) AND status = 'sent'`,
    [ids.map(String), JSON.stringify(reason)],
  );

/** Moves the lane past nonces that are used up on the chain. */
export const skipNonces = (tx: Queryable, { lane, nextNonce }: { lane: number; nextNonce: number }) =>
  tx.query('UPDATE lanes SET next_nonce = $2 WHERE id = $1 AND next_nonce < $2', [lane, nextNonce]);

/** The last block that the indexer holds for final, below zero before its first. */
export async function readFinalBlock(tx: Queryable): Promise<bigint> {
  const { rows } = await tx.query<{ final: bigint }>('SELECT final FROM indexer_cursor');
  return rows[0]?.final ?? -1n;
}
