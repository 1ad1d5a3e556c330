/** Replays members' keys: who may sign for them, what limited keys have spent, and to whom accounts pass. */
import type { Address } from 'viem';
import { type Books, lower } from './books.ts';
import { type Placed, ZERO_ADDRESS } from './chain-event.ts';
import type { Disagreements } from './disagreements.ts';

/** The roles of keys, numbered as on the chain. */
export const KEY_ROLE = { none: 0, full: 1, limited: 2, recovery: 3, successor: 4 } as const;

const DAY_SECONDS = 86_400;
/** How long a key waits that recovery asks for, in seconds. */
const RECOVERY_WAIT = 7 * DAY_SECONDS;

/** One added key. `spent` is µUSD on the UTC day `spentDay`. */
export interface KeyEntry {
  role: number;
  dailyLimit: bigint;
  activeFrom: number;
  spent: bigint;
  spentDay: number;
}

/** A member's keys, by address. Addresses are in lower case. */
export interface MemberBook {
  readonly keys: Map<Address, KeyEntry>;
  successor: Address;
  nextNonce: number;
  pending: Address;
  /** The transaction and nonce of the last key that fell with the change that follows. */
  dropped: string;
}

/** The member's book; a new one if it never changed a key. */
export function memberOf(books: Books, member: Address): MemberBook {
  const known = books.members.get(member);
  if (known) return known;
  const book: MemberBook = {
    keys: new Map(),
    successor: ZERO_ADDRESS,
    nextNonce: 0,
    pending: ZERO_ADDRESS,
    dropped: '',
  };
  books.members.set(member, book);
  return book;
}

const entryOf = (book: MemberBook, key: Address): KeyEntry =>
  book.keys.get(key) ?? { role: KEY_ROLE.none, dailyLimit: 0n, activeFrom: 0, spent: 0n, spentDay: 0 };

/** A key as it counts at an instant, as `keyOf` says it. */
export function countedKey(book: MemberBook, key: Address, timestamp: number): Omit<KeyEntry, 'spentDay'> {
  const { role, dailyLimit, activeFrom, ...entry } = entryOf(book, key);
  const spent = entry.spentDay === Math.floor(timestamp / DAY_SECONDS) ? entry.spent : 0n;
  if (book.successor === ZERO_ADDRESS) return { role, dailyLimit, activeFrom, spent };
  const inherits = key === book.successor;
  return { role: inherits ? KEY_ROLE.successor : KEY_ROLE.none, dailyLimit: 0n, activeFrom: 0, spent };
}

/** The key that recovery asked for and that waits, as `pendingKeyOf` says it. */
export const pendingKey = (book: MemberBook, timestamp: number): Address =>
  timestamp < entryOf(book, book.pending).activeFrom ? book.pending : ZERO_ADDRESS;

/** Applies a change of keys: its nonce is the next, and who signed it has the power for it. */
export function replayKeyChange(books: Books, event: Placed<'KeyChanged'>, found: Disagreements): void {
  const { args, timestamp } = event;
  const { role, dailyLimit, activeFrom, nonce } = args;
  const [member, key, by] = [lower(args.member), lower(args.key), lower(args.by)];
  const subject = `KeyChanged of ${args.member}, block ${event.block}, log ${event.logIndex}`;
  const book = memberOf(books, member);
  const isPending = pendingKey(book, timestamp) === key;
  const follows = book.dropped === `${event.transaction} ${nonce}`;
  found.expectSame('nonce of a key change (I4)', subject, {
    expected: follows ? book.nextNonce - 1 : book.nextNonce,
    found: nonce,
  });
  if (book.successor !== ZERO_ADDRESS)
    found.add('keys of an account that has passed on', subject, { expected: 'no change', found: args.key });
  const held = by === member ? KEY_ROLE.full : activeRole(book, by, timestamp);
  const asks = role === KEY_ROLE.full && activeFrom === timestamp + RECOVERY_WAIT;
  const mayAsk = held === KEY_ROLE.recovery && (asks || (role === KEY_ROLE.none && isPending));
  if (!mayAsk && (held !== KEY_ROLE.full || activeFrom !== timestamp))
    found.add('power to change a key (I8)', subject, {
      expected: `role ${KEY_ROLE.full}, at once, or recovery and after ${RECOVERY_WAIT} s`,
      found: `role ${held} after ${activeFrom - timestamp} s`,
    });

  book.nextNonce = nonce + 1;
  book.dropped = role === KEY_ROLE.none && isPending ? `${event.transaction} ${nonce}` : '';
  if (role === KEY_ROLE.successor) {
    book.successor = key;
    book.pending = ZERO_ADDRESS;
    return;
  }
  book.keys.set(key, {
    ...entryOf(book, key),
    role,
    dailyLimit: BigInt(dailyLimit),
    activeFrom: role === KEY_ROLE.none ? 0 : activeFrom,
  });
  if (activeFrom > timestamp) book.pending = key;
  else if (key === book.pending) book.pending = ZERO_ADDRESS;
}

const activeRole = (book: MemberBook, key: Address, timestamp: number): number => {
  const { role, activeFrom } = entryOf(book, key);
  return timestamp < activeFrom ? KEY_ROLE.none : role;
};

/** Applies a charge: the value of an act of this transaction, within what is left of the key's day. */
export function replayCharge(books: Books, event: Placed<'KeyCharged'>, found: Disagreements): void {
  const { value, spentToday } = event.args;
  const [member, key] = [lower(event.args.member), lower(event.args.key)];
  const subject = `KeyCharged of ${event.args.member}, block ${event.block}, log ${event.logIndex}`;
  const book = memberOf(books, member);
  const entry = entryOf(book, key);
  const { spent } = countedKey(book, key, event.timestamp);
  const act = books.lastAct?.member === member ? books.lastAct : null;
  books.lastAct = null;
  found.expectSame('value that a key is charged', subject, {
    expected: act?.value ?? 'an act of the member',
    found: value,
  });
  found.expectSame('what a key has spent today', subject, { expected: spent + value, found: spentToday });
  if (entry.role !== KEY_ROLE.limited || book.successor !== ZERO_ADDRESS)
    found.add('role of a key that is charged', subject, { expected: KEY_ROLE.limited, found: entry.role });
  if (spent + value > entry.dailyLimit)
    found.add('daily limit of a key', subject, {
      expected: `at most ${entry.dailyLimit}`,
      found: spent + value,
    });
  const spentDay = Math.floor(event.timestamp / DAY_SECONDS);
  book.keys.set(key, { ...entry, spent: spent + value, spentDay });
}

/** An account passes to the successor that its member has named, and to no other. */
export function replaySuccession(
  books: Books,
  event: Placed<'AccountSucceeded'>,
  found: Disagreements,
): void {
  const { issuer: issuerId, amount } = event.args;
  const [member, successor] = [lower(event.args.member), lower(event.args.successor)];
  const subject = `AccountSucceeded of ${event.args.member}, block ${event.block}, log ${event.logIndex}`;
  const issuer = books.partners.get(issuerId);
  if (!issuer) {
    found.add('brand of a succession', subject, { expected: 'a known brand', found: issuerId });
    return;
  }
  found.expectSame('successor of an account (I8)', subject, {
    expected: books.members.get(member)?.successor ?? ZERO_ADDRESS,
    found: successor,
  });
  const { successions } = issuer.unexplained;
  const index = successions.findIndex(
    ({ from, to, points }) => from === member && to === successor && points === amount,
  );
  if (index < 0) found.add('succession without its move', subject, { expected: amount, found: 'none' });
  else successions.splice(index, 1);
}
