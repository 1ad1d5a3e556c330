import type { Queryable } from '../database/transact.ts';

/** What an event of the chain says of a key, as told. */
const FACTS = `jsonb_build_object('key', args->>'key', 'role', (array['none', 'full', 'limited', 'recovery', 'successor'])[(args->>'role')::int + 1],
    'dailyLimit', args->>'dailyLimit', 'activeFrom', to_char(to_timestamp((args->>'activeFrom')::bigint) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'by', args->>'by', 'transaction', '0x' || encode(transaction_hash, 'hex'), 'block', number::text)`;

const MEMBER = `decode(substr(args->>'member', 3), 'hex')`;

/** Tells a member what has become of a change of keys that was handed in here. Called in the transaction that changed it. */
export const tellOfKeyChange = (tx: Queryable, id: string, what: 'accepted' | 'failed') =>
  tx.query(
    `INSERT INTO events (type, account, data)
     SELECT 'key.' || $2::text, account, jsonb_build_object('change', id, 'key', '0x' || encode(key, 'hex'), 'reason', reason)
     FROM key_changes WHERE id = $1`,
    [id, what],
  );

/**
 * Tells members of changes of their keys in blocks of the chain, whoever brought them there: `key.waiting` for what a recovery key asked for and
 * a full one can still refuse. Called once the events of the blocks are written.
 */
export const tellOfKeys = (tx: Queryable, blocks: readonly { hash: Buffer; timestamp: bigint }[]) =>
  tx.query(
    `INSERT INTO events (type, account, data)
     SELECT CASE WHEN (args->>'activeFrom')::bigint > b.timestamp THEN 'key.waiting' ELSE 'key.changed' END, ${MEMBER}, ${FACTS}
     FROM unnest($1::bytea[], $2::bigint[]) b (hash, timestamp) JOIN chain_events e ON e.block_hash = b.hash
     WHERE name = 'KeyChanged' ORDER BY number, log_index`,
    [blocks.map(({ hash }) => hash), blocks.map(({ timestamp }) => timestamp.toString())],
  );

/** Tells members that the chain dropped changes of their keys. Called before the events above `ancestor` are forgotten. */
export const tellOfUndoneKeys = (tx: Queryable, ancestor: bigint) =>
  tx.query(
    `INSERT INTO events (type, account, data) SELECT 'key.undone', ${MEMBER}, ${FACTS} FROM chain_events
     WHERE number > $1 AND name = 'KeyChanged' ORDER BY number, log_index`,
    [ancestor],
  );
