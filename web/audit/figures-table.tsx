import type { CoalitionFigures } from '../shared/chain/coalition.ts';
import { coverageBps } from '../shared/chain/coverage.ts';
import { formatExactMoney, formatMoney, formatPercent, formatWhole } from '../shared/ui/format.ts';

const CURRENT = 3;

/** The same in figures. On a phone it scrolls sideways, by keyboard too. */
export function FiguresTable({ figures: { partners } }: { figures: CoalitionFigures }) {
  return (
    <div>
      <h2 id="figures" className="mb-3 text-xl font-bold tracking-tight">
        In figures
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="panel overflow-x-auto" aria-labelledby="figures" tabIndex={0}>
        <table className="w-full min-w-3xl text-right text-sm tabular-nums">
          <thead className="text-muted">
            <tr>
              {[
                'Brand',
                'In circulation',
                'Point value',
                'Owed',
                'Must hold',
                'Held',
                'Coverage',
                'Batches',
              ].map((title) => (
                <th key={title} scope="col" className="px-4 py-3 font-semibold first:text-left">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {partners.map((partner) => {
              const coverage = coverageBps(partner.reserve, partner.liability);
              return (
                <tr key={partner.partner} className="border-t border-line">
                  <th scope="row" className="px-4 py-3 text-left font-semibold">
                    {partner.name} <span className="font-normal text-muted">{partner.symbol}</span>
                  </th>
                  <td className="px-4 py-3" data-testid={`supply-${partner.partner}`}>
                    {formatWhole(partner.supply)}
                  </td>
                  <td className="px-4 py-3">{formatExactMoney(partner.values.values[CURRENT])}</td>
                  <td className="px-4 py-3">{formatMoney(partner.liability)}</td>
                  <td className="px-4 py-3">
                    {formatMoney(partner.required)}{' '}
                    <span className="text-muted">({partner.coverageBps / 100}%)</span>
                  </td>
                  <td className="px-4 py-3" data-testid={`reserve-${partner.partner}`}>
                    {formatMoney(partner.reserve)}
                  </td>
                  <td className="px-4 py-3 font-semibold">
                    {coverage === undefined ? '–' : formatPercent(coverage)}
                  </td>
                  <td className="px-4 py-3">{formatWhole(partner.lastBatch)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </div>
  );
}
