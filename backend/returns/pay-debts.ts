import type { Queryable } from '../database/transact.ts';
import { tellOfRepayments } from '../events/tell-of-returns.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { lockDebts, type Payment, writePayments } from './debts.repository.ts';
import { takeFromAccruals } from './returns.repository.ts';

/** Points that are about to be issued to a member. */
interface Earned {
  readonly id: bigint;
  readonly account: Buffer;
  readonly points: bigint;
}

/**
 * Lets what members have earned at a brand pay what they owe there, the oldest first; returns what is left of each. Called in the transaction
 * that closes a batch, by whoever has locked these accruals and the partner, so that no point is issued past a debt.
 */
export async function payDebts<Accrual extends Earned>(
  tx: Queryable,
  { partner, accruals }: { partner: number; accruals: readonly Accrual[] },
): Promise<Accrual[]> {
  const accounts = [...new Map(accruals.map(({ account }) => [account.toString('hex'), account])).values()];
  const debts = await lockDebts(tx, { partner, accounts });
  if (debts.length === 0) return [...accruals];
  const { left, payments } = settleDebts(accruals, debts);
  await writePayments(tx, { partner, payments });
  await takeFromAccruals(
    tx,
    payments.map(({ accrual, points }) => ({ id: accrual, points })),
  );
  await tellOfRepayments(tx, { partner, accounts: debts.map(({ account }) => account), payments });
  await appendAudit(tx, {
    partner,
    actor: 'issuer',
    action: 'debts.repaid',
    subject: `accruals:${payments.map(({ accrual }) => accrual).join(',')}`,
    after: { points: payments.reduce((sum, { points }) => sum + points, 0n).toString() },
  });
  return left;
}

/** What pays which debt, in the order of the accruals, and what is left of them. Pure. */
export function settleDebts<Accrual extends Earned>(
  accruals: readonly Accrual[],
  debts: readonly { readonly account: Buffer; readonly points: bigint }[],
): { left: Accrual[]; payments: Payment[] } {
  const owed = new Map(debts.map(({ account, points }) => [account.toString('hex'), points]));
  const payments: Payment[] = [];
  const left: Accrual[] = [];
  for (const accrual of accruals) {
    const name = accrual.account.toString('hex');
    const debt = owed.get(name) ?? 0n;
    const points = debt < accrual.points ? debt : accrual.points;
    owed.set(name, debt - points);
    if (points > 0n) payments.push({ accrual: accrual.id, account: accrual.account, points });
    if (points < accrual.points) left.push({ ...accrual, points: accrual.points - points });
  }
  return { left, payments };
}
