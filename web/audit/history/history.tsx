import { useState } from 'react';
import { coverageBps } from '../../shared/chain/coverage.ts';
import { formatMoney, formatPercent, formatWhole } from '../../shared/ui/format.ts';
import type { PartProps } from '../app.tsx';
import { LedgerGate } from '../ledger/ledger-gate.tsx';
import type { Ledger } from '../ledger/read-ledger.ts';
import { type Sample, type Standing, standingOf } from '../ledger/series.ts';
import { type Link, linkTo } from '../source/link.ts';
import { Panel, Table, utc } from '../table.tsx';
import { type Line, SeriesChart } from './series-chart.tsx';

const FIGURES = { money: 'Held and owed', points: 'Points', coverage: 'Coverage' } as const;
type Figure = keyof typeof FIGURES;

/** How a brand, or all, stood over time: a chart, and the same as a table. */
export default function History({ link }: PartProps) {
  return <LedgerGate>{(ledger) => <Drawn ledger={ledger} link={link} />}</LedgerGate>;
}

function Drawn({ ledger, link }: { ledger: Ledger; link: Link }) {
  const [figure, setFigure] = useState<Figure>('money');
  const { brand } = link;
  const names = [...ledger.audit.books.partners.values()].map(({ partner, name }) => ({ partner, name }));
  const name = names.find(({ partner }) => partner === brand)?.name ?? 'All brands';
  const samples = ledger.samples.filter((sample) => standingOf(sample, brand) !== undefined);
  return (
    <Panel
      title={`${name} over time`}
      about="Computed in your browser from the events alone. Points die with their period without a transaction, so lines fall at the end of a quarter too."
    >
      <div className="mb-5 flex flex-wrap gap-4 print:hidden">
        <label>
          <span className="label">Brand</span>
          <select
            className="field w-auto"
            value={brand ?? ''}
            onChange={(event) => {
              const chosen = event.target.value;
              location.hash = linkTo({ ...link, brand: chosen === '' ? undefined : Number(chosen) });
            }}
          >
            <option value="">All brands</option>
            {names.map(({ partner, name: each }) => (
              <option key={partner} value={partner}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="label">What</span>
          <select
            className="field w-auto"
            value={figure}
            onChange={(event) => setFigure(event.target.value as Figure)}
          >
            {Object.entries(FIGURES).map(([id, title]) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <SeriesChart
        key={`${brand} ${figure}`}
        label={`${FIGURES[figure]}, ${name}`}
        lines={linesOf(figure, samples, brand)}
        times={samples.map(({ at }) => at)}
        words={(index) => <Words sample={samples[index]} brand={brand} />}
        mark={marksOf[figure]}
        dates={(at) => utc(at).slice(0, spansDays(samples) ? 10 : 16)}
      />
      <h3 className="mt-6 mb-2 font-semibold">The same in figures</h3>
      <HistoryTable samples={samples} brand={brand} />
    </Panel>
  );
}

const DAY = 86_400;
const spansDays = (samples: readonly Sample[]) => (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0) > 3 * DAY;

// A drawing is a few hundred pixels wide, so what it is drawn from may be rounded; the words and the table are exact.
const dollars = (amount: bigint) => Number(amount / 100n) / 10_000;

const compact = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumSignificantDigits: 3 });
const marksOf: Record<Figure, (value: number) => string> = {
  money: (value) => `$${compact.format(value)}`,
  points: (value) => compact.format(value),
  coverage: (value) => `${compact.format(value)}%`,
};

function linesOf(figure: Figure, samples: readonly Sample[], brand: number | undefined): Line[] {
  const line = (read: (standing: Standing) => number | undefined) =>
    samples.map((sample) => {
      const standing = standingOf(sample, brand);
      return { at: sample.at, value: standing && read(standing) };
    });
  if (figure === 'points')
    return [{ name: 'In circulation', look: 'text-accent', points: line(({ supply }) => Number(supply)) }];
  if (figure === 'coverage')
    return [{ name: 'Held for what is owed, at most 500%', look: 'text-accent', points: line(coverage) }];
  return [
    { name: 'Held', look: 'text-good', points: line(({ reserve }) => dollars(reserve)) },
    { name: 'Owed', look: 'text-warn', dashed: true, points: line(({ liability }) => dollars(liability)) },
  ];
}

const DRAWN_COVERAGE = 50_000n;

/** Percent; what is far more than enough would flatten the rest. */
function coverage({ reserve, liability }: Standing): number | undefined {
  const ratio = coverageBps(reserve, liability);
  if (ratio === undefined) return undefined;
  return Number(ratio < DRAWN_COVERAGE ? ratio : DRAWN_COVERAGE) / 100;
}

function coverageWords({ reserve, liability }: Standing): string {
  const ratio = coverageBps(reserve, liability);
  return ratio === undefined ? '–' : formatPercent(ratio);
}

function Words({ sample, brand }: { sample: Sample | undefined; brand: number | undefined }) {
  const standing = sample && standingOf(sample, brand);
  if (!sample || !standing) return null;
  return (
    <>
      <b>{utc(sample.at)} UTC</b>, block {formatWhole(sample.block)}: {formatMoney(standing.reserve)} held for{' '}
      {formatMoney(standing.liability)} owed ({coverageWords(standing)}), {formatWhole(standing.supply)}{' '}
      points in circulation.
    </>
  );
}

function HistoryTable({ samples, brand }: { samples: readonly Sample[]; brand: number | undefined }) {
  const rows = samples.toReversed().flatMap((sample) => {
    const standing = standingOf(sample, brand);
    if (!standing) return [];
    return {
      key: `${sample.block} ${sample.at}`,
      cells: [
        <span key="at" className="whitespace-nowrap">
          {utc(sample.at)}
        </span>,
        formatWhole(sample.block),
        formatWhole(standing.supply),
        formatMoney(standing.liability),
        formatMoney(standing.reserve),
        coverageWords(standing),
      ],
    };
  });
  return (
    <Table
      label="History in figures"
      titles={['When (UTC)', 'Block', 'In circulation', 'Owed', 'Held', 'Coverage']}
      numbers={5}
      rows={rows}
      tall
    />
  );
}
