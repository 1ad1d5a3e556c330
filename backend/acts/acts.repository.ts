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
  /** Whether the member's own EOA signed it; null of acts from before this was noted. */
  readonly byOwnEoa: boolean | null;
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
  by_own_eoa: boolean | null;
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
  byOwnEoa: row.by_own_eoa,
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
  return (await findActsByDigest(tx, [digest])).get(digest) ?? null;
}

/** Those of the acts with these EIP-712 digests that are known, by digest. */
export async function findActsByDigest(tx: Queryable, digests: readonly Hex[]): Promise<Map<Hex, ActRecord>> {
  const { rows } = await tx.query<ActRow & { digest: Buffer }>({
    name: 'find-acts-by-digest',
    text: `${SELECT} WHERE a.digest = ANY($1::bytea[])`,
    values: [digests.map(fromHex)],
  });
  return new Map(rows.map((row) => [toHex(row.digest), toRecord(row)]));
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

/** Lets one group of acts of these accounts in at a time, for the rest of the transaction; always in one order, so that no two wait for each other. */
export const lockAccounts = (tx: Queryable, accounts: readonly Address[]) =>
  tx.query({
    name: 'lock-accounts-of-acts',
    text: `SELECT pg_advisory_xact_lock(key) FROM (
      SELECT DISTINCT hashtextextended('acts of ' || name, 0) AS key FROM unnest($1::text[]) name ORDER BY key OFFSET 0) keys`,
    values: [accounts.map((account) => account.toLowerCase())],
  });

/** An act that is on its way and that the account's word doesn't show yet. */
export interface LiveAct {
  readonly amount: bigint;
  readonly nonce: number;
}

/** The account's acts with an issuer's points that may still be done, in the order of their nonces. */
export async function readLiveActs(tx: Queryable, account: Address, issuer: number): Promise<LiveAct[]> {
  return (await readLiveActsOfMany(tx, [{ member: account, issuer }]))[0] ?? [];
}

/** The same for many accounts, in their order. */
export async function readLiveActsOfMany(
  tx: Queryable,
  holders: readonly { member: Address; issuer: number }[],
): Promise<LiveAct[][]> {
  const { rows } = await tx.query<{ place: bigint; amount: bigint; nonce: bigint }>({
    name: 'read-live-acts',
    text: `SELECT k.place, a.amount, a.nonce FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY k (account, issuer, place)
           JOIN acts a ON a.account = k.account AND a.issuer = k.issuer AND a.status IN ('held', 'queued', 'sent')
           ORDER BY a.nonce`,
    values: [holders.map(({ member }) => fromHex(member)), holders.map(({ issuer }) => issuer)],
  });
  const live: LiveAct[][] = holders.map(() => []);
  for (const { place, amount, nonce } of rows)
    live[Number(place) - 1]?.push({ amount, nonce: Number(nonce) });
  return live;
}

/** An act as it goes into the outbox. */
export interface NewAct {
  readonly id: string;
  readonly act: Act;
  readonly signature: Hex;
  readonly digest: Hex;
  readonly status: 'queued' | 'held';
  /** Whether the member's own EOA signed it, rather than an added key or a contract account. */
  readonly byOwnEoa: boolean;
}

/** Writes acts into the outbox; returns how many, which is fewer when a digest is there already. */
export async function insertActs(tx: Queryable, acts: readonly NewAct[]): Promise<number> {
  const of = <Value>(pick: (act: Act) => Value) => acts.map(({ act }) => pick(act));
  const { rowCount } = await tx.query({
    name: 'insert-acts',
    text: `INSERT INTO acts (id, kind, account, issuer, counterparty, amount, minimum, ref, nonce, deadline, signature, digest,
             status, by_own_eoa)
           SELECT * FROM unnest($1::uuid[], $2::act_kind[], $3::bytea[], $4::int[], $5::int[], $6::bigint[], $7::bigint[], $8::bytea[],
             $9::bigint[], $10::bigint[], $11::bytea[], $12::bytea[], $13::act_status[], $14::boolean[]) ON CONFLICT (digest) DO NOTHING`,
    values: [
      acts.map(({ id }) => id),
      of(({ kind }) => kind),
      of(({ member }) => fromHex(member)),
      of(({ issuer }) => issuer),
      of(({ counterparty }) => counterparty),
      of(({ amount }) => amount.toString()),
      of(({ minimum }) => minimum.toString()),
      of(({ ref }) => fromHex(ref)),
      of(({ nonce }) => nonce),
      of(({ deadline }) => deadline),
      acts.map(({ signature }) => fromHex(signature)),
      acts.map(({ digest }) => fromHex(digest)),
      acts.map(({ status }) => status),
      acts.map(({ byOwnEoa }) => byOwnEoa),
    ],
  });
  return rowCount ?? 0;
}

/** Acts that are paid for, and the most that they may cost, in wei. */
export interface Sponsored {
  readonly acts: number;
  readonly wei: bigint;
}

/**
 * Adds to what is sponsored for subjects today (`day` is an ISO date), negative amounts to take back; returns what each has had, these
 * included. The counters stay locked for the rest of the transaction.
 */
export async function countSponsored(
  tx: Queryable,
  added: ReadonlyMap<string, Sponsored>,
  day: string,
): Promise<Map<string, Sponsored>> {
  const amounts = [...added.values()];
  const { rows } = await tx.query<{ subject: string; acts: number; wei: string }>({
    name: 'count-sponsored-acts',
    text: `INSERT INTO sponsor_counters (subject, day, acts, wei)
           SELECT subject, $4::date, acts, wei FROM unnest($1::text[], $2::int[], $3::numeric[]) t (subject, acts, wei) ORDER BY subject
           ON CONFLICT (subject, day) DO UPDATE SET acts = sponsor_counters.acts + excluded.acts, wei = sponsor_counters.wei + excluded.wei
           RETURNING subject, acts, wei`,
    values: [
      [...added.keys()],
      amounts.map(({ acts }) => acts),
      amounts.map(({ wei }) => wei.toString()),
      day,
    ],
  });
  return new Map(rows.map(({ subject, acts, wei }) => [subject, { acts, wei: BigInt(wei) }]));
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
