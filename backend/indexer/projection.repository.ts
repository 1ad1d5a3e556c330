/** The projections in PostgreSQL: loading the rows that blocks touch, writing them back set by set, and undoing. */
import type { Hex } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex, toHex } from '../shared/bytes.ts';
import { changesFromJson, changesToJson } from '../statements/accounts.ts';
import type { IndexedBlock } from './chain-block.ts';
import { accountKey, type PROJECTED, Projection, type RedemptionRow, redemptionKey } from './projection.ts';

/** Loads every partner, charity and supply (there are few), and the accounts that the blocks' events speak of. */
export async function loadProjection(tx: Queryable, blocks: readonly IndexedBlock[]): Promise<Projection> {
  const projection = new Projection();
  for (const { token, admin, ...row } of (await tx.query('SELECT * FROM partners')).rows)
    projection.load('partners', String(row.id), {
      ...row,
      token: toHex(token),
      admin: toHex(admin),
      values_word: BigInt(row.values_word),
      reserve: BigInt(row.reserve),
      match_budget: BigInt(row.match_budget),
    });
  for (const row of (await tx.query('SELECT * FROM coalition_pots')).rows)
    projection.load('coalition_pots', String(row.id), {
      ...row,
      treasury: BigInt(row.treasury),
      members_fund: BigInt(row.members_fund),
    });
  for (const { payout, payable, donated, ...row } of (await tx.query('SELECT * FROM charities')).rows)
    projection.load('charities', String(row.id), {
      ...row,
      payout: toHex(payout),
      payable: BigInt(payable),
      donated: BigInt(donated),
    });
  for (const row of (await tx.query('SELECT * FROM token_supplies')).rows)
    projection.load('token_supplies', String(row.partner_id), { ...row, word: BigInt(row.word) });
  await loadPositions(tx, projection);
  const accounts = [...touchedAccounts(blocks)];
  const held = await tx.query('SELECT * FROM token_accounts WHERE account = ANY($1::bytea[])', [
    accounts.map(fromHex),
  ]);
  for (const { partner_id, account, word } of held.rows) {
    const row = { partner_id, account: toHex(account), word: BigInt(word) };
    projection.load('token_accounts', accountKey(partner_id, row.account), row);
  }
  for (const row of await readRefunded(tx, blocks))
    projection.load('redemptions', redemptionKey(row.partner_id, row.account, row.nonce), row);
  return projection;
}

/** The redemptions of which the blocks refund something; those of the blocks themselves are not there yet. */
async function readRefunded(tx: Queryable, blocks: readonly IndexedBlock[]): Promise<RedemptionRow[]> {
  const refunded = blocks.flatMap(({ events }) =>
    events.flatMap((event) => (event.eventName === 'Refunded' ? [event.args] : [])),
  );
  if (refunded.length === 0) return [];
  const { rows } = await tx.query(
    `SELECT r.* FROM redemptions r JOIN (SELECT DISTINCT * FROM unnest($1::int[], $2::bytea[], $3::bigint[]) u (issuer, account, nonce)) e
       ON r.partner_id = e.issuer AND r.account = e.account AND r.nonce = e.nonce`,
    [
      refunded.map(({ issuer }) => issuer),
      refunded.map(({ member }) => fromHex(member)),
      refunded.map(({ nonce }) => nonce),
    ],
  );
  return rows.map(({ account, nonce, ref, taken, left, ...row }) => ({
    ...row,
    account: toHex(account),
    nonce: Number(nonce),
    ref: toHex(ref),
    taken: BigInt(taken),
    left: BigInt(left),
  }));
}

/** Where each brand stands, by its newest row; there may be millions of older ones. */
async function loadPositions(tx: Queryable, projection: Projection): Promise<void> {
  const { rows } = await tx.query(
    `SELECT newest.* FROM partners p CROSS JOIN LATERAL
       (SELECT partner_id, number, timestamp, totals FROM partner_positions WHERE partner_id = p.id ORDER BY number DESC LIMIT 1) newest`,
  );
  for (const { partner_id, number, timestamp, totals } of rows)
    projection.positions.set(partner_id, { number, timestamp, totals: changesFromJson(totals) });
}

function touchedAccounts(blocks: readonly IndexedBlock[]): Set<Hex> {
  const accounts = new Set<Hex>();
  for (const { events } of blocks)
    for (const event of events) {
      if (event.eventName === 'Transfer') accounts.add(event.args.from).add(event.args.to);
      else if (event.eventName === 'AccountMoved') accounts.add(event.args.from.toLowerCase() as Hex);
      else if (event.eventName === 'NonceCancelled') accounts.add(event.args.account.toLowerCase() as Hex);
      else if ('member' in event.args) accounts.add(event.args.member.toLowerCase() as Hex);
    }
  return accounts;
}

const ADDRESSES = new Set(['token', 'admin', 'payout', 'account', 'ref']);
/** JSON in which addresses read as bytea and bigints as numeric, so that PostgreSQL makes rows of it. */
const asRow = (row: object | null): string =>
  JSON.stringify(row, (name, value) => {
    if (typeof value === 'bigint') return value.toString();
    return ADDRESSES.has(name) ? `\\x${value.slice(2)}` : value;
  });
const asRows = (rows: readonly object[]): string => `[${rows.map(asRow).join()}]`;

