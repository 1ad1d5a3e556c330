import type { Address } from 'viem';
import { createBlindIndex } from '../shared/blind-index.ts';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { type CardNumber, cardLookups } from './card.ts';
import { findCard } from './cards.repository.ts';

/** Whose a brand's card is; null for nobody's. @throws DomainError CARD_BLOCKED for a lost one, SECRETS_KEY_MISSING */
export async function findAccountByCard(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  card: CardNumber,
): Promise<Address | null> {
  const lookups = cardLookups(createBlindIndex(config.secretsKeys), card);
  const row = await findCard(pool, { partnerId: card.partnerId, lookups });
  if (row?.status === 'blocked') throw new DomainError('CARD_BLOCKED', { details: { last4: row.last4 } });
  return row?.account ? toAddress(row.account) : null;
}
