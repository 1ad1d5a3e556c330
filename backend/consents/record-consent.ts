import type { PoolClient } from 'pg';
import type { Address } from 'viem';
import type { z } from 'zod';
import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { brandOf, type ConsentPurpose, type consentSchema } from './consent.ts';
import { presentText } from './consent-texts.ts';
import { type ConsentRow, insertConsent, lockConsents, readConsents } from './consents.repository.ts';

/** The coalition's own audit chain. */
const COALITION = 0;

/** What a member says, and on which site. */
export interface Word extends z.output<typeof consentSchema> {
  readonly account: Address;
  readonly origin: string | null;
}

/**
 * Writes down what a member allows or takes back, with its proof in the coalition's audit chain. What was said already is not written again.
 * @throws DomainError CONSENT_TEXT_OUTDATED, PARTNER_UNKNOWN
 */
export async function recordConsent(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { account, purpose, granted, text, origin }: Word,
): Promise<ConsentRow> {
  const present = presentText(purpose).id;
  if (granted && text !== present)
    throw new DomainError('CONSENT_TEXT_OUTDATED', {
      details: { given: text ?? null, present },
      fields: [{ field: 'text', message: `The present text is ${present}.` }],
    });
  return transact(pool, async (tx) => {
    if (granted) await requireBrand(tx, purpose);
    await lockConsents(tx, account);
    const last = (await readConsents(tx, account)).find((consent) => consent.purpose === purpose);
    if (last?.granted === granted && (!granted || last.text === text)) return last;
    return writeConsent(tx, account, {
      purpose,
      granted,
      text: granted ? present : (last?.text ?? present),
      origin,
      at: clock.now(),
    });
  });
}

/** Takes back everything that a member allowed, in the caller's transaction; returns how much that was. */
export async function withdrawConsents(tx: PoolClient, account: Address, at: Date): Promise<number> {
  await lockConsents(tx, account);
  const granted = (await readConsents(tx, account)).filter((consent) => consent.granted);
  for (const { purpose, text } of granted)
    await writeConsent(tx, account, { purpose, granted: false, text, origin: null, at });
  return granted.length;
}

async function writeConsent(
  tx: PoolClient,
  account: Address,
  word: Pick<ConsentRow, 'purpose' | 'granted' | 'text' | 'origin' | 'at'>,
): Promise<ConsentRow> {
  const link = await appendAudit(tx, {
    partner: COALITION,
    actor: `account:${account}`,
    action: word.granted ? 'consent.granted' : 'consent.withdrawn',
    subject: `account:${account}`,
    after: word,
  });
  return insertConsent(tx, account, { ...word, link });
}

async function requireBrand(tx: PoolClient, purpose: ConsentPurpose): Promise<void> {
  const brand = brandOf(purpose);
  if (brand === null) return;
  const { rowCount } = await tx.query('SELECT FROM partners WHERE id = $1', [brand]);
  if (rowCount !== 1)
    throw new DomainError('PARTNER_UNKNOWN', {
      message: `There is no partner ${brand}.`,
      details: { partner: brand },
      fields: [{ field: 'purpose', message: 'This partner does not exist.' }],
    });
}
