import { useState } from 'react';
import type { SpendKind } from '../../shared/api/shapes.ts';
import { formatMoney, formatPoints, formatWhole } from '../../shared/ui/format.ts';
import { Empty } from '../../shared/ui/notice.tsx';
import { type Holding, holdingsOf, useBalances, useCharities, usePartners } from '../queries.ts';
import { AmountField } from './amount-field.tsx';
import { Choice } from './choice.tsx';
import { estimateWorth } from './estimate.ts';
import { FromField } from './from-field.tsx';
import { kindWords } from './kinds.ts';
import { targetOptions } from './target-options.tsx';
import type { Wish } from './use-spend.ts';

interface Props {
  kind: SpendKind;
  issuer: number | undefined;
  wish: Wish | undefined;
  asking: boolean;
  onAsk: (wish: Wish) => void;
}

/** Whose points, to where, how many. What was filled in before comes back after a look at the terms. */
export function WishForm({ kind, issuer: firstIssuer, wish, asking, onAsk }: Props) {
  const partners = usePartners().data ?? [];
  const charities = useCharities().data ?? [];
  const holdings = holdingsOf(partners, useBalances().data?.balances);
  const [issuer, setIssuer] = useState(wish?.issuer ?? firstIssuer ?? holdings[0]?.partner.id);
  const [target, setTarget] = useState(wish?.counterparty);
  const [amount, setAmount] = useState(wish?.amount ?? 0n);
  const holding = holdings.find(({ partner }) => partner.id === issuer);
  const worth = holding ? estimateWorth(holding.balance, amount) : 0n;
  const targets = targetOptions({ kind, partners, charities, issuer, worth });
  const counterparty = targets.some(({ id }) => id === target) ? target : undefined;
  const problem = wishProblem(holding, counterparty, amount, kind);
  if (holdings.length === 0) return <Empty title="No points to use yet" />;
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem && !asking && issuer !== undefined) onAsk({ kind, issuer, counterparty, amount });
      }}
    >
      <FromField label={kindWords[kind].from} holdings={holdings} chosen={holding} onChoose={setIssuer} />
      <Choice
        legend={kindWords[kind].to}
        name="target"
        options={targets}
        chosen={counterparty}
        onChoose={setTarget}
      />
      <AmountField
        label={kindWords[kind].amount}
        value={amount}
        most={holding?.balance.points ?? 0n}
        onChange={setAmount}
      />
      <p className="min-h-6 text-sm text-muted" aria-live="polite">
        {problem ?? `${formatPoints(amount)} are worth about ${formatMoney(worth)}.`}
      </p>
      <button
        type="submit"
        className="button button-primary w-full"
        aria-disabled={Boolean(problem) || asking}
      >
        {asking ? 'Asking…' : kindWords[kind].ask}
      </button>
    </form>
  );
}

function wishProblem(
  holding: Holding | undefined,
  counterparty: number | undefined,
  amount: bigint,
  kind: SpendKind,
): string | undefined {
  if (!holding) return 'Pick whose points.';
  if (counterparty === undefined) return kind === 'donation' ? 'Pick a charity.' : 'Pick a shop.';
  if (amount === 0n) return 'Say how many points.';
  const short = amount - holding.balance.points;
  return short > 0n
    ? `${formatPoints(short)} short: you have ${formatWhole(holding.balance.points)}.`
    : undefined;
}
