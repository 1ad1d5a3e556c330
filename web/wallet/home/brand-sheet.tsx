import type { Balance, SpendKind } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatExactMoney, formatLastDay, formatMoney, formatWhole } from '../../shared/ui/format.ts';
import { Sheet } from '../../shared/ui/sheet.tsx';
import type { Holding } from '../queries.ts';
import { earningSentence } from '../shops/earning-sentence.ts';

interface Props {
  holding: Holding;
  onClose: () => void;
  onSpend: (kind: SpendKind) => void;
}

/** All about the member's points of one brand: worth, expiry by period, how to earn more. */
export function BrandSheet({ holding: { partner, balance }, onClose, onSpend }: Props) {
  const earning = earningSentence(partner);
  return (
    <Sheet title={partner.name} onClose={onClose}>
      <div className="flex items-center gap-4">
        <BrandMark name={partner.name} colour={partner.colour} size="lg" />
        <div>
          <p className="figure text-4xl">{formatWhole(balance.points)}</p>
          <p className="text-muted">points worth {formatMoney(balance.value)}</p>
        </div>
      </div>
      <Periods balance={balance} />
      <p className="mt-4 text-sm text-muted">
        {earning ? `You earn ${earning} you spend here. ` : ''}A point earned today is worth{' '}
        {formatExactMoney(partner.value)}, and keeps that value until it expires.
      </p>
      {partner.halted ? (
        <p className="mt-3 text-sm font-semibold text-warn">
          This brand is paused just now. Your points are kept.
        </p>
      ) : null}
      <div className="mt-6 grid grid-cols-3 gap-2">
        <button type="button" className="button button-primary px-2" onClick={() => onSpend('redemption')}>
          Spend
        </button>
        <button type="button" className="button button-quiet px-2" onClick={() => onSpend('exchange')}>
          Swap
        </button>
        <button type="button" className="button button-quiet px-2" onClick={() => onSpend('donation')}>
          Give
        </button>
      </div>
    </Sheet>
  );
}

function Periods({ balance }: { balance: Balance }) {
  const buckets = balance.buckets.filter(({ points }) => points > 0n);
  return (
    <table className="mt-6 w-full text-left text-sm">
      <caption className="sr-only">Points by expiry</caption>
      <thead className="text-muted">
        <tr>
          <th className="pb-2 font-semibold">Use by</th>
          <th className="pb-2 text-right font-semibold">Points</th>
          <th className="pb-2 text-right font-semibold">Worth</th>
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {buckets.map(({ epoch, points, value, expiresAt }) => (
          <tr key={epoch} className="border-t border-line">
            <td className="py-2.5">{formatLastDay(expiresAt)}</td>
            <td className="py-2.5 text-right font-semibold">{formatWhole(points)}</td>
            <td className="py-2.5 text-right">{formatMoney(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
