import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { formatMoney, formatWhole } from '../../shared/ui/format.ts';

/** The coalition in four numbers. */
export function Totals({ figures: { partners, held, charitiesPayable } }: { figures: CoalitionFigures }) {
  const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n);
  const facts = [
    { id: 'held', label: 'Money held', value: formatMoney(held) },
    { id: 'owed', label: 'Owed for points', value: formatMoney(sum(partners.map((p) => p.liability))) },
    { id: 'charities', label: 'Waiting for charities', value: formatMoney(charitiesPayable) },
    { id: 'supply', label: 'Points in circulation', value: formatWhole(sum(partners.map((p) => p.supply))) },
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {facts.map(({ id, label, value }) => (
        <div key={id} className="panel px-4 py-4 md:px-5">
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="figure mt-1 text-lg wrap-anywhere sm:text-2xl" data-testid={`total-${id}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
