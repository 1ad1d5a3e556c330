import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { ON_CHAIN } from './export-member.ts';
import { PERSONAL_DATA } from './personal-data.ts';

/** The coalition's own audit chain. */
const COALITION = 0;

/** What was erased, and what was not and why. */
export interface Erasure {
  readonly erased: readonly { readonly name: string; readonly rows: number }[];
  readonly kept: readonly { readonly name: string; readonly why: string }[];
  readonly onChain: string;
}

/**
 * Erases what is kept of a member and need not be, in one database transaction: every session ends, that of the caller too, and every consent is
 * taken back. The account goes on existing on the chain, and its key can sign in anew.
 */
export function eraseMember(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  account: Address,
): Promise<Erasure> {
  return transact(pool, async (tx) => {
    const now = clock.now();
    const erased: { name: string; rows: number }[] = [];
    const kept: { name: string; why: string }[] = [];
    for (const { name, erase } of PERSONAL_DATA)
      if (typeof erase === 'function') erased.push({ name, rows: await erase(tx, account, now) });
      else kept.push({ name, why: erase.kept });
    await appendAudit(tx, {
      partner: COALITION,
      actor: `account:${account}`,
      action: 'member.erased',
      subject: `account:${account}`,
      after: { erased },
    });
    return { erased, kept, onChain: ON_CHAIN };
  });
}
