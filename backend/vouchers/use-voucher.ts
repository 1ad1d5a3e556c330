import { findAct } from '../acts/find-act.ts';
import { transact } from '../database/transact.ts';
import { tellOfVoucher } from '../events/tell-of-acts.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { actToJson } from '../protocol/acts.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

interface VoucherRow {
  act_id: string;
  used_at: Date | null;
}

/**
 * Uses a voucher, once: a conditional update decides who is first. Only the acceptor that it was made for can, and only while its act stands
 * on the chain.
 * @throws DomainError VOUCHER_UNKNOWN, VOUCHER_USED, VOUCHER_NOT_READY
 */
export function useVoucher(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { code, key }: { code: string | null; key: ApiKey },
) {
  return transact(pool, async (tx) => {
    const now = clock.now();
    const used = await tx.query<{ act_id: string }>(
      `UPDATE vouchers v SET used_at = $3, used_by = $4 FROM acts a
       WHERE v.code = $1 AND v.acceptor = $2 AND v.used_at IS NULL AND a.id = v.act_id AND a.status IN ('mined', 'final')
       RETURNING v.act_id`,
      [code, key.partnerId, now, key.id],
    );
    const voucher = used.rows[0];
    if (!voucher) {
      const { rows } = await tx.query<VoucherRow>(
        `SELECT v.act_id, v.used_at FROM vouchers v WHERE v.code = $1 AND v.acceptor = $2`,
        [code, key.partnerId],
      );
      throw refusal(rows[0]);
    }
    const record = await findAct(tx, voucher.act_id);
    if (!record) throw new DomainError('INTERNAL');
    await tellOfVoucher(tx, { partner: key.partnerId, voucher: record.voucher });
    await appendAudit(tx, {
      partner: key.partnerId,
      actor: key.actor,
      action: 'voucher.used',
      subject: `act:${record.id}`,
      after: { issuer: record.act.issuer, value: String(record.value) },
    });
    return {
      act: { ...actToJson(record.act), id: record.id, value: record.value },
      usedAt: now.toISOString(),
    };
  });
}

function refusal(voucher: VoucherRow | undefined): DomainError {
  if (!voucher)
    return new DomainError('VOUCHER_UNKNOWN', {
      fields: [{ field: 'code', message: 'There is no such voucher for your brand.' }],
    });
  if (!voucher.used_at) return new DomainError('VOUCHER_NOT_READY');
  const usedAt = voucher.used_at.toISOString();
  return new DomainError('VOUCHER_USED', {
    message: `The voucher was used at ${usedAt}.`,
    details: { usedAt },
  });
}
