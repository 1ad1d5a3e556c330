import { useState } from 'react';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { CodeField } from '../code-field.tsx';
import { MoneyField } from '../money-field.tsx';
import { useTill } from '../till.tsx';
import { Given } from './given.tsx';
import { useGive } from './use-give.ts';

/** A purchase: who, how much, and the points are given. */
export function GivePage() {
  const { partner, partners } = useTill();
  const give = useGive();
  const [member, setMember] = useState('');
  const [amount, setAmount] = useState(0);
  const [chosen, setChosen] = useState('');
  const earning = (partner ? [partner] : partners).flatMap((one) => one.earning ?? []);
  const currencies = [...new Set(earning.map((rule) => rule.currency))];
  const currency = currencies.includes(chosen) ? chosen : (currencies[0] ?? 'USD');
  const code = member.replace(/\s/g, '');
  const ready = code !== '' && amount > 0 && !give.isPending && !give.data && partner !== undefined;
  return (
    <div className="grid grid-cols-1 items-start gap-6 md:grid-cols-2">
      <form
        className="panel space-y-5 p-5 md:p-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) give.mutate({ member: code, amount, currency });
        }}
      >
        <h1 className="text-2xl font-bold tracking-tight">Give points</h1>
        <CodeField
          label="Member’s code"
          value={member}
          placeholder="1234 5678"
          numeric
          onChange={setMember}
        />
        <MoneyField label="Purchase" currency={currency} value={amount} onChange={setAmount} />
        {currencies.length > 1 ? (
          <CurrencyPicker currencies={currencies} chosen={currency} onChoose={setChosen} />
        ) : null}
        {give.error ? <GiveFailed error={give.error} /> : null}
        <button type="submit" className="button button-primary w-full text-lg" aria-disabled={!ready}>
          {give.isPending ? 'Sending…' : 'Give points'}
        </button>
      </form>
      <Given
        outcome={give.data}
        code={give.variables?.member}
        onNext={() => {
          give.reset();
          setMember('');
          setAmount(0);
        }}
      />
    </div>
  );
}

function CurrencyPicker({
  currencies,
  chosen,
  onChoose,
}: {
  currencies: string[];
  chosen: string;
  onChoose: (currency: string) => void;
}) {
  return (
    <label className="block">
      <span className="label">Currency of this till</span>
      <select className="field" value={chosen} onChange={(event) => onChoose(event.target.value)}>
        {currencies.map((currency) => (
          <option key={currency}>{currency}</option>
        ))}
      </select>
    </label>
  );
}

function GiveFailed({ error }: { error: unknown }) {
  if (error instanceof ApiProblem && error.code === 'MEMBER_UNKNOWN') {
    return (
      <Notice tone="bad">
        No member has this code. Check the digits with the customer; nothing was recorded.
      </Notice>
    );
  }
  return <Notice tone="bad">Nothing was recorded. {problemSentence(error)}</Notice>;
}
