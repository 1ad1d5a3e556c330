import type { Queryable } from '../database/transact.ts';
import { insertEvent } from './events.repository.ts';

/** What is told of an act wherever it stands. The value and what follows are null until it is mined. */
const FACTS = `jsonb_build_object('digest', encode(a.digest, 'hex'), 'kind', a.kind, 'issuer', a.issuer,
    'counterparty', a.counterparty, 'amount', a.amount::text, 'value', a.value::text, 'received', a.received::text, 'reason', a.reason,
    'transaction', '0x' || encode(c.transaction_hash, 'hex'), 'block', a.mined_block::text)`;

/**
 * Tells the member and the issuer what has become of acts, and the brand on the other side once they are mined or final: an acceptor with the
 * voucher. `undone` acts had been done, and `unskipped` ones refused, in a block that the chain dropped. Called in the transaction that
 * changed them.
 */
export async function tellOfActs(
  tx: Queryable,
  ids: readonly string[],
  what: 'changed' | 'undone' | 'unskipped' = 'changed',
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `WITH changed AS (
       SELECT a.*, ${FACTS} AS facts, v.code AS voucher FROM acts a LEFT JOIN vouchers v ON v.act_id = a.id
         LEFT JOIN chain_events c ON c.block_hash = a.event_block_hash AND c.log_index = a.event_log_index
        WHERE a.id = ANY($1::uuid[]) ORDER BY a.created_at, a.id
     )
     INSERT INTO events (type, partner_id, account, data)
     SELECT 'act.' || CASE WHEN $2 <> 'changed' THEN 'undone' WHEN status = 'queued' THEN 'accepted' ELSE status::text END, issuer, account,
            facts || jsonb_build_object('act', id) FROM changed
     UNION ALL
     SELECT CASE kind WHEN 'redemption' THEN 'redemption.' ELSE 'exchange.' END
              || CASE WHEN $2 = 'undone' THEN 'undone' WHEN status = 'mined' THEN 'received' ELSE 'final' END,
            counterparty, NULL, facts || jsonb_build_object('member', encode(account, 'hex'))
              || CASE WHEN voucher IS NULL THEN '{}' ELSE jsonb_build_object('voucher', voucher) END
       FROM changed WHERE kind IN ('redemption', 'exchange') AND ($2 = 'undone' OR $2 = 'changed' AND status IN ('mined', 'final'))`,
    [ids, what],
  );
}

/** Tells an acceptor that its voucher was used. */
export const tellOfVoucher = (
  tx: Queryable,
  { partner, voucher }: { partner: number; voucher: string | null },
) => insertEvent(tx, { type: 'voucher.used', partner, data: { voucher } });
