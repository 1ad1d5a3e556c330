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
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { HistoryItem } from '../../shared/api/shapes.ts';
import { formatMoment, formatMoney, formatWhole } from '../../shared/ui/format.ts';
import { Empty, Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { Sheet } from '../../shared/ui/sheet.tsx';
import { useAccount } from '../member.tsx';
import { charityName, partnerName, useCharities, useHistory, usePartners } from '../queries.ts';
import { VoucherCode } from '../spend/voucher-code.tsx';
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

/** Everything that was earned and used, newest first, each with its state, its proof and its voucher. */
export default function HistoryPage() {
  const account = useAccount();
  // The guest card signs in by itself; an own wallet opens a prompt, which only a tap may do.
  const [allowed, setAllowed] = useState(account.kind === 'device');
  const history = useHistory(allowed);
  const items = history.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="mx-auto max-w-2xl">
      <h1 className="mb-5 text-2xl font-bold tracking-tight">History</h1>
      {!allowed ? (
        <Empty title="Only you can see this">
          Approve once in your wallet to show it. It spends nothing.
          <p className="mt-4">
            <button type="button" className="button button-primary" onClick={() => setAllowed(true)}>
              Show my history
            </button>
          </p>
        </Empty>
      ) : null}
      {history.error ? (
        <div className="mb-4">
          <Notice tone="warn">{problemSentence(history.error)}</Notice>
        </div>
      ) : null}
      {allowed && history.isLoading ? <Skeletons rows={4} /> : null}
      {history.data && items.length === 0 ? (
        <Empty title="Nothing yet">What you earn and use is listed here, each with its proof.</Empty>
      ) : null}
      {items.length > 0 ? (
        <ul className="panel divide-y divide-line">
          {items.map((item) => (
            <HistoryRow key={item.receipt ?? item.act ?? `${item.at.getTime()}`} item={item} />
          ))}
        </ul>
      ) : null}
      {history.hasNextPage ? (
        <button
          type="button"
          className="button button-quiet mt-4 w-full"
          onClick={() => history.fetchNextPage()}
        >
          Show older
        </button>
      ) : null}
    </div>
  );
}

function HistoryRow({ item }: { item: HistoryItem }) {
  const Icon = icons[item.kind];
  const [showVoucher, setShowVoucher] = useState(false);
  const { words, tone } = statusWords(item);
  const { title, shop } = useTitle(item);
  const gain = item.kind === 'accrual' || item.kind === 'refund';
  const proof = proofLink(item);
  return (
    <li className="flex items-start gap-4 px-4 py-4">
      <span className="mt-0.5 grid size-10 shrink-0 place-items-center rounded-xl bg-raised text-accent">
        <Icon size={20} aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        <p className="text-sm text-muted">
          {formatMoment(item.at)} · <span className={tone}>{words}</span>
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm">
          {proof ? (
            <a className="link inline-flex items-center gap-1.5" href={proof}>
              <BadgeCheck size={16} aria-hidden="true" /> Proof
            </a>
          ) : null}
          {item.voucher ? (
            <button
              type="button"
              className="link inline-flex items-center gap-1.5"
              onClick={() => setShowVoucher(true)}
            >
              <Ticket size={16} aria-hidden="true" /> Voucher
            </button>
          ) : null}
        </p>
      </div>
      <div className="text-right">
        <p className={`figure ${gain ? 'text-good' : ''}`}>
          {gain ? '+' : '−'}
          {formatWhole(item.points)}
        </p>
        {item.value === undefined ? null : (
          <p className="text-sm text-muted tabular-nums">{formatMoney(item.value)}</p>
        )}
      </div>
      {showVoucher && item.voucher ? (
        <Sheet title="Your voucher" onClose={() => setShowVoucher(false)}>
          <VoucherCode code={item.voucher} shop={shop} />
        </Sheet>
      ) : null}
    </li>
  );
}

function proofLink({ receipt, act, status }: HistoryItem): string | undefined {
  if (receipt) return `#receipt=${receipt}`;
  return act && (status === 'mined' || status === 'final') ? `#act=${act}` : undefined;
}

function useTitle({ kind, partner, counterparty, received, debt }: HistoryItem): {
  title: string;
  shop: string;
} {
  const partners = usePartners().data;
  const charities = useCharities().data;
  const from = partnerName(partners, partner);
  const shop = partnerName(partners, counterparty ?? partner);
  switch (kind) {
    case 'accrual':
      return { title: `Earned at ${from}`, shop };
    case 'return':
      return {
        title: debt
          ? `Purchase at ${from} returned: ${formatWhole(debt)} of its points come off what you earn there next`
          : `Purchase at ${from} returned`,
        shop,
      };
    case 'repayment':
      return { title: `Points earned at ${from} that made up for a return`, shop };
    case 'refund':
      return { title: `${from} points given back by ${shop}`, shop };
    case 'redemption':
      return { title: from === shop ? `Spent at ${shop}` : `${from} points spent at ${shop}`, shop };
    case 'exchange':
      return {
        title: `${from} points swapped for ${received === undefined ? '' : `${formatWhole(received)} `}${shop} points`,
        shop,
      };
    case 'donation':
      return { title: `${from} points given to ${charityName(charities, counterparty ?? 0)}`, shop };
    case 'gift':
      return { title: `${from} points sent to somebody`, shop };
    case 'gift-received':
      return { title: `${from} points received from somebody`, shop };
    case 'cancellation':
      return { title: `Something signed with ${from} points cancelled`, shop };
  }
}
