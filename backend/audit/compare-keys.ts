/** Compares members' keys with what the contract that keeps them says at one block. */
import type { Address } from 'viem';
import { multicall, readContract } from 'viem/actions';
import { CoalitionAbi, MemberKeysAbi } from '../../artifacts/abi.ts';
import type { Books } from './books.ts';
import type { ViewSource } from './compare-views.ts';
import type { Disagreements } from './disagreements.ts';
import { countedKey, type MemberBook, pendingKey } from './replay-keys.ts';

/** Members at once; each has four answers or more, of one or four words. */
const MEMBERS_AT_ONCE = 10;
/** Calls that travel together, in bytes of their data, so that the answers fit into what EIP-170 lets a contract be. */
const CALL_BYTES = 2_048;

/** Compares the keys of every member that ever changed one. Throws viem's errors. */
export async function compareKeys(books: Books, source: ViewSource, found: Disagreements): Promise<void> {
  const { client, coalition, block } = source;
  const blockNumber = BigInt(block.number);
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber } as const;
  const address = await readContract(client, { ...hub, functionName: 'memberKeys' });
  const members = [...books.members];
  for (let at = 0; at < members.length; at += MEMBERS_AT_ONCE)
    await compareMembers(members.slice(at, at + MEMBERS_AT_ONCE), { ...source, address }, found);
}

type Source = ViewSource & { readonly address: Address };

async function compareMembers(
  members: [Address, MemberBook][],
  { client, block, address }: Source,
  found: Disagreements,
): Promise<void> {
  const contract = { abi: MemberKeysAbi, address } as const;
  const options = {
    deployless: true,
    allowFailure: false,
    batchSize: CALL_BYTES,
    blockNumber: BigInt(block.number),
  } as const;
  const pairs = members.flatMap(([member, book]) =>
    [...new Set([...book.keys.keys(), book.successor])].map((key) => ({ member, book, key })),
  );
  const keys = await multicall(client, {
    ...options,
    contracts: pairs.map(({ member, key }) => ({
      ...contract,
      functionName: 'keyOf' as const,
      args: [member, key] as const,
    })),
  });
  pairs.forEach(({ member, book, key }, index) => {
    const { role, dailyLimit, activeFrom, spent } = countedKey(book, key, block.timestamp);
    const seen = keys[index];
    found.expectSame('key of a member (role, limit, active from, spent today)', `${member}, ${key}`, {
      expected: [role, dailyLimit, activeFrom, spent].join(),
      found: [seen?.role, seen?.dailyLimit, seen?.activeFrom, seen?.spentToday].join(),
    });
  });
  const accounts = await multicall(client, {
    ...options,
    contracts: members.flatMap(([member]) => [
      { ...contract, functionName: 'successorOf' as const, args: [member] as const },
      { ...contract, functionName: 'pendingKeyOf' as const, args: [member] as const },
      { ...contract, functionName: 'nextNonce' as const, args: [member] as const },
    ]),
  });
  members.forEach(([member, book], index) => {
    const [successor, pending, nonce] = accounts.slice(3 * index, 3 * index + 3);
    const figures: [string, unknown, unknown][] = [
      ['successor of a member', book.successor, successor],
      ['waiting key of a member', pendingKey(book, block.timestamp), pending],
      ['nonce of key changes', book.nextNonce, nonce],
    ];
    for (const [what, expected, seen] of figures) found.expectSame(what, member, { expected, found: seen });
  });
}
