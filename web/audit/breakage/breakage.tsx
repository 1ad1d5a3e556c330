import type { Books } from '../../../backend/audit/books.ts';
import { epochStart } from '../../../backend/protocol/epochs.ts';
import { sumOf } from '../../shared/chain/coverage.ts';
import { formatDay, formatMoney, formatWhole } from '../../shared/ui/format.ts';
import type { PartProps } from '../app.tsx';
import { LedgerGate } from '../ledger/ledger-gate.tsx';
import type { Ledger } from '../ledger/read-ledger.ts';
import { Hex, Panel, type Row, Table, utc } from '../table.tsx';

/** What became of points that nobody spent, of fees, and of sales that were taken back. */
export default function BreakagePart({ link }: PartProps) {
  return (
    <LedgerGate>
      {(ledger) => (
        <>
          <Expired ledger={ledger} brand={link.brand} />
          <Shares ledger={ledger} />
          <Fees ledger={ledger} />
          <Refunds ledger={ledger} />
        </>
      )}
    </LedgerGate>
  );
}

const brandName = (books: Books, partner: number) => books.partners.get(partner)?.name ?? `brand ${partner}`;
const charityName = (books: Books, charity: number) =>
  charity === 0 ? '' : ` to ${books.charities.get(charity)?.name ?? `charity ${charity}`}`;

/** "1 Jan 2026 to 31 Mar 2026" */
function periodOf(books: Books, partner: number, epoch: number): string {
  const book = books.partners.get(partner);
  if (!book) return `epoch ${epoch}`;
  const day = (at: number) => formatDay(new Date(at * 1000));
  return `${day(epochStart(epoch, book.quartersPerEpoch))} to ${day(epochStart(epoch + 1, book.quartersPerEpoch) - 1)}`;
}

function Expired({ ledger: { audit, gathered }, brand }: { ledger: Ledger; brand: number | undefined }) {
  const { books } = audit;
  const events = gathered.breakage.filter(({ args }) => brand === undefined || args.partner === brand);
  const rows: Row[] = events.map(({ args, timestamp, block, logIndex }) => ({
    key: `${block} ${logIndex}`,
    cells: [
      brandName(books, args.partner),
      periodOf(books, args.partner, Number(args.epoch)),
      utc(timestamp),
      formatWhole(args.points),
      formatMoney(args.freed),
      formatMoney(args.toFund),
      `${formatMoney(args.toCharity)}${charityName(books, args.charity)}`,
      formatMoney(args.freed - args.toFund - args.toCharity),
    ],
  }));
  const sum = (figure: (args: (typeof events)[number]['args']) => bigint) =>
    formatMoney(sumOf(events.map(({ args }) => figure(args))));
  if (events.length > 1)
    rows.push({
      key: 'sum',
      cells: [
        <b key="name">Together</b>,
        '',
        '',
        formatWhole(sumOf(events.map(({ args }) => args.points))),
        sum(({ freed }) => freed),
        sum(({ toFund }) => toFund),
        sum(({ toCharity }) => toCharity),
        sum(({ freed, toFund, toCharity }) => freed - toFund - toCharity),
      ],
    });
  return (
    <Panel
      title="Expired points, and where their money went"
      about="When a period’s points die, what was owed for them is freed. The shares that the brand declared when it joined go to the members’ fund and a charity; the rest stays in its reserve."
    >
      <Table
        label="Breakage by period"
        titles={[
          'Brand',
          'Earned',
          'Recorded (UTC)',
          'Points',
          'Freed',
          'Members’ fund',
          'Charity',
          'Brand keeps',
        ]}
        numbers={5}
        rows={rows}
        empty="No points have expired so far, or nobody has recorded it yet (anybody may)."
      />
    </Panel>
  );
}

function Shares({ ledger }: { ledger: Ledger }) {
  const { books } = ledger.audit;
  const percent = (bps: bigint) => `${Number(bps) / 100}%`;
  return (
    <Panel
      title="Shares as declared"
      about="They are fixed when a brand joins, before anybody has earned its points."
    >
      <Table
        label="Declared shares"
        titles={['Brand', 'Members’ fund', 'Charity', 'Freed so far', 'To the fund', 'To the charity']}
        numbers={3}
        rows={[...books.partners.values()].map(({ partner, name, breakage }) => ({
          key: String(partner),
          cells: [
            name,
            percent(breakage.fundBps),
            `${percent(breakage.charityBps)}${charityName(books, breakage.charity)}`,
            formatMoney(breakage.freed),
            formatMoney(breakage.toFund),
            formatMoney(breakage.toCharity),
          ],
        }))}
      />
    </Panel>
  );
}

function Fees({ ledger: { audit, gathered } }: { ledger: Ledger }) {
  const { books } = audit;
  const fees = [...gathered.fees];
  return (
    <Panel
      title="Fees"
      about={`A brand pays ${Number(books.feeBps) / 100}% of what it gets for honouring another brand’s points, 5% at most, to the treasury, which pays for gas. It holds ${formatMoney(books.treasury)} now.`}
    >
      <Table
        label="Fees by brand"
        titles={['Brand', 'Redemptions with a fee', 'Fees']}
        numbers={2}
        rows={fees.map(([partner, { count, amount }]) => ({
          key: String(partner),
          cells: [brandName(books, partner), formatWhole(count), formatMoney(amount)],
        }))}
        empty="No fees were charged so far."
      />
    </Panel>
  );
}

function Refunds({ ledger: { audit, gathered } }: { ledger: Ledger }) {
  const { books } = audit;
  return (
    <Panel
      title="Sales taken back"
      about="The points return to the periods they came from, and their value to their brand."
    >
      <Table
        label="Refunds"
        titles={['When (UTC)', 'Taken back by', 'Points of', 'Member', 'Points', 'Value']}
        numbers={2}
        rows={gathered.refunds.toReversed().map(({ args, timestamp, block, logIndex }) => ({
          key: `${block} ${logIndex}`,
          cells: [
            utc(timestamp),
            brandName(books, args.acceptor),
            brandName(books, args.issuer),
            <Hex key="member">{args.member}</Hex>,
            formatWhole(args.points),
            formatMoney(args.value),
          ],
        }))}
        empty="No sale was taken back so far."
        tall
      />
    </Panel>
  );
}
