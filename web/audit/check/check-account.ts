import type { Hex } from 'viem';
import { clockAt, type PartnerBook } from '../../../backend/audit/books.ts';
import {
  balanceAt,
  decodeWord,
  encodeWord,
  liveLots,
  rollWord,
} from '../../../backend/protocol/account-word.ts';
import { epochStart } from '../../../backend/protocol/epochs.ts';
import { formatLastDay, formatPoints, formatWhole } from '../../shared/ui/format.ts';
import type { Ledger } from '../ledger/read-ledger.ts';
import { tokenAbi } from './check-abi.ts';
import { type CheckReport, type Evidence, type Finding, no, step, yes } from './evidence.ts';
import { readView } from './hub.ts';

/** Checks what an account holds: what events add up to, against what each brand's token says, at the block that the events were read up to. */
export async function checkAccount(account: Hex, evidence: Evidence, ledger: Ledger): Promise<CheckReport> {
  const { books, block } = ledger.audit;
  const key = account.toLowerCase() as Hex;
  const brands = [...books.partners.values()];
  const steps = await Promise.all(
    brands.map((book) =>
      step(`${book.name}: what the events add up to is what its token says`, evidence, (noted) =>
        compareAccount(noted, { book, account: key, block }),
      ),
    ),
  );
  const member = books.members.get(key);
  const roles = ledger.authority.holders.filter((holder) => holder.account.toLowerCase() === key);
  const keys = member ? [...member.keys].filter(([, { role }]) => role !== 0).length : 0;
  const known = brands.some((book) => book.accounts.has(key));
  return {
    title: 'Account',
    about: [
      ['Address', account],
      ['At block', formatWhole(block.number)],
      ...(known ? [] : ([['Known', 'It has never had a point here.']] as const)),
      ...(keys > 0 ? ([['Added keys', formatWhole(keys)]] as const) : []),
      ...(member && BigInt(member.successor) !== 0n ? ([['Inherited by', member.successor]] as const) : []),
      ...(roles.length > 0
        ? ([
            [
              'Roles',
              roles.map(({ role }) => ledger.authority.labels.get(role) || `role ${role}`).join(', '),
            ],
          ] as const)
        : []),
    ],
    steps,
    also: [],
  };
}

async function compareAccount(
  { rpc }: Evidence,
  { book, account, block }: { book: PartnerBook; account: Hex; block: { number: number; timestamp: number } },
): Promise<Finding> {
  const clock = clockAt(book, block.timestamp);
  const word = rollWord(decodeWord(book.accounts.get(account) ?? 0n), clock);
  const seen = await readView(rpc, {
    abi: tokenAbi,
    address: book.token,
    name: 'accountWord',
    args: [account],
    block: BigInt(block.number),
  });
  const lots = liveLots(word, clock).map(({ epoch, points }) => {
    const expires = new Date(epochStart(epoch + book.validity, book.quartersPerEpoch) * 1000);
    return `${formatWhole(points)} through ${formatLastDay(expires)}`;
  });
  const held = formatPoints(balanceAt(word, clock));
  const detail = `${held}${lots.length > 0 ? `: ${lots.join(', ')}` : ''}; next act number ${word.nextNonce}`;
  // An account that was never touched has no epoch of its own in the books.
  const expected = book.accounts.has(account)
    ? encodeWord(word)
    : encodeWord(rollWord(decodeWord(0n), clock));
  if (seen === expected) return yes(detail);
  return no(
    `The events add up to ${detail}; the token says ${formatPoints(balanceAt(decodeWord(seen), clock))}.`,
  );
}
