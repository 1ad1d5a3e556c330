/** What applied blocks mean for the machines (transactions, batches, acts, payments), each set in one statement. */
import type { Hex } from 'viem';
import { revertToError } from '../chain/decode-revert.ts';
import type { Queryable } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import { tellOfBatches, tellOfPurchases } from '../events/tell-of-batches.ts';
import { tellOfKeys, tellOfUndoneKeys } from '../events/tell-of-keys.ts';
import { tellOfPayments } from '../events/tell-of-payments.ts';
import { reopenPayments } from '../payments/reopen-payments.ts';
import { settlePayments } from '../payments/settle-payments.ts';
import { unsettlePayments } from '../payments/unsettle-payments.ts';
import { NO_REF, refOfRecipient } from '../protocol/acts.ts';
import { settleRefunds } from '../refunds/settle-refunds.ts';
import { unsettleRefunds } from '../refunds/unsettle-refunds.ts';
import { endSessionsOfKeys } from '../sessions/end-sessions-of-keys.ts';
import { fromHex } from '../shared/bytes.ts';
import { DomainError } from '../shared/errors.ts';
import { toReason } from '../shared/reason.ts';
import { randomVoucherCode } from '../vouchers/voucher-code.ts';
import type { BlockEvent, IndexedBlock } from './chain-block.ts';

type Named<Name extends BlockEvent['eventName']> = Extract<BlockEvent, { eventName: Name }>;
type Placed<Event> = { readonly event: Event; readonly block: IndexedBlock };

/** Moves everything that these blocks decide: sent → mined, skipped, paid. Statements repeat harmlessly. */
export async function settleMachines(tx: Queryable, blocks: readonly IndexedBlock[]): Promise<void> {
  await settleTransactions(tx, blocks);
  await settleBatches(tx, pick(blocks, 'BatchIssued'));
  const done = [
    ...pick(blocks, 'Redeemed'),
    ...pick(blocks, 'Exchanged'),
    ...pick(blocks, 'Donated'),
    ...pick(blocks, 'Gifted'),
    ...pick(blocks, 'ActCancelled'),
  ];
  if (done.length > 0) await settleActs(tx, done);
  const redeemed = pick(blocks, 'Redeemed').map(({ event: { args } }) => ({
    ...args,
    ref: fromHex(args.ref),
  }));
  await settlePayments(tx, redeemed);
  await settleRefunds(
    tx,
    pick(blocks, 'Refunded').map(
      ({ event: { args, transactionHash: transaction }, block: { number: block } }) => ({
        ...args,
        block,
        transaction,
      }),
    ),
  );
  const skipped = pick(blocks, 'ActSkipped');
  if (skipped.length > 0) await skipActs(tx, skipped);
  const keys = pick(blocks, 'KeyChanged');
  if (keys.length > 0) await settleKeys(tx, keys);
}

function pick<Name extends BlockEvent['eventName']>(
  blocks: readonly IndexedBlock[],
  name: Name,
): Placed<Named<Name>>[] {
  const is = (event: BlockEvent): event is Named<Name> => event.eventName === name;
  return blocks.flatMap((block) => block.events.filter(is).map((event) => ({ event, block })));
}

/** Members are told of their keys, and sessions end with the key that opened them. */
async function settleKeys(tx: Queryable, changed: readonly Placed<Named<'KeyChanged'>>[]): Promise<void> {
  const blocks = [...new Set(changed.map(({ block }) => block))];
  await tellOfKeys(
    tx,
    blocks.map(({ hash, timestamp }) => ({ hash: fromHex(hash), timestamp })),
  );
  await endSessionsOfKeys(
    tx,
    changed.map(({ event }) => event.args),
  );
}

