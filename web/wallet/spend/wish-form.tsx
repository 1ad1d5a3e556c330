import { t } from '@lingui/core/macro';
import { useState } from 'react';
import type { SpendKind } from '../../shared/api/shapes.ts';
import { formatMoney, formatWhole } from '../../shared/ui/format.ts';
import { Empty } from '../../shared/ui/notice.tsx';
import { pointsFor } from '../pay/points-for.ts';
import { type Holding, holdingsOf, useBalances, useCharities, usePartners } from '../queries.ts';
import { pointsWords, worthWords } from '../words/points.ts';
import { AmountField, type Portion, portionsOf } from './amount-field.tsx';
import { Choice } from './choice.tsx';
import { estimateWorth } from './estimate.ts';
import { FromField } from './from-field.tsx';
import { kindWords } from './kinds.ts';
import { targetOptions } from './target-options.tsx';
import type { Wish } from './use-spend.ts';

interface Props {
  kind: SpendKind;
  /** Chosen before: whose points, and where to. */
  from: number | undefined;
  to: number | undefined;
  wish: Wish | undefined;
  asking: boolean;
  onAsk: (wish: Wish) => void;
}

/** Whose points, to where, how many. What was filled in before comes back after a look at the terms. */
export function WishForm({ kind, from, to, wish, asking, onAsk }: Props) {
  const partners = usePartners().data ?? [];
  const charities = useCharities().data ?? [];
  const holdings = holdingsOf(partners, useBalances().data?.balances);
  const [issuer, setIssuer] = useState(wish?.issuer ?? firstOf(holdings, from));
  const [target, setTarget] = useState(wish?.counterparty ?? to);
  const [amount, setAmount] = useState(wish?.amount ?? 0n);
  const holding = holdings.find(({ partner }) => partner.id === issuer);
  const worth = holding ? estimateWorth(holding.balance, amount) : 0n;
  const targets = targetOptions({ kind, partners, charities, issuer, worth });
  const counterparty = targets.some(({ id }) => id === target) ? target : undefined;
  const portions = holding ? portionsFor(kind, holding) : [];
  const problem = wishProblem(holding, counterparty, amount, kind);
  if (holdings.length === 0) return <Empty title={t`No points to use yet`} />;
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem && !asking && issuer !== undefined) onAsk({ kind, issuer, counterparty, amount });
      }}
    >
      <FromField label={kindWords(kind).from} holdings={holdings} chosen={holding} onChoose={setIssuer} />
      <Choice
        legend={kindWords(kind).to}
        name="target"
        options={targets}
        chosen={counterparty}
        onChoose={setTarget}
      />
      <AmountField label={kindWords(kind).amount} value={amount} portions={portions} onChange={setAmount} />
      <p className="min-h-6 text-sm text-muted" aria-live="polite">
        {problem ?? worthWords(amount, worth)}
      </p>
      <button
        type="submit"
        className="button button-primary w-full"
        aria-disabled={Boolean(problem) || asking}
      >
        {asking ? t`Asking…` : kindWords(kind).ask}
      </button>
    </form>
  );
}

/** The brand that was asked for, as far as there are points of it, else the first one. */
function firstOf(holdings: readonly Holding[], wanted: number | undefined): number | undefined {
  return (holdings.find(({ partner }) => partner.id === wanted) ?? holdings[0])?.partner.id;
}

const DOLLAR = 1_000_000n;

/** For a gift round sums of money, as far as they are there; else parts of what there is. */
function portionsFor(kind: SpendKind, { balance }: Holding): Portion[] {
  if (kind !== 'donation') return portionsOf(balance.points);
  const round = [1n, 2n, 5n].flatMap((dollars): Portion[] => {
    const points = pointsFor(balance, dollars * DOLLAR);
    const money = formatMoney(dollars * DOLLAR);
    return points === undefined ? [] : [{ name: money, spoken: money, points }];
  });
  return [...round, ...portionsOf(balance.points).slice(round.length === 0 ? 0 : -1)];
}

function wishProblem(
  holding: Holding | undefined,
  counterparty: number | undefined,
  amount: bigint,
  kind: SpendKind,
): string | undefined {
  if (!holding) return t`Pick whose points.`;
  if (counterparty === undefined) return kind === 'donation' ? t`Pick a charity.` : t`Pick a shop.`;
  if (amount === 0n) return t`Say how many points.`;
  const short = amount - holding.balance.points;
  if (short <= 0n) return undefined;
  const missing = pointsWords(short);
  const held = formatWhole(holding.balance.points);
  return t`${missing} short: you have ${held}.`;
}
