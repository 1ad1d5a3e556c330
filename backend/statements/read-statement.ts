import { readGasCosts } from '../relay/gas-costs.ts';
import { iso } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { ACCOUNT_NAMES, ACCOUNTS, type Account, addChanges, type Changes, type Line } from './accounts.ts';
import { expiriesUntil, type Terms, worthAt } from './expiry.ts';
import type { Period } from './period.ts';
import { hasAccounts, readFinal, readStand, readTerms, type StandRow } from './statements.repository.ts';

type StatementDeps = Pick<Deps, 'pool'>;

/** What a statement is made from: the same for its sums and for the list of what they come from. */
export interface Scope {
  readonly partner: number;
  readonly terms: Terms;
  readonly final: { readonly block: bigint; readonly at: number };
  readonly from: number;
  /** The period's end, or the last final block's if that is earlier. */
  readonly to: number;
  readonly isComplete: boolean;
}

/** @throws DomainError NOT_READY, STATEMENT_UNAVAILABLE */
export async function openScope(
  { pool }: StatementDeps,
  partner: number,
  { from, to }: Period,
): Promise<Scope> {
  const [terms, final, known] = await Promise.all([
    readTerms(pool, partner),
    readFinal(pool),
    hasAccounts(pool, partner),
  ]);
  if (!terms || !final) throw new DomainError('NOT_READY', { message: 'The brand is not on the chain yet.' });
  if (!known) throw new DomainError('STATEMENT_UNAVAILABLE');
  // Blocks that are still to come have later times, so nothing final can be added before that of the last one.
  const isComplete = to <= final.at;
  return { partner, terms, final, from, to: isComplete ? to : Math.max(from, final.at + 1), isComplete };
}

/** A brand's balances at an instant, and the sums of all that had moved them till then. */
interface Balance {
  readonly block: bigint | null;
  readonly totals: Changes;
  readonly balances: Readonly<Record<Account, bigint>>;
}

/**
 * A brand's statement for a period, from what is final on the chain: every account's opening and closing balance as the hub's views have
 * them, and the lines between, which add up to the difference exactly. µUSD and points; gas in wei.
 * @throws DomainError NOT_READY, STATEMENT_UNAVAILABLE
 */
export async function readStatement(deps: StatementDeps, partner: number, period: Period) {
  const scope = await openScope(deps, partner, period);
  const [opening, closing, gas] = await Promise.all([
    readBalance(deps, scope, scope.from),
    readBalance(deps, scope, scope.to),
    readGasCosts(deps, { partner, from: new Date(scope.from * 1000), to: new Date(scope.to * 1000) }),
  ]);
  const moved = (line: Line) => (closing.totals[line] ?? 0n) - (opening.totals[line] ?? 0n);
  const account = (name: Account) => ({
    opening: opening.balances[name],
    closing: closing.balances[name],
    lines: Object.fromEntries(ACCOUNTS[name].map((line) => [line, moved(`${name}.${line}` as Line)])),
  });
  const received =
    moved('reserve.accepted') + moved('reserve.exchangedIn') + moved('reserve.refundsReceived');
  const paid =
    moved('reserve.redeemedElsewhere') + moved('reserve.exchangedOut') + moved('reserve.refundsPaid');
  return {
    partner,
    from: iso(period.from),
    to: iso(period.to),
    through: { at: iso(scope.to), isComplete: scope.isComplete },
    openingBlock: opening.block,
    closingBlock: closing.block,
    ...(Object.fromEntries(ACCOUNT_NAMES.map((name) => [name, account(name)])) as Record<
      Account,
      ReturnType<typeof account>
    >),
    acceptedPoints: moved('accepted.points'),
    clearing: { received, paid: -paid, net: received + paid },
    gas: gas.map(({ kind, transactions, items, gas: used, wei }) => ({
      kind,
      transactions,
      items,
      gas: used,
      wei,
    })),
  };
}

/** A statement as it is answered. */
export type Statement = Awaited<ReturnType<typeof readStatement>>;

const NOTHING: Readonly<Record<Account, bigint>> = { points: 0n, liability: 0n, reserve: 0n, match: 0n };

/** The balance as of the second before `before`: points are good through the last second of their validity. */
async function readBalance({ pool }: StatementDeps, scope: Scope, before: number): Promise<Balance> {
  const { partner, terms, final } = scope;
  const stand = await readStand(pool, { partner, before, final: final.block });
  if (!stand) return { block: null, totals: {}, balances: NOTHING };
  const { points, liability } = worthAt(stand, terms, before - 1);
  const { block, reserve, matchBudget: match } = stand;
  return {
    block,
    totals: totalsAt(stand, terms, before - 1),
    balances: { points, liability, reserve, match },
  };
}

/** Sums up to an instant: the hub writes down what expired when it is next asked, time does not wait. */
function totalsAt(stand: StandRow, terms: Terms, at: number): Changes {
  return expiriesUntil(stand, terms, at).reduce(
    (totals, { points, value }) =>
      addChanges(totals, { 'points.expired': -points, 'liability.expired': -value }),
    stand.totals,
  );
}
