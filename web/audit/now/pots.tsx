import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { type Pot, potsOf, sumOf } from '../../shared/chain/coverage.ts';
import { formatMoney } from '../../shared/ui/format.ts';

const names: Record<Pot['id'], { name: string; what: string; bar: string }> = {
  reserves: { name: 'Brands’ reserves', what: 'behind members’ points', bar: 'bg-accent' },
  charities: { name: 'Charities', what: 'given, and not fetched yet', bar: 'bg-good' },
  matches: { name: 'Match budgets', what: 'what brands add to gifts', bar: 'bg-warn' },
  fund: { name: 'Members’ fund', what: 'a share of expired points; it can only back points', bar: 'bg-bad' },
  treasury: { name: 'Treasury', what: 'the clearing fees, for gas', bar: 'bg-muted' },
};

/** Where the money is: the pots are never more than what the stablecoin's own contract says is held (I2). */
export function Pots({ figures }: { figures: CoalitionFigures }) {
  const pots = potsOf(figures);
  const sum = sumOf(pots.map(({ amount }) => amount));
  const { held } = figures;
  const share = (amount: bigint) => (held === 0n ? 0 : Number((amount * 10_000n) / held) / 100);
  return (
    <section className="panel p-5" aria-labelledby="pots">
      <h2 id="pots" className="text-xl font-bold tracking-tight">
        Where the money is
      </h2>
      <p className="mt-1 text-muted">
        The stablecoin’s own contract says that the coalition holds {formatMoney(held)}. All pots together may
        never be more.
      </p>
      <div aria-hidden="true" className="mt-4 flex h-3 gap-px overflow-hidden rounded-full bg-raised">
        {pots.map(({ id, amount }) => (
          <div key={id} className={names[id].bar} style={{ width: `${share(amount)}%` }} />
        ))}
      </div>
      <table className="mt-4 w-full text-sm">
        <tbody>
          {pots.map(({ id, amount }) => (
            <tr key={id} className="border-b border-line">
              <th scope="row" className="py-2.5 pr-3 text-left font-semibold">
                <span
                  aria-hidden="true"
                  className={`mr-2.5 inline-block size-2.5 rounded-full ${names[id].bar}`}
                />
                {names[id].name} <span className="font-normal text-muted">{names[id].what}</span>
              </th>
              <td className="py-2.5 text-right tabular-nums" data-testid={`pot-${id}`}>
                {formatMoney(amount)}
              </td>
            </tr>
          ))}
          <Sum name="All pots" amount={sum} />
          <Sum name="Held" amount={held} />
          <Sum
            name={held >= sum ? 'Over, in nobody’s pot' : 'Missing'}
            amount={held >= sum ? held - sum : sum - held}
          />
        </tbody>
      </table>
    </section>
  );
}

function Sum({ name, amount }: { name: string; amount: bigint }) {
  return (
    <tr>
      <th scope="row" className="py-1.5 text-left font-semibold">
        {name}
      </th>
      <td className="py-1.5 text-right font-semibold tabular-nums">{formatMoney(amount)}</td>
    </tr>
  );
}