async function settleTransactions(tx: Queryable, blocks: readonly IndexedBlock[]): Promise<void> {
  const mined = blocks.flatMap((block) => block.mined.map((transaction) => ({ ...transaction, block })));
  if (mined.length === 0) return;
  await tx.query(
    `UPDATE relay_transactions t SET status = 'mined', mined_hash = m.hash, mined_block = m.number, mined_block_hash = m.block_hash,
       gas_used = m.gas_used, effective_gas_price = m.gas_price, reason = m.reason, updated_at = now()
     FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[], $5::bigint[], $6::numeric[], $7::jsonb[])
       m (id, hash, number, block_hash, gas_used, gas_price, reason)
     WHERE t.id = m.id`,
    [
      mined.map(({ transactionId }) => transactionId.toString()),
      mined.map(({ hash }) => fromHex(hash)),
      mined.map(({ block }) => block.number.toString()),
      mined.map(({ block }) => fromHex(block.hash)),
      mined.map(({ gasUsed }) => gasUsed.toString()),
      mined.map(({ gasPrice }) => gasPrice.toString()),
      mined.map(({ revert }) => revert && JSON.stringify(revert)),
    ],
  );
}

/** A batch is what its event says, whichever transaction carried it; a number under which the chain has another root is an alarm. */
async function settleBatches(tx: Queryable, issued: readonly Placed<Named<'BatchIssued'>>[]): Promise<void> {
  if (issued.length === 0) return;
  const columns = [
    issued.map(({ event }) => event.args.partner),
    issued.map(({ event }) => String(event.args.number)),
    issued.map(({ event }) => fromHex(event.args.receiptsRoot)),
    issued.map(({ block }) => block.number.toString()),
    issued.map(({ event }) => fromHex(event.transactionHash)),
  ];
  const from = `FROM unnest($1::int[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[]) e (partner, number, root, block, hash)
    WHERE b.partner_id = e.partner AND b.number = e.number`;
  const mined = await tx.query<{ id: bigint }>(
    `UPDATE issuance_batches b SET status = 'mined', mined_block = e.block, mined_hash = e.hash, reason = NULL, updated_at = now()
     ${from} AND b.receipts_root = e.root RETURNING b.id`,
    columns,
  );
  await tellOfPurchases(
    tx,
    mined.rows.map(({ id }) => id),
    'issued',
  );
  const taken = toReason(new DomainError('BATCH_NUMBER_TAKEN'));
  const held = await tx.query<{ id: bigint }>(
    `UPDATE issuance_batches b SET status = 'waiting', reason = $6::jsonb, updated_at = now() ${from} AND b.receipts_root <> e.root
     RETURNING b.id`,
    [...columns, JSON.stringify(taken)],
  );
  await tellOfBatches(
    tx,
    held.rows.map(({ id }) => id),
    'waiting',
  );
}

const ACT_KINDS = {
  Redeemed: 'redemption',
  Exchanged: 'exchange',
  Donated: 'donation',
  Gifted: 'gift',
  ActCancelled: 'cancellation',
} as const;
type Done = Named<keyof typeof ACT_KINDS>;

interface Outcome {
  readonly counterparty: number;
  readonly amount: bigint;
  readonly ref: Hex;
  readonly value: bigint | null;
  readonly received: bigint | null;
}

/** What an event says of its act; a field that the kind lacks is what the API puts there. */
function outcomeOf(event: Done): Outcome {
  switch (event.eventName) {
    case 'Redeemed':
      return { ...event.args, counterparty: event.args.acceptor, received: null };
    case 'Exchanged':
      return { ...event.args, counterparty: event.args.target };
    case 'Donated':
      return { ...event.args, counterparty: event.args.charity, received: null };
    case 'Gifted': {
      const { amount, recipient } = event.args;
      return { counterparty: 0, amount, ref: refOfRecipient(recipient), value: null, received: null };
    }
    case 'ActCancelled':
      return { counterparty: 0, amount: 0n, ref: NO_REF, value: null, received: null };
  }
}

