/**
 * A brand's accounts, as its statements have them: what moved each, by line. All is in whole units (points, or µUSD), and each line has one
 * sign in the long run: what comes in is above 0, what leaves below.
 */

/** Every account with its lines, in the order in which they are read. */
export const ACCOUNTS = {
  /** The brand's live points. */
  points: [
    'issued',
    'exchangedIn',
    'returned',
    'redeemedHere',
    'redeemedElsewhere',
    'exchangedOut',
    'donated',
    'expired',
  ],
  /** What they are worth: what the brand owes. µUSD. */
  liability: [
    'issued',
    'exchangedIn',
    'returned',
    'revalued',
    'redeemedHere',
    'redeemedElsewhere',
    'exchangedOut',
    'donated',
    'expired',
  ],
  /** The brand's money at the hub. µUSD. */
  reserve: [
    'deposited',
    'withdrawn',
    'released',
    'granted',
    'accepted',
    'fees',
    'refundsReceived',
    'exchangedIn',
    'redeemedElsewhere',
    'exchangedOut',
    'refundsPaid',
    'donated',
    'matchReserved',
    'toMembersFund',
    'toCharities',
  ],
  /** What is set aside to match donations. µUSD. */
  match: ['reserved', 'matched', 'released'],
} as const;

export type Account = keyof typeof ACCOUNTS;
export const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as Account[];

/** A line, with its account: `reserve.deposited`. Points of other brands that were redeemed here are counted beside the accounts. */
export type Line = { [A in Account]: `${A}.${(typeof ACCOUNTS)[A][number]}` }[Account] | 'accepted.points';

/** Signed amounts by line; what is not there is 0. */
export type Changes = Partial<Record<Line, bigint>>;

/** Adds changes to sums; a sum of 0 is left out, so that the same history gives the same sums, byte by byte. */
export function addChanges(totals: Changes, changes: Changes): Changes {
  const sums: Changes = { ...totals };
  for (const [line, amount] of Object.entries(changes) as [Line, bigint][]) {
    const sum = (sums[line] ?? 0n) + amount;
    if (sum === 0n) delete sums[line];
    else sums[line] = sum;
  }
  return sums;
}

/** Changes as JSON has them: decimal strings. */
export const changesToJson = (changes: Changes): Record<string, string> =>
  Object.fromEntries(Object.entries(changes).map(([line, amount]) => [line, String(amount)]));

/** The other way round. */
export const changesFromJson = (json: Record<string, string>): Changes =>
  Object.fromEntries(Object.entries(json).map(([line, amount]) => [line, BigInt(amount)]));
