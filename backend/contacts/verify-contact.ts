import { timingSafeEqual } from 'node:crypto';
import type { PoolClient } from 'pg';
import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { createBlindIndex } from '../shared/blind-index.ts';
import { fromHex, toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { createSealer } from '../shared/seal.ts';
import {
  type ContactCall,
  type ContactRow,
  codeContext,
  hashContact,
  lookupsOf,
  MAX_FAILURES,
  sealContext,
} from './contact.ts';
import { contactUnknown } from './contact-unknown.ts';
import { countFailure, findContact, lockFor, markVerified } from './contacts.repository.ts';

/**
 * Makes a contact count, by the code that was sent to it. Whoever proved a contact last has it: a number that changed hands finds its new
 * owner, and no longer the old one. Safe to repeat.
 * @throws DomainError CONTACT_UNKNOWN, CONTACT_CODE_WRONG, CONTACT_CODE_EXPIRED
 */
export async function verifyContact(
  deps: Pick<Deps, 'pool' | 'clock' | 'config'>,
  call: ContactCall & { code: string },
): Promise<void> {
  // A wrong code is counted, so it may not undo its own transaction.
  const refused = await transact(deps.pool, async (tx) => {
    const row = await findContact(tx, { account: fromHex(call.account), id: call.id, lock: true });
    if (!row) return contactUnknown();
    return row.verified_at ? null : ((await judgeCode(deps, tx, row, call.code)) ?? take(deps, tx, row));
  });
  if (refused) throw refused;
}

/** Why a code does not prove the contact; null when it does. */
async function judgeCode(
  { clock, config }: Pick<Deps, 'clock' | 'config'>,
  tx: PoolClient,
  row: ContactRow,
  code: string,
): Promise<DomainError | null> {
  const { code_hash: sent, code_until: until } = row;
  if (!sent || !until || until <= clock.now() || row.code_failures >= MAX_FAILURES)
    return new DomainError('CONTACT_CODE_EXPIRED');
  const index = createBlindIndex(config.secretsKeys);
  if (index.all(code, codeContext(row.id)).some((hash) => timingSafeEqual(hash, sent))) return null;
  const left = MAX_FAILURES - (await countFailure(tx, row.id));
  return new DomainError('CONTACT_CODE_WRONG', {
    details: { left },
    fields: [{ field: 'code', message: `This is not the code that was sent; ${left} attempts are left.` }],
  });
}

async function take(
  { clock, config }: Pick<Deps, 'clock' | 'config'>,
  tx: PoolClient,
  row: ContactRow,
): Promise<null> {
  const value = createSealer(config.secretsKeys).open(row.sealed, sealContext(row.id));
  const lookups = lookupsOf(createBlindIndex(config.secretsKeys), row.kind, hashContact(value));
  await lockFor(tx, lookups.at(-1) ?? row.lookup);
  const losers = await markVerified(tx, { contact: row, lookups, at: clock.now() });
  await appendAudit(tx, {
    partner: 0,
    actor: `member:${toAddress(row.account)}`,
    action: 'contact.verified',
    subject: `contact:${row.id}`,
    after: { kind: row.kind, takenFrom: losers.map(toAddress) },
  });
  return null;
}
