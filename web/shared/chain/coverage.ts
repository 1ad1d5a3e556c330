import { valueOfBuckets } from '../../../backend/protocol/values-word.ts';
import type { CoalitionFigures, PartnerFigures } from './coalition.ts';

const ONE_HUNDRED_PERCENT = 10_000n;

/** `full`: holds all that it owes; `policy`: holds what its policy asks, which is less; `short`: holds less than it must. */
export type Backing = 'full' | 'policy' | 'short';

/** How a brand's reserve stands against what it owes. */
export function backingOf({ reserve, liability, required }: PartnerFigures): Backing {
  if (reserve < required) return 'short';
  return reserve >= liability ? 'full' : 'policy';
}

/** Reserve ÷ liability in basis points, rounded down; `undefined` while nothing is owed. */
export function coverageBps(reserve: bigint, liability: bigint): bigint | undefined {
  return liability === 0n ? undefined : (reserve * ONE_HUNDRED_PERCENT) / liability;
}

/** A sum that was recomputed here and compared with what the contract says. */
export interface FigureCheck {
  what: string;
  holds: boolean;
}

/** Recomputes the contract's own sums from its smaller parts. One that does not hold means that the figures can't be trusted. */
export function checkFigures(figures: CoalitionFigures): FigureCheck[] {
  const { partners, reserves, held, claimedHeld } = figures;
  const brands = (figure: (partner: PartnerFigures) => bigint) => sumOf(partners.map(figure));
  return [
    {
      what: 'The money in the stablecoin contract is at least all reserves and all donations waiting to be paid, and what is set aside',
      holds: held >= sumOf(potsOf(figures).map(({ amount }) => amount)) && held === claimedHeld,
    },
    {
      what: 'The brands’ reserves add up to the coalition’s total',
      holds: brands((p) => p.reserve) === reserves && brands((p) => p.matchBudget) === figures.matchBudgets,
    },
    {
      what: 'Their points, what they owe for them, and what they must hold add up to its totals too',
      holds:
        brands((p) => p.supply) === figures.claimedSupply &&
        brands((p) => p.liability) === figures.claimedLiability &&
        brands((p) => p.required) === figures.claimedRequired,
    },
    {
      what: 'Each brand’s points, period by period, add up to its supply',
      holds: partners.every((p) => sumOf([...p.points.buckets]) === p.supply),
    },
    {
      what: 'Points × point value, period by period, add up to what each brand owes',
      holds: partners.every(
        (p) =>
          p.points.epoch === p.values.epoch && valueOfBuckets(p.points.buckets, p.values) === p.liability,
      ),
    },
    {
      what: 'What each brand must hold follows from its coverage policy, rounded up',
      holds: partners.every((p) => requiredReserve(p) === p.required),
    },
  ];
}

/** One of the pots that the coalition's money is in, µUSD. */
export interface Pot {
  readonly id: 'reserves' | 'charities' | 'matches' | 'fund' | 'treasury';
  readonly amount: bigint;
}

/** Every pot. Together they are never more than what is held. */
export const potsOf = ({
  reserves,
  charitiesPayable,
  matchBudgets,
  membersFund,
  treasury,
}: CoalitionFigures): Pot[] => [
  { id: 'reserves', amount: reserves },
  { id: 'charities', amount: charitiesPayable },
  { id: 'matches', amount: matchBudgets },
  { id: 'fund', amount: membersFund },
  { id: 'treasury', amount: treasury },
];

/** The sum of amounts. */
export const sumOf = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);

function requiredReserve({ liability, coverageBps: policy }: PartnerFigures): bigint {
  return (liability * BigInt(policy) + ONE_HUNDRED_PERCENT - 1n) / ONE_HUNDRED_PERCENT;
}
