import type { CoalitionFigures, PartnerFigures } from '../../shared/chain/coalition.ts';
import { coverageBps, sumOf } from '../../shared/chain/coverage.ts';
import type { Settlements } from '../../shared/chain/settlements.ts';
import { formatExactMoney, formatMoney, formatPercent, formatWhole } from '../../shared/ui/format.ts';
import { utc } from '../table.tsx';

const CURRENT = 3;

/** The same in figures. On a phone it scrolls sideways, by keyboard too. */
export function FiguresTable({
  figures,
  settlements,
}: {
  figures: CoalitionFigures;
  settlements: Settlements | undefined;
}) {
  const { partners } = figures;
  return (
    <div>
      <h2 id="figures" className="mb-3 text-xl font-bold tracking-tight">
        In figures
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="panel overflow-x-auto" aria-labelledby="figures" tabIndex={0}>
        <table className="w-full min-w-5xl text-right text-sm tabular-nums">
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
                'Last settlement (UTC)',
                'State',
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
                  <td className="px-4 py-3 whitespace-nowrap">
                    {settlementWords(settlements, partner.partner)}
                  </td>
                  <td className="px-4 py-3">{stateWords(partner)}</td>
                </tr>
              );
            })}
          </tbody>
          <TotalRow figures={figures} />
        </table>
      </section>
    </div>
  );
}

function TotalRow({ figures: { partners } }: { figures: CoalitionFigures }) {
  const sum = (figure: (partner: PartnerFigures) => bigint) => sumOf(partners.map(figure));
  const [liability, reserve] = [sum((p) => p.liability), sum((p) => p.reserve)];
  const coverage = coverageBps(reserve, liability);
  return (
    <tfoot className="font-semibold">
      <tr className="border-t-2 border-line">
        <th scope="row" className="px-4 py-3 text-left">
          All brands
        </th>
        <td className="px-4 py-3">{formatWhole(sum((p) => p.supply))}</td>
        <td className="px-4 py-3">–</td>
        <td className="px-4 py-3">{formatMoney(liability)}</td>
        <td className="px-4 py-3">{formatMoney(sum((p) => p.required))}</td>
        <td className="px-4 py-3">{formatMoney(reserve)}</td>
        <td className="px-4 py-3">{coverage === undefined ? '–' : formatPercent(coverage)}</td>
        <td className="px-4 py-3">{formatWhole(sum((p) => BigInt(p.lastBatch)))}</td>
        <td className="px-4 py-3" colSpan={2} />
      </tr>
    </tfoot>
  );
}

/** When value last moved between the brand and another, or a charity. */
function settlementWords(settlements: Settlements | undefined, partner: number): string {
  if (!settlements) return '…';
  const last = settlements.byBrand.get(partner);
  if (last) return last.at ? utc(last.at.getTime() / 1000) : `block ${formatWhole(last.block)}`;
  return settlements.from === 0n ? 'never' : `none since block ${formatWhole(settlements.from)}`;
}

function stateWords({ halted, leaving }: PartnerFigures): string {
  if (halted) return leaving ? 'halted, leaving' : 'halted';
  return leaving ? 'leaving' : 'open';
}
