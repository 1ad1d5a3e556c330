/** Statements as files. */
import { iso } from '../shared/clock.ts';
import type { Cell, CsvTable } from '../shared/csv.ts';
import type { Deps } from '../shared/deps.ts';
import { ACCOUNT_NAMES, ACCOUNTS } from './accounts.ts';
import { eachMovements } from './list-movements.ts';
import type { Period } from './period.ts';
import { openScope, readStatement } from './read-statement.ts';

/** Rows that are read at once. */
const PAGE = 2_000;

const nameOf = (what: string, { from, to }: Period) =>
  `${what}-${iso(from).slice(0, 10)}-${iso(to).slice(0, 10)}`;

/** A statement as a table: account, line, amount, unit. @throws DomainError NOT_READY, STATEMENT_UNAVAILABLE */
export async function exportStatement(
  deps: Pick<Deps, 'pool'>,
  partner: number,
  period: Period,
): Promise<CsvTable> {
  const statement = await readStatement(deps, partner, period);
  const records = ACCOUNT_NAMES.flatMap((name): Cell[][] => {
    const { opening, closing, lines } = statement[name];
    const unit = name === 'points' ? 'points' : 'microUsd';
    return [
      [name, 'opening', opening, unit],
      ...ACCOUNTS[name].map((line): Cell[] => [name, line, lines[line] ?? 0n, unit]),
      [name, 'closing', closing, unit],
    ];
  });
  const { clearing, acceptedPoints, gas } = statement;
  records.push(
    ['accepted', 'points', acceptedPoints, 'points'],
    ['clearing', 'received', clearing.received, 'microUsd'],
    ['clearing', 'paid', clearing.paid, 'microUsd'],
    ['clearing', 'net', clearing.net, 'microUsd'],
    ...gas.map(({ kind, wei }): Cell[] => ['gas', kind, wei, 'wei']),
  );
  return {
    name: nameOf('statement', period),
    columns: ['account', 'line', 'amount', 'unit'],
    pages: onePage(records),
  };
}

async function* onePage(records: Cell[][]) {
  yield records;
}

/** What the lines come from: one record for each line that an event of the chain moved. @throws DomainError NOT_READY, STATEMENT_UNAVAILABLE */
export async function exportMovements(
  deps: Pick<Deps, 'pool'>,
  partner: number,
  period: Period,
): Promise<CsvTable> {
  const scope = await openScope(deps, partner, period);
  async function* pages() {
    for await (const rows of eachMovements(deps, scope, PAGE))
      yield rows.flatMap(({ timestamp, block, logIndex, name, transaction, changes }) =>
        Object.entries(changes).map(([line, amount]): Cell[] => {
          const [account = '', what = ''] = line.split('.');
          const where = logIndex < 0 ? null : logIndex;
          return [iso(timestamp), block, where, transaction, name, account, what, BigInt(amount)];
        }),
      );
  }
  return {
    name: nameOf('movements', period),
    columns: ['at', 'block', 'logIndex', 'transaction', 'event', 'account', 'line', 'amount'],
    pages: pages(),
  };
}