const UPSERTS = {
  partners: `INSERT INTO partners SELECT (jsonb_populate_recordset(null::partners, $1::jsonb)).*
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, symbol = excluded.symbol, token = excluded.token, admin = excluded.admin,
      coverage_bps = excluded.coverage_bps, halted = excluded.halted, values_word = excluded.values_word,
      reserve = excluded.reserve, last_batch = excluded.last_batch, leaving = excluded.leaving, match_bps = excluded.match_bps,
      match_budget = excluded.match_budget, breakage_charity = excluded.breakage_charity`,
  coalition_pots: `INSERT INTO coalition_pots SELECT (jsonb_populate_recordset(null::coalition_pots, $1::jsonb)).*
    ON CONFLICT (id) DO UPDATE SET fee_bps = excluded.fee_bps, treasury = excluded.treasury, members_fund = excluded.members_fund`,
  charities: `INSERT INTO charities SELECT (jsonb_populate_recordset(null::charities, $1::jsonb)).*
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, payout = excluded.payout, payable = excluded.payable, donated = excluded.donated`,
  token_supplies: `INSERT INTO token_supplies SELECT (jsonb_populate_recordset(null::token_supplies, $1::jsonb)).*
    ON CONFLICT (partner_id) DO UPDATE SET word = excluded.word`,
  redemptions: `INSERT INTO redemptions SELECT (jsonb_populate_recordset(null::redemptions, $1::jsonb)).*
    ON CONFLICT (partner_id, account, nonce) DO UPDATE SET "left" = excluded."left"`,
} as const;

/** Writes back what changed, and the journal that undoes it. */
export async function saveProjection(tx: Queryable, projection: Projection): Promise<void> {
  for (const table of ['partners', 'charities', 'coalition_pots', 'token_supplies', 'redemptions'] as const) {
    const rows = projection.written(table);
    if (rows.length > 0) await tx.query(UPSERTS[table], [asRows(rows)]);
  }
  const accounts = projection.written('token_accounts');
  if (accounts.length > 0)
    await tx.query(
      `INSERT INTO token_accounts SELECT * FROM unnest($1::int[], $2::bytea[], $3::numeric[])
       ON CONFLICT (partner_id, account) DO UPDATE SET word = excluded.word`,
      [
        accounts.map(({ partner_id }) => partner_id),
        accounts.map(({ account }) => fromHex(account)),
        accounts.map(({ word }) => word.toString()),
      ],
    );
  await saveAccounts(tx, projection);
  const { undo } = projection;
  if (undo.length > 0)
    await tx.query(
      `INSERT INTO undo_journal (block_number, seq, "table", key, before)
       SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::jsonb[], $5::jsonb[])`,
      [
        undo.map(({ block }) => block.toString()),
        undo.map(({ seq }) => seq),
        undo.map(({ table }) => table),
        undo.map(({ key }) => JSON.stringify(key)),
        undo.map(({ before }) => before && asRow(before)),
      ],
    );
}

/** Keeps what moved the brands' accounts, and where they stood after each block. */
async function saveAccounts(tx: Queryable, { movements, stands }: Projection): Promise<void> {
  if (movements.length > 0)
    await tx.query(
      `INSERT INTO partner_movements (partner_id, number, log_index, timestamp, name, transaction_hash, changes)
       SELECT * FROM unnest($1::int[], $2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::bytea[], $7::jsonb[])`,
      [
        movements.map(({ partner }) => partner),
        movements.map(({ number }) => number.toString()),
        movements.map(({ logIndex }) => logIndex),
        movements.map(({ timestamp }) => timestamp.toString()),
        movements.map(({ name }) => name),
        movements.map(({ transaction }) => transaction && fromHex(transaction)),
        movements.map(({ changes }) => JSON.stringify(changesToJson(changes))),
      ],
    );
  if (stands.length === 0) return;
  await tx.query(
    `INSERT INTO partner_positions (partner_id, number, timestamp, supply_word, values_word, reserve, match_budget, totals)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::jsonb[])`,
    [
      stands.map(({ partner }) => partner),
      stands.map(({ number }) => number.toString()),
      stands.map(({ timestamp }) => timestamp.toString()),
      stands.map(({ supplyWord }) => supplyWord.toString()),
      stands.map(({ valuesWord }) => valuesWord.toString()),
      stands.map(({ reserve }) => reserve.toString()),
      stands.map(({ matchBudget }) => matchBudget.toString()),
      stands.map(({ totals }) => JSON.stringify(changesToJson(totals))),
    ],
  );
}

const KEYS: Record<(typeof PROJECTED)[number], string> = {
  partners: 'id = (key->>0)::int',
  charities: 'id = (key->>0)::int',
  coalition_pots: 'id = (key->>0)::int',
  token_supplies: 'partner_id = (key->>0)::int',
  token_accounts: `partner_id = (key->>0)::int AND account = decode(substr(key->>1, 3), 'hex')`,
  redemptions: `partner_id = (key->>0)::int AND account = decode(substr(key->>1, 3), 'hex') AND nonce = (key->>2)::bigint`,
};

/** Puts every row back to what it was after block `ancestor`, and forgets the journal of what is undone. */
export async function undoProjection(tx: Queryable, ancestor: bigint): Promise<void> {
  for (const [table, key] of Object.entries(KEYS)) {
    // The first change after the ancestor holds the row as the ancestor left it.
    const first = `SELECT DISTINCT ON (key) key, before FROM undo_journal
      WHERE block_number > $1 AND "table" = '${table}' ORDER BY key, block_number, seq`;
    await tx.query(`DELETE FROM ${table} USING (${first}) undone WHERE ${key}`, [ancestor]);
    await tx.query(
      `INSERT INTO ${table} SELECT row.* FROM (${first}) undone, jsonb_populate_record(null::${table}, before) row
       WHERE before IS NOT NULL`,
      [ancestor],
    );
  }
  // These have one row for each block, so that theirs are simply forgotten.
  for (const table of ['partner_movements', 'partner_positions'])
    await tx.query(`DELETE FROM ${table} WHERE number > $1`, [ancestor]);
  await tx.query('DELETE FROM undo_journal WHERE block_number > $1', [ancestor]);
}
