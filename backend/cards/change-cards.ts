/** What brands and members do with cards; each change stands in the brand's audit chain. */
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { createBlindIndex } from '../shared/blind-index.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { type CardNumber, type CardRow, cardLookups, MAX_CARDS, presentCard } from './card.ts';
import { findCard, insertCard, lockOwnCard, selectCards, updateCard } from './cards.repository.ts';

type CardDeps = Pick<Deps, 'pool' | 'clock' | 'config'>;
/** Who does it, as the audit chain names them. */
/** As the audit log names them: a key, one of the brand's people, or `member:` and the account. */
type Actor = string;

/**
 * A till registers a card of its brand, and links it to the member who is standing there, if one is named. Safe to repeat.
 * @throws DomainError CARD_TAKEN, CARD_BLOCKED, CARDS_TOO_MANY, SECRETS_KEY_MISSING
 */
export function registerCard(
  deps: CardDeps,
  { card, account, actor }: { card: CardNumber; account: Address | undefined; actor: Actor },
) {
  const lookups = cardLookups(createBlindIndex(deps.config.secretsKeys), card);
  const about = { partnerId: card.partnerId, lookups };
  return transact(deps.pool, async (tx) => {
    const known = await findCard(tx, about);
    if (!known) {
      const [lookup = Buffer.alloc(0)] = lookups;
      const { partnerId, number } = card;
      await insertCard(tx, {
        id: randomUUID(),
        partnerId,
        lookup,
        last4: number.slice(-4),
        createdAt: deps.clock.now(),
      });
    }
    const row = await lock(tx, about);
    const linked = account ? await link(tx, row, { account, at: deps.clock.now() }) : row;
    if (!known || linked !== row) await audit(tx, actor, linked, account ? 'card.linked' : 'card.registered');
    return { card: presentCard(linked), isNew: !known };
  });
}

/** A member links a card that its brand has registered and that is nobody's. @throws DomainError CARD_UNKNOWN, CARD_TAKEN, CARD_BLOCKED, CARDS_TOO_MANY */
export function linkCard(deps: CardDeps, { card, account }: { card: CardNumber; account: Address }) {
  const lookups = cardLookups(createBlindIndex(deps.config.secretsKeys), card);
  return transact(deps.pool, async (tx) => {
    const row = await lock(tx, { partnerId: card.partnerId, lookups });
    const linked = await link(tx, row, { account, at: deps.clock.now() });
    if (linked !== row) await audit(tx, `member:${account}`, linked, 'card.linked');
    return presentCard(linked);
  });
}

/** A brand blocks or frees a card of its own; one that is freed is nobody's, and good again. @throws DomainError CARD_UNKNOWN */
export function changeCard(
  deps: CardDeps,
  { card, what, actor }: { card: CardNumber; what: 'blocked' | 'unlinked'; actor: Actor },
) {
  const lookups = cardLookups(createBlindIndex(deps.config.secretsKeys), card);
  return transact(deps.pool, async (tx) =>
    change(tx, await lock(tx, { partnerId: card.partnerId, lookups }), { what, actor }),
  );
}

/** A member blocks a card that is lost, or unlinks one. @throws DomainError CARD_UNKNOWN */
export function changeOwnCard(
  { pool }: Pick<Deps, 'pool'>,
  { account, id, what }: { account: Address; id: string; what: 'blocked' | 'unlinked' },
) {
  return transact(pool, async (tx) => {
    const row = await lockOwnCard(tx, { account: fromHex(account), id });
    if (!row) throw cardUnknown('card');
    // A lost card stays blocked: whoever found it must not be able to have it linked anew.
    return change(tx, row, { what, actor: `member:${account}`, status: row.status });
  });
}

async function change(
  tx: PoolClient,
  row: CardRow,
  {
    what,
    actor,
    status = 'active',
  }: { what: 'blocked' | 'unlinked'; actor: Actor; status?: CardRow['status'] },
) {
  const changed: CardRow =
    what === 'blocked' ? { ...row, status: 'blocked' } : { ...row, status, account: null, linked_at: null };
  await updateCard(tx, changed);
  await audit(tx, actor, changed, `card.${what}`);
  return presentCard(changed);
}

/** The card as the account's own: itself, unchanged, when it is that already. */
async function link(
  tx: PoolClient,
  row: CardRow,
  { account, at }: { account: Address; at: Date },
): Promise<CardRow> {
  const owner = fromHex(account);
  if (row.status === 'blocked') throw new DomainError('CARD_BLOCKED', { details: { last4: row.last4 } });
  if (row.account?.equals(owner)) return row;
  if (row.account) throw new DomainError('CARD_TAKEN', { details: { last4: row.last4 } });
  if ((await selectCards(tx, owner)).length >= MAX_CARDS)
    throw new DomainError('CARDS_TOO_MANY', { details: { limit: MAX_CARDS } });
  const linked = { ...row, account: owner, linked_at: at };
  await updateCard(tx, linked);
  return linked;
}

async function lock(
  tx: PoolClient,
  about: { partnerId: number; lookups: readonly Buffer[] },
): Promise<CardRow> {
  const row = await findCard(tx, { ...about, lock: true });
  if (row) return row;
  throw cardUnknown('number');
}

const cardUnknown = (field: string): DomainError =>
  new DomainError('CARD_UNKNOWN', { fields: [{ field, message: 'The brand knows no such card.' }] });

const audit = (
  tx: PoolClient,
  actor: Actor,
  { id, partner_id, last4, status, account }: CardRow,
  action: string,
) =>
  appendAudit(tx, {
    partner: partner_id,
    actor,
    action,
    subject: `card:${id}`,
    after: { last4, status, linked: account !== null },
  });
