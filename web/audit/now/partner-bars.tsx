import { epochStart } from '../../../backend/protocol/epochs.ts';
import type { PartnerFigures } from '../../shared/chain/coalition.ts';
import { type Backing, backingOf, coverageBps } from '../../shared/chain/coverage.ts';
import {
  formatDay,
  formatExactMoney,
  formatMoney,
  formatPercent,
  formatWhole,
} from '../../shared/ui/format.ts';
import { type Link, linkTo } from '../source/link.ts';

const looks: Record<Backing, { words: string; text: string; bar: string }> = {
  full: { words: 'Fully backed', text: 'text-good', bar: 'bg-good' },
  policy: { words: 'Within its policy', text: 'text-warn', bar: 'bg-warn' },
  short: { words: 'Short of money', text: 'text-bad', bar: 'bg-bad' },
};

/** Every brand's money against what it owes. The line in a bar marks what it owes. */
export function PartnerBars({
  partners,
  confirmed,
  link,
}: {
  partners: readonly PartnerFigures[];
  confirmed: boolean;
  link: Link;
}) {
  return (
    <section aria-labelledby="brands">
      <h2 id="brands" className="mb-3 text-xl font-bold tracking-tight">
        Brand by brand
      </h2>
      <ul className="grid gap-3 lg:grid-cols-2">
        {partners.map((partner) => (
          <PartnerBar key={partner.partner} partner={partner} confirmed={confirmed} link={link} />
        ))}
      </ul>
    </section>
  );
}

function PartnerBar({
  partner,
  confirmed,
  link,
}: {
  partner: PartnerFigures;
  confirmed: boolean;
  link: Link;
}) {
  const { name, reserve, liability, halted, leaving } = partner;
  const coverage = coverageBps(reserve, liability);
  const look = looks[backingOf(partner)];
  return (
    <li className="panel px-5 py-4" data-testid={`partner-${partner.partner}`}>
      <div className="flex items-baseline justify-between gap-4">
        <h3 className="font-semibold">
          <a
            className="rounded hover:underline"
            href={linkTo({ ...link, view: 'history', brand: partner.partner })}
          >
            {name}
          </a>
        </h3>
        <p className="figure text-2xl">{coverage === undefined ? '–' : formatPercent(coverage)}</p>
      </div>
      <Bar reserve={reserve} liability={liability} look={look.bar} />
      <p className="mt-2 flex flex-wrap justify-between gap-x-4 text-sm text-muted tabular-nums">
        <span>
          {formatMoney(reserve)} held for {formatMoney(liability)} owed
        </span>
        {confirmed ? (
          <span className={`font-semibold ${look.text}`}>
            {[
              coverage === undefined ? 'Owes nothing' : look.words,
              ...(halted ? ['halted'] : []),
              ...(leaving ? ['leaving'] : []),
            ].join(', ')}
          </span>
        ) : null}
      </p>
      <Periods partner={partner} />
    </li>
  );
}

/** Held against owed on one scale; the longer of the two fills the bar. */
function Bar({ reserve, liability, look }: { reserve: bigint; liability: bigint; look: string }) {
  const longest = reserve > liability ? reserve : liability;
  const share = (value: bigint) => (longest === 0n ? 0 : Number((value * 1000n) / longest) / 10);
  return (
    <div aria-hidden="true" className="relative mt-3 h-3 overflow-hidden rounded-full bg-raised">
      <div
        className={`h-full rounded-full motion-safe:transition-[width] duration-500 ${look}`}
        style={{ width: `${share(reserve)}%` }}
      />
      <div
        className="absolute inset-y-0 w-0.75 bg-ink"
        style={{ left: `calc(${share(liability)}% - 3px)` }}
      />
    </div>
  );
}

function Periods({ partner: { points, values, quartersPerEpoch, validity } }: { partner: PartnerFigures }) {
  const periods = points.buckets.map((amount, index) => ({
    epoch: points.epoch - 3 + index,
    amount,
    value: values.values[index] ?? 0n,
  }));
  const live = periods.filter(({ amount }) => amount > 0n);
  return (
    <details className="mt-3 text-sm">
      <summary className="w-fit rounded font-semibold text-accent">Points by period</summary>
      <table className="mt-2 w-full text-left tabular-nums">
        <thead className="text-muted">
          <tr>
            <th className="py-1 font-semibold">Live until</th>
            <th className="py-1 text-right font-semibold">Points</th>
            <th className="py-1 text-right font-semibold">Each worth</th>
          </tr>
        </thead>
        <tbody>
          {live.map(({ epoch, amount, value }) => (
            <tr key={epoch} className="border-t border-line">
              <td className="py-1.5">
                {formatDay(new Date(epochStart(epoch + validity, quartersPerEpoch) * 1000))}
              </td>
              <td className="py-1.5 text-right">{formatWhole(amount)}</td>
              <td className="py-1.5 text-right">{formatExactMoney(value)}</td>
            </tr>
          ))}
          <tr className="border-t border-line text-muted">
            <td className="py-1.5">Points of the next period</td>
            <td className="py-1.5 text-right">–</td>
            <td className="py-1.5 text-right">{formatExactMoney(values.values[4])}</td>
          </tr>
        </tbody>
      </table>
    </details>
  );
}
