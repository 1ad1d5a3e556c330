import { plural, t } from '@lingui/core/macro';
import { QrCode as QrIcon } from 'lucide-react';
import { formatCode, formatMoney } from '../../shared/ui/format.ts';
import { Mosaic } from '../../shared/ui/mosaic.tsx';
import { useAccount, useMemberCode } from '../member.tsx';
import type { Holding } from '../queries.ts';
import { pointsWords } from '../words/points.ts';

/** The card: the whole of the member's points in money and points, and the way to the code. Its mosaic shows each brand's share. */
export function MemberCard({ holdings, loaded }: { holdings: Holding[]; loaded: boolean }) {
  const account = useAccount();
  const { code } = useMemberCode();
  const value = holdings.reduce((sum, { balance }) => sum + balance.value, 0n);
  const points = holdings.reduce((sum, { balance }) => sum + balance.points, 0n);
  const shares = holdings.map(({ partner, balance }) => ({ colour: partner.colour, weight: balance.value }));
  return (
    <section
      aria-label={t`Your card`}
      className="broken-below overflow-hidden rounded-t-[2rem] bg-card pb-9 text-white"
    >
      <Mosaic shares={shares} seed={account.address} />
      <div className="px-6 pt-5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm font-medium text-white/75">
          <h1>{t`Your points are worth`}</h1>
          <p>{account.kind === 'device' ? t`Guest card` : t`Own wallet`}</p>
        </div>
        <p className="figure mt-1 text-5xl wrap-anywhere" data-testid="total-value">
          {loaded ? (
            formatMoney(value)
          ) : (
            <span className="inline-block h-[1em] w-44 motion-safe:animate-pulse rounded-xl bg-white/15 align-top" />
          )}
        </p>
        <p className="mt-1.5 text-sm text-white/75" data-testid="total-points">
          {loaded ? total(points, holdings.length) : ' '}
        </p>
        <a
          href="/code"
          className="mt-5 flex min-h-12 flex-wrap items-center justify-between gap-x-3 rounded-2xl bg-white/10 px-4 py-2 font-semibold motion-safe:transition-colors hover:bg-white/15 focus-visible:outline-white"
        >
          <span className="flex items-center gap-3">
            <QrIcon size={20} aria-hidden="true" /> {t`My code`}
          </span>
          <span className="font-medium tracking-wider tabular-nums">
            {code ? formatCode(code) : '····\u2009····'}
          </span>
        </a>
      </div>
    </section>
  );
}

function total(points: bigint, brands: number): string {
  if (brands === 0) return t`No points yet. The first ones fill your mosaic.`;
  const amount = pointsWords(points);
  return plural(brands, { one: `${amount} from one brand`, other: `${amount} from # brands` });
}