/** An act is done by its event, whoever submitted it. Should a refused act have asked for exactly the same, the live one is meant. */
async function settleActs(tx: Queryable, done: readonly Placed<Done>[]): Promise<void> {
  const outcomes = done.map(({ event }) => outcomeOf(event));
  const { rows } = await tx.query<{ id: string; kind: string; counterparty: number; ref: Buffer }>(
    `UPDATE acts a SET status = 'mined', value = e.value, received = e.received, reason = NULL, mined_block = e.block,
       event_block_hash = e.block_hash, event_log_index = e.log_index, updated_at = now()
     FROM unnest($1::act_kind[], $2::bytea[], $3::int[], $4::int[], $5::bigint[], $6::bigint[], $7::bytea[], $8::bigint[], $9::bigint[],
         $10::bigint[], $11::bytea[], $12::int[])
       e (kind, account, issuer, counterparty, amount, nonce, ref, value, received, block, block_hash, log_index),
       LATERAL (SELECT id FROM acts WHERE account = e.account AND ref = e.ref AND kind = e.kind AND issuer = e.issuer
         AND counterparty = e.counterparty AND amount = e.amount AND nonce = e.nonce AND status NOT IN ('mined', 'final')
         ORDER BY status IN ('held', 'queued', 'sent') DESC, created_at DESC LIMIT 1) match
     WHERE a.id = match.id RETURNING a.id, a.kind, a.counterparty, a.ref`,
    [
      done.map(({ event }) => ACT_KINDS[event.eventName]),
      done.map(({ event }) => fromHex(event.args.member)),
      done.map(({ event }) => event.args.issuer),
      outcomes.map(({ counterparty }) => counterparty),
      outcomes.map(({ amount }) => amount.toString()),
      done.map(({ event }) => event.args.nonce),
      outcomes.map(({ ref }) => fromHex(ref)),
      outcomes.map(({ value }) => value?.toString() ?? null),
      outcomes.map(({ received }) => received?.toString() ?? null),
      done.map(({ block }) => block.number.toString()),
      done.map(({ block }) => fromHex(block.hash)),
      done.map(({ event }) => event.logIndex),
    ],
  );
  await insertVouchers(
    tx,
    rows.filter(({ kind }) => kind === 'redemption'),
  );
  await tellOfActs(
    tx,
    rows.map(({ id }) => id),
  );
}

async function insertVouchers(
  tx: Queryable,
  redeemed: readonly { id: string; counterparty: number; ref: Buffer }[],
): Promise<void> {
  if (redeemed.length === 0) return;
  // A payment at a till is its own evidence; a voucher on top of it would be worth the points twice.
  await tx.query(
    `INSERT INTO vouchers (code, act_id, acceptor) SELECT v.code, v.act_id, v.acceptor
     FROM unnest($1::text[], $2::uuid[], $3::int[], $4::bytea[]) v (code, act_id, acceptor, ref)
     WHERE NOT EXISTS (SELECT FROM payments p WHERE p.ref = v.ref) ON CONFLICT DO NOTHING`,
    [
      redeemed.map(randomVoucherCode),
      redeemed.map(({ id }) => id),
      redeemed.map(({ counterparty }) => counterparty),
      redeemed.map(({ ref }) => ref),
    ],
  );
}

