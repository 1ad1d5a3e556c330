import type { SpendKind } from '../../shared/api/shapes.ts';

interface KindWords {
  title: string;
  from: string;
  to: string;
  amount: string;
  ask: string;
}

/** What each act is called on the screen. */
export const kindWords: Readonly<Record<SpendKind, KindWords>> = {
  redemption: {
    title: 'Spend points',
    from: 'Points from',
    to: 'Spend them at',
    amount: 'How many points',
    ask: 'See what you get',
  },
  exchange: {
    title: 'Swap points',
    from: 'Points from',
    to: 'Swap for points of',
    amount: 'How many points',
    ask: 'See what you get',
  },
  donation: {
    title: 'Give points',
    from: 'Points from',
    to: 'Give them to',
    amount: 'How many points',
    ask: 'See what they get',
  },
};
