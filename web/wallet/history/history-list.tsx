import { t } from '@lingui/core/macro';
import {
  ArrowLeftRight,
  BadgeCheck,
  Ban,
  Gift,
  type LucideIcon,
  Plus,
  ShoppingBag,
  Ticket,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import type { HistoryItem } from '../../shared/api/shapes.ts';
import { formatMoment, formatMoney, formatWhole } from '../../shared/ui/format.ts';
import { Sheet } from '../../shared/ui/sheet.tsx';
import { charityName, partnerName, useCharities, usePartners } from '../queries.ts';
import { VoucherCode } from '../spend/voucher-code.tsx';
import { brandPoints } from '../words/points.ts';
import { statusWords } from './status.ts';

const icons: Record<HistoryItem['kind'], LucideIcon> = {
  accrual: Plus,
  return: Undo2,
  repayment: Undo2,
  refund: Undo2,
  redemption: ShoppingBag,
  exchange: ArrowLeftRight,
  donation: Gift,
  gift: Gift,
  'gift-received': Gift,
  cancellation: Ban,
};

/** What brings points. */
const GAINS: ReadonlySet<HistoryItem['kind']> = new Set(['accrual', 'gift-received', 'refund']);

/** What was earned and used, each with its state, its proof and its voucher. */
export function HistoryList({ items }: { items: readonly HistoryItem[] }) {
  return (
    <ul className="panel divide-y divide-line">
      {items.map((item) => (
        <HistoryRow key={item.receipt ?? item.act ?? `${item.at.getTime()}`} item={item} />
      ))}
    </ul>
  );
}

function HistoryRow({ item }: { item: HistoryItem }) {
  const Icon = icons[item.kind];
  const [showVoucher, setShowVoucher] = useState(false);
  const { words, tone } = statusWords(item);
  const { title, shop } = useTitle(item);
  const gain = GAINS.has(item.kind);
  const proof = proofLink(item);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-4">
      <span className="mt-0.5 grid size-10 shrink-0 place-items-center rounded-xl bg-raised text-accent">
        <Icon size={20} aria-hidden="true" />
      </span>
      <div className="min-w-36 flex-1 basis-0">
        <p className="font-semibold">{title}</p>
        <p className="text-sm text-muted">
          {formatMoment(item.at)} · <span className={tone}>{words}</span>
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm">
          {proof ? (
            <a className="link inline-flex items-center gap-1.5" href={proof}>
              <BadgeCheck size={16} aria-hidden="true" /> {t`Proof`}
            </a>
          ) : null}
          {item.voucher ? (
            <button
              type="button"
              className="link inline-flex items-center gap-1.5"
              onClick={() => setShowVoucher(true)}
            >
              <Ticket size={16} aria-hidden="true" /> {t`Voucher`}
            </button>
          ) : null}
        </p>
      </div>
      <div className="ml-auto text-right">
        <p className={`figure ${gain ? 'text-good' : ''}`}>
          {gain ? '+' : '−'}
          {formatWhole(item.points)}
        </p>
        {item.value === undefined ? null : (
          <p className="text-sm text-muted tabular-nums">{formatMoney(item.value)}</p>
        )}
      </div>
      {showVoucher && item.voucher ? (
        <Sheet title={t`Your voucher`} onClose={() => setShowVoucher(false)}>
          <VoucherCode code={item.voucher} shop={shop} />
        </Sheet>
      ) : null}
    </li>
  );
}

function proofLink({ receipt, act, status }: HistoryItem): string | undefined {
  if (receipt) return `/receipt/${receipt}`;
  return act && (status === 'mined' || status === 'final') ? `/act/${act}` : undefined;
}

function useTitle({ kind, partner, counterparty, received, debt }: HistoryItem): {
  title: string;
  shop: string;
} {
  const partners = usePartners().data;
  const charities = useCharities().data;
  const from = partnerName(partners, partner);
  const shop = partnerName(partners, counterparty ?? partner);
  const charity = charityName(charities, counterparty ?? 0);
  switch (kind) {
    case 'accrual':
      return { title: t`Earned at ${from}`, shop };
    case 'return': {
      if (!debt) return { title: t`Purchase at ${from} returned`, shop };
      const owed = formatWhole(debt);
      const title = t`Purchase at ${from} returned: ${owed} of its points come off what you earn there next`;
      return { title, shop };
    }
    case 'repayment':
      return { title: t`Points earned at ${from} that made up for a return`, shop };
    case 'refund':
      return { title: t`${from} points given back by ${shop}`, shop };
    case 'redemption':
      return { title: from === shop ? t`Spent at ${shop}` : t`${from} points spent at ${shop}`, shop };
    case 'exchange': {
      if (received === undefined) return { title: t`${from} points swapped for ${shop} points`, shop };
      const got = brandPoints(received, shop);
      return { title: t`${from} points swapped for ${got}`, shop };
    }
    case 'donation':
      return { title: t`${from} points given to ${charity}`, shop };
    case 'gift':
      return { title: t`${from} points sent to somebody`, shop };
    case 'gift-received':
      return { title: t`${from} points received from somebody`, shop };
    case 'cancellation':
      return { title: t`Something approved with ${from} points cancelled`, shop };
  }
}