/** Only what our own transaction skipped is skipped: anyone may have somebody's act skipped by submitting it with a bad signature. */
async function skipActs(tx: Queryable, skipped: readonly Placed<Named<'ActSkipped'>>[]): Promise<void> {
  const reason = (data: Hex) => JSON.stringify(toReason(revertToError(data, 'ACT_REFUSED')));
  const { rows } = await tx.query<{ id: string; ref: Buffer }>(
    `UPDATE acts a SET status = 'skipped', reason = e.reason, mined_block = e.block, event_block_hash = e.block_hash,
       event_log_index = e.log_index, updated_at = now()
     FROM unnest($1::bytea[], $2::bytea[], $3::int[], $4::bigint[], $5::bytea[], $6::jsonb[], $7::bigint[], $8::bytea[], $9::int[])
       e (hash, account, issuer, nonce, ref, reason, block, block_hash, log_index)
     JOIN relay_attempts r ON r.hash = e.hash
     WHERE a.transaction_id = r.transaction_id AND a.account = e.account AND a.issuer = e.issuer AND a.nonce = e.nonce AND a.ref = e.ref
       AND a.status IN ('queued', 'sent') RETURNING a.id, a.ref`,
    [
      skipped.map(({ event }) => fromHex(event.transactionHash)),
      skipped.map(({ event }) => fromHex(event.args.member)),
      skipped.map(({ event }) => event.args.issuer),
      skipped.map(({ event }) => event.args.nonce),
      skipped.map(({ event }) => fromHex(event.args.ref)),
      skipped.map(({ event }) => reason(event.args.reason)),
      skipped.map(({ block }) => block.number.toString()),
      skipped.map(({ block }) => fromHex(block.hash)),
      skipped.map(({ event }) => event.logIndex),
    ],
  );
  const ids = rows.map(({ id }) => id);
  await tellOfActs(tx, ids);
  if (ids.length > 0) await reopenPayments(tx, ids);
}

/** Takes back what the blocks above `ancestor` decided. Called before their events are forgotten. */
export async function unsettleMachines(tx: Queryable, ancestor: bigint): Promise<void> {
  await tellOfUndoneKeys(tx, ancestor);
  await unsettleRefunds(tx, ancestor);
  const payments = await unsettlePayments(tx, ancestor);
  const acts = await tx.query<{ id: string; skipped: boolean }>(
    `UPDATE acts a SET status = CASE WHEN transaction_id IS NOT NULL THEN 'sent' WHEN h.id IS NULL OR h.status = 'approved' THEN 'queued'
         WHEN h.status = 'held' THEN 'held' ELSE 'failed' END::act_status, value = NULL, received = NULL,
       reason = NULL, mined_block = NULL, event_block_hash = NULL, event_log_index = NULL, updated_at = now()
     FROM (SELECT id, status FROM acts WHERE mined_block > $1) old LEFT JOIN payments h ON h.act_id = old.id AND h.manual
     WHERE a.id = old.id RETURNING a.id, old.status = 'skipped' AS skipped`,
    [ancestor],
  );
  await tx.query(
    `UPDATE payments p SET status = 'approved', act_id = a.id FROM acts a
     WHERE a.ref = p.ref AND a.counterparty = p.partner_id AND a.kind = 'redemption' AND a.status IN ('queued', 'sent') AND p.status = 'open'`,
  );
  const batches = await tx.query<{ id: bigint }>(
    `UPDATE issuance_batches SET status = CASE WHEN transaction_id IS NULL THEN 'ready' ELSE 'sent' END::batch_status,
       mined_block = NULL, mined_hash = NULL, updated_at = now() WHERE mined_block > $1 RETURNING id`,
    [ancestor],
  );
  await tx.query(
    `UPDATE relay_transactions SET status = 'sent', mined_hash = NULL, mined_block = NULL, mined_block_hash = NULL, gas_used = NULL,
       effective_gas_price = NULL, reason = NULL, updated_at = now() WHERE mined_block > $1`,
    [ancestor],
  );
  await tellOfUndone(tx, { acts: acts.rows, batches: batches.rows, payments });
}

async function tellOfUndone(
  tx: Queryable,
  undone: { acts: { id: string; skipped: boolean }[]; batches: { id: bigint }[]; payments: { id: string }[] },
): Promise<void> {
  const idsOf = (acts: { id: string }[]) => acts.map(({ id }) => id);
  await tellOfActs(tx, idsOf(undone.acts.filter(({ skipped }) => !skipped)), 'undone');
  await tellOfActs(tx, idsOf(undone.acts.filter(({ skipped }) => skipped)), 'unskipped');
  await tellOfBatches(
    tx,
    undone.batches.map(({ id }) => id),
    'undone',
  );
  await tellOfPayments(tx, idsOf(undone.payments), 'reopened');
}
