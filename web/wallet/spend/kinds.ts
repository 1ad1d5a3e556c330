import { t } from '@lingui/core/macro';
import type { SpendKind } from '../../shared/api/shapes.ts';

interface KindWords {
  title: string;
  from: string;
  to: string;
  amount: string;
  ask: string;
}

/** What each act is called on the screen. */
export const kindWords = (kind: SpendKind): KindWords => words[kind]();

const words: Readonly<Record<SpendKind, () => KindWords>> = {
  redemption: () => ({
    title: t`Spend points`,
    from: t`Points from`,
    to: t`Spend them at`,
    amount: t`How many points`,
    ask: t`See what you get`,
  }),
  exchange: () => ({
    title: t`Swap points`,
    from: t`Points from`,
    to: t`Swap for points of`,
    amount: t`How many points`,
    ask: t`See what you get`,
  }),
  donation: () => ({
    title: t`Give points`,
    from: t`Points from`,
    to: t`Give them to`,
    amount: t`How many points`,
    ask: t`See what they get`,
  }),
};
