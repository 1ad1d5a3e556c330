import { HandHeart } from 'lucide-react';
import { useState } from 'react';
import type { ActKind, Charity, Partner } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatExactMoney, formatMoney, formatPoints, formatWhole } from '../../shared/ui/format.ts';
import { Empty } from '../../shared/ui/notice.tsx';
import { type Holding, holdingsOf, useBalances, useCharities, usePartners } from '../queries.ts';
import { AmountField } from './amount-field.tsx';
import { Choice, type Option } from './choice.tsx';
import { estimateWorth } from './estimate.ts';
import { kindWords } from './kinds.ts';
import type { Wish } from './use-spend.ts';

interface Props {
  kind: ActKind;
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
  const targets =
    kind === 'donation'
      ? charities.map(charityOption)
      : partners.filter((p) => fits(p, kind, issuer)).map(brandOption);
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
      <Choice
        legend={kindWords[kind].from}
        name="issuer"
        options={holdings.map(holdingOption)}
        chosen={issuer}
        onChoose={setIssuer}
      />
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
        {problem ??
          (holding
            ? `${formatPoints(amount)} are worth about ${formatMoney(estimateWorth(holding.balance, amount))}.`
            : '')}
      </p>
      <button
        type="submit"
        className="button button-primary w-full"
        aria-disabled={Boolean(problem) || asking}
      >
        {asking ? 'Asking…' : 'See what you get'}
      </button>
    </form>
  );
}

/** Points are spent anywhere, their own brand included, but swapped only for another brand's. */
function fits(partner: Partner, kind: ActKind, issuer: number | undefined): boolean {
  return !partner.halted && (kind !== 'exchange' || partner.id !== issuer);
}

function wishProblem(
  holding: Holding | undefined,
  counterparty: number | undefined,
  amount: bigint,
  kind: ActKind,
): string | undefined {
  if (!holding) return 'Pick whose points.';
  if (counterparty === undefined) return kind === 'donation' ? 'Pick a charity.' : 'Pick a shop.';
  if (amount === 0n) return 'Say how many points.';
  const short = amount - holding.balance.points;
  return short > 0n
    ? `${formatPoints(short)} short: you have ${formatWhole(holding.balance.points)}.`
    : undefined;
}

const holdingOption = ({ partner, balance }: Holding): Option => ({
  id: partner.id,
  label: partner.name,
  hint: `${formatWhole(balance.points)} · ${formatMoney(balance.value)}`,
  mark: <BrandMark name={partner.name} colour={partner.colour} size="sm" />,
});

const brandOption = ({ id, name, colour, value }: Partner): Option => ({
  id,
  label: name,
  hint: `${formatExactMoney(value)} a point`,
  mark: <BrandMark name={name} colour={colour} size="sm" />,
});

const charityOption = ({ id, name, donated }: Charity): Option => ({
  id,
  label: name,
  hint: `${formatMoney(donated)} so far`,
  mark: <HandHeart size={22} className="mx-1 shrink-0 text-accent" aria-hidden="true" />,
});
