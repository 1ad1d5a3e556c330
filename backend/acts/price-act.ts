/** What an act yields, as the hub computes it. Pure. */
import { type AccountWord, balanceAt, type EpochClock, spendPoints } from '../protocol/account-word.ts';
import type { ActKind } from '../protocol/acts.ts';
import { type ValuesWord, valueOfBuckets } from '../protocol/values-word.ts';
import { DomainError } from '../shared/errors.ts';
import { mulDivDown } from '../shared/units.ts';
import type { LiveAct } from './acts.repository.ts';
import type { Brand, Parties } from './read-parties.ts';

const CURRENT = 3;

/** µUSD that the points are worth, and the points that an exchange yields. */
export interface Price {
  readonly value: bigint;
  readonly received: bigint | null;
}

/** The member's word once the acts on their way are done; acts that will fail for want of points take nothing. */
export const wordAfter = (word: AccountWord, live: readonly LiveAct[], clock: EpochClock): AccountWord =>
  live.reduce((left, { amount }) => spendPoints(left, amount, clock)?.word ?? left, word);

/**
 * Prices an act on a word. Points received are rounded down, in favour of the target's reserve.
 * @throws DomainError POINTS_INSUFFICIENT, ACT_WORTHLESS, RESERVE_INSUFFICIENT
 */
export function priceAct(
  { kind, amount }: { kind: ActKind; amount: bigint },
  { issuer, counterparty }: Parties,
  word: AccountWord,
): Price {
  if (kind === 'cancellation') return { value: 0n, received: null };
  const spent = spendPoints(word, amount, issuer.clock);
  if (!spent) throw insufficient(amount, balanceAt(word, issuer.clock), issuer);
  const value = valueOfBuckets(spent.taken, issuer.values);
  const received =
    kind === 'exchange' ? mulDivDown(value, 1n, counterparty.brand?.values.values[CURRENT] ?? 1n) : null;
  // A gift moves no money, so it never draws on the reserve.
  if (kind === 'gift') return { value, received: null };
  if (value === 0n || received === 0n)
    throw new DomainError('ACT_WORTHLESS', {
      details: { issuer: issuer.id, amount: amount.toString() },
      fields: [{ field: 'amount', message: 'Send more points: these yield nothing.' }],
    });
  const movesMoney = counterparty.brand?.id !== issuer.id;
  if (movesMoney && value > issuer.reserve)
    throw new DomainError('RESERVE_INSUFFICIENT', {
      message: `${issuer.name} has ${issuer.reserve} µUSD in reserve, and the points are worth ${value}.`,
      details: { partner: issuer.id, available: issuer.reserve.toString(), requested: value.toString() },
    });
  return { value, received };
}

const insufficient = (requested: bigint, available: bigint, issuer: Brand): DomainError =>
  new DomainError('POINTS_INSUFFICIENT', {
    message: `${available} points of ${issuer.name} can be spent, ${requested} are asked for.`,
    details: { available: available.toString(), requested: requested.toString(), issuer: issuer.id },
    fields: [{ field: 'amount', message: `Send at most ${available}.` }],
  });

/** The fewest points worth at least `value` µUSD, earliest expiry first. @throws DomainError POINTS_INSUFFICIENT */
export function pointsFor(value: bigint, issuer: Brand, word: AccountWord): bigint {
  const worth = (points: bigint, values: ValuesWord) =>
    valueOfBuckets(spendPoints(word, points, issuer.clock)?.taken ?? [], values);
  const available = balanceAt(word, issuer.clock);
  if (worth(available, issuer.values) < value) throw insufficient(available + 1n, available, issuer);
  let [low, high] = [0n, available];
  // Worth never falls as points are added, so halving finds the edge in at most 48 steps.
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (worth(middle, issuer.values) >= value) high = middle;
    else low = middle;
  }
  return high;
}
