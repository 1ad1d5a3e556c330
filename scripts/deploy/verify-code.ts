/** Compares the code on the chain with what the sources compile to, byte by byte, and each immutable with what it should be. */
import { readFile } from 'node:fs/promises';
import {
  type Address,
  type Client,
  concatHex,
  encodeAbiParameters,
  type Hex,
  isAddressEqual,
  keccak256,
  pad,
  stringToHex,
  toHex,
} from 'viem';
import { getChainId, getCode, readContract } from 'viem/actions';
import { CoalitionAbi } from '../../artifacts/abi.ts';

/** A contract's compiled code, with zeros where its immutables go, and where that is, in bytes. */
interface Compiled {
  readonly deployedBytecode: Hex;
  readonly immutableReferences?: Readonly<Record<string, readonly { start: number; length: number }[]>>;
}

/** One contract of a coalition: what it should be compiled from, and its immutables, in any order. */
interface Part {
  readonly name: string;
  readonly address: Address;
  readonly source: string;
  readonly immutables: readonly Hex[];
}

const EIP712_DOMAIN = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';

/** What was found: one sentence for each difference, and the hash of each part's code as it is on the chain. */
export interface CodeFound {
  readonly problems: readonly string[];
  readonly hashes: Readonly<Record<string, { address: Address; hash: Hex }>>;
}

/** Reads the hub, its back office, the tokens, the keys and the authority back from the chain. The contracts were built before. */
export async function findCode(client: Client, coalition: Address): Promise<CodeFound> {
  const hub = { address: coalition, abi: CoalitionAbi } as const;
  const [stablecoin, tokenImplementation, backOffice, memberKeys, authority, chainId] = await Promise.all([
    readContract(client, { ...hub, functionName: 'stablecoin' }),
    readContract(client, { ...hub, functionName: 'tokenImplementation' }),
    readContract(client, { ...hub, functionName: 'backOffice' }),
    readContract(client, { ...hub, functionName: 'memberKeys' }),
    readContract(client, { ...hub, functionName: 'authority' }),
    getChainId(client),
  ]);
  const domain = (address: Address, name = 'Tessera') => eip712Words({ address, chainId, name });
  const parts: Part[] = [
    {
      name: 'hub',
      address: coalition,
      source: 'contracts/Coalition',
      immutables: [
        ...domain(coalition),
        ...[stablecoin, tokenImplementation, backOffice, memberKeys].map((one) => pad(one)),
      ],
    },
    { name: 'back office', address: backOffice, source: 'contracts/BackOffice', immutables: [] },
    {
      name: 'token',
      address: tokenImplementation,
      source: 'contracts/points/PointsToken',
      immutables: [...domain(tokenImplementation, 'Tessera Points'), pad(coalition)],
    },
    {
      name: 'keys',
      address: memberKeys,
      source: 'contracts/members/MemberKeys',
      immutables: [...domain(memberKeys), pad(coalition)],
    },
    {
      name: 'authority',
      address: authority,
      source: '@openzeppelin/contracts/access/manager/AccessManager',
      immutables: [],
    },
  ];
  const found = await Promise.all(parts.map((part) => compare(client, part)));
  const problems = found.flatMap((one) => one.problems);
  return {
    // What a hub of other code says of its brands would be worth nothing.
    problems: problems.length > 0 ? problems : await cloneProblems(client, coalition, tokenImplementation),
    hashes: Object.fromEntries(found.map(({ name, address, hash }) => [name, { address, hash }])),
  };
}

/** The seven words that OpenZeppelin's EIP712 keeps of a domain of version 1. */
function eip712Words({ address, chainId, name }: { address: Address; chainId: number; name: string }): Hex[] {
  const version = '1';
  const hashes = [name, version].map((text) => keccak256(stringToHex(text)));
  const separator = keccak256(
    encodeAbiParameters(
      ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'].map((type) => ({ type })),
      [keccak256(stringToHex(EIP712_DOMAIN)), ...hashes, BigInt(chainId), address],
    ),
  );
  return [
    separator,
    toHex(chainId, { size: 32 }),
    pad(address),
    ...hashes,
    shortString(name),
    shortString(version),
  ];
}

/** OpenZeppelin's ShortString: the text, and its length in the last byte. */
const shortString = (text: string): Hex =>
  concatHex([pad(stringToHex(text), { dir: 'right', size: 31 }), toHex(text.length, { size: 1 })]);

async function compare(client: Client, { name, address, source, immutables }: Part) {
  const path = `${source}.sol/${source.slice(source.lastIndexOf('/') + 1)}.json`;
  const compiled: Compiled = JSON.parse(
    await readFile(new URL(`../../artifacts/${path}`, import.meta.url), 'utf8'),
  );
  const code = (await getCode(client, { address })) ?? '0x';
  const places = Object.values(compiled.immutableReferences ?? {});
  const wordAt = (start: number): Hex => `0x${code.slice(2 + 2 * start, 2 + 2 * (start + 32))}`;
  let blank = code;
  for (const { start, length } of places.flat())
    blank =
      `${blank.slice(0, 2 + 2 * start)}${'00'.repeat(length)}${blank.slice(2 + 2 * (start + length))}` as Hex;
  const problems: string[] = [];
  if (blank !== compiled.deployedBytecode)
    problems.push(`The code of the ${name} at ${address} is not that of ${source}.sol.`);
  const found = places.flatMap((ofOne) => [
    ...new Set(ofOne.map(({ start }) => wordAt(start).toLowerCase())),
  ]);
  const wanted = immutables.map((word) => word.toLowerCase());
  if (problems.length === 0 && found.toSorted().join() !== wanted.toSorted().join()) {
    const strange = found.filter((word) => !wanted.includes(word));
    problems.push(`The ${name} at ${address} was deployed with other values: ${strange.join(', ')}.`);
  }
  return { name, address, hash: keccak256(code), problems };
}

/** Each brand's token is an ERC-1167 clone of the implementation: no storage, no owner says what its code is. */
async function cloneProblems(client: Client, coalition: Address, implementation: Address): Promise<string[]> {
  const reports = await readContract(client, {
    address: coalition,
    abi: CoalitionAbi,
    functionName: 'partnerReports',
  });
  const start = `0x363d3d373d3d3d363d73${implementation.slice(2).toLowerCase()}5af43d82803e903d91602b57fd5bf3`;
  const problems = await Promise.all(
    reports.map(async ({ token }, index) => {
      const code = (await getCode(client, { address: token })) ?? '0x';
      return code.startsWith(start) && !isAddressEqual(token, implementation)
        ? []
        : [`The token of brand ${index + 1} at ${token} is no clone of ${implementation}.`];
    }),
  );
  return problems.flat();
}
