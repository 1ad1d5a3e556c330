/** A real coalition on Hardhat's in-process chain, with a random history of everything that can happen to it. Repeatable by seed. */

import { network } from 'hardhat';
import { type Address, createClient, custom, type Hex, keccak256, toHex } from 'viem';
import { deviceKeyAccount, packDeviceSignature, parseSpki } from '../../../backend/protocol/account.ts';
import { ACT_KINDS, type Act, actDigest, type Network } from '../../../backend/protocol/acts.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import { eoaOf, signDigest } from '../../../backend/protocol/secp256k1-native.ts';
import { deployHub } from '../../../scripts/deploy/hub-contract.ts';

const DOLLAR = 1_000_000n;
const QUARTER = 92 * 86_400;

/** Numbers from a seed (mulberry32): below `limit`, which is at most 2^32. */
function randomFrom(seed: number) {
  let state = seed;
  return (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

interface Member {
  account: Address;
  sign: (digest: Hex) => Promise<Hex>;
}

function eoaMember(name: string): Member {
  const key = hexToBytes(keccak256(toHex(name)));
  const account = eoaOf(key);
  if (!account) throw new TypeError('a hash that is no key');
  return { account, sign: async (digest) => signDigest(key, digest) };
}

async function deviceMember(): Promise<Member> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const key = parseSpki(new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey)));
  if (!key) throw new TypeError('WebCrypto exported something that is no P-256 key');
  const sign = async (digest: Hex) => {
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      keys.privateKey,
      hexToBytes(digest),
    );
    return packDeviceSignature(key, new Uint8Array(signature));
  };
  return { account: deviceKeyAccount(key), sign };
}

/** A coalition of four brands with different calendars and three charities. */
export async function openCoalition() {
  const connection = await network.create();
  const { ethers, provider } = connection;
  const [owner] = await ethers.getSigners();
  const admin = owner!.address;
  const authority = await ethers.deployContract('AccessManager', [admin]);
  const dollar = await ethers.deployContract('DemoDollar', [admin]);
  const coalition = await deployHub(ethers, { authority, stablecoin: dollar });
  const address = (await coalition.getAddress()) as Address;
  await dollar.mint(admin, 10_000_000n * DOLLAR);
  await dollar.approve(address, 10_000_000n * DOLLAR);
  const brands = [
    {
      name: 'Aurora',
      quartersPerEpoch: 1,
      validity: 2,
      transferable: false,
      value: 10_000n,
      coverageBps: 10_000n,
    },
    {
      name: 'Bistro',
      quartersPerEpoch: 2,
      validity: 3,
      transferable: true,
      value: 2_500n,
      coverageBps: 8_000n,
    },
    {
      name: 'Cinema',
      quartersPerEpoch: 4,
      validity: 1,
      transferable: false,
      value: 333_333n,
      coverageBps: 12_000n,
    },
    { name: 'Dorado', quartersPerEpoch: 1, validity: 4, transferable: true, value: 1n, coverageBps: 5_000n },
  ];
  for (const [index, brand] of brands.entries()) {
    await coalition.addPartner({ ...brand, symbol: brand.name.slice(0, 3).toUpperCase(), admin });
    await coalition.deposit(index + 1, 50_000n * DOLLAR);
  }
  for (const name of ['Clean Water', 'Night School', 'Wild Coast'])
    await coalition.addCharity(name, eoaMember(name).account);
  const chainId = Number(BigInt((await provider.request({ method: 'eth_chainId' })) as string));
  const network_: Network = { chainId, coalition: address };
  return {
    connection,
    provider,
    ethers,
    admin,
    authority,
    dollar,
    coalition,
    address,
    network: network_,
    brands: brands.length,
  };
}

/** A coalition as `openCoalition` makes it. */
export type Stage = Awaited<ReturnType<typeof openCoalition>>;

/** viem's client over the in-process chain; `tamper` may change an answer before the reader sees it. */
export const clientOf = (
  stage: Pick<Stage, 'provider'>,
  tamper: (method: string, answer: unknown) => unknown = (_, answer) => answer,
) =>
  createClient({
    transport: custom({
      request: async ({ method, params }) => tamper(method, await stage.provider.request({ method, params })),
    }),
  });

/** Lets `steps` random things happen. Returns how many acts were done. */
export async function playHistory(
  stage: Stage,
  { seed, steps }: { seed: number; steps: number },
): Promise<number> {
  const random = randomFrom(seed);
  const members = [
    ...Array.from({ length: 6 }, (_, index) => eoaMember(`member ${seed} ${index}`)),
    await deviceMember(),
  ];
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const partner = () => 1 + random(stage.brands);
  const { coalition, provider } = stage;
  const tokenOf = async (id: number) =>
    stage.ethers.getContractAt('PointsToken', (await coalition.partnerReport(id)).token);
  let acts = 0;

  async function issue() {
    const batches = [partner(), partner()].filter((id, index, all) => all.indexOf(id) === index);
    const numbers = await Promise.all(
      batches.map(async (id) => (await coalition.partnerReport(id)).lastBatch + 1n),
    );
    await coalition.issue(
      batches.map((id, index) => ({
        partner: id,
        number: numbers[index]!,
        receiptsRoot: keccak256(toHex(random(2 ** 32))),
        mints: Array.from(
          { length: 1 + random(8) },
          () => `${pick(members).account}${random(2_000).toString(16).padStart(24, '0')}`,
        ),
      })),
    );
  }

  async function act(): Promise<{ act: Act; signature: Hex }> {
    const member = pick(members);
    const issuer = partner();
    const token = await tokenOf(issuer);
    const { timestamp } = (await stage.ethers.provider.getBlock('latest'))!;
    const kind = pick(ACT_KINDS);
    const draft: Act = {
      kind,
      member: member.account,
      issuer,
      counterparty: kind === 'donation' ? 1 + random(3) : partner(),
      amount: BigInt(1 + random(900)),
      minimum: 0n,
      ref: keccak256(toHex(random(2 ** 32))),
      nonce: Math.max(0, Number(await token.nextNonce(member.account)) + random(6) - 2),
      deadline: timestamp + 3_600 - (random(12) === 0 ? 7_200 : 0),
    };
    return { act: draft, signature: await member.sign(actDigest(draft, stage.network)) };
  }

  async function actBatch() {
    const signed = [];
    for (let index = 0; index < 6; index++) signed.push(await act());
    const structs = signed.map(({ act }) => ({ ...act, kind: ACT_KINDS.indexOf(act.kind) }));
    acts += Number(
      await coalition.executeBatch.staticCall(
        structs,
        signed.map(({ signature }) => signature),
      ),
    );
    await coalition.executeBatch(
      structs,
      signed.map(({ signature }) => signature),
    );
  }

  async function transfer() {
    const token = await tokenOf(pick([2, 4]));
    const [from, to] = [pick(members).account, pick(members).account];
    await provider.request({ method: 'hardhat_impersonateAccount', params: [from] });
    await provider.request({ method: 'hardhat_setBalance', params: [from, toHex(10n ** 18n)] });
    await token.connect(await stage.ethers.getSigner(from)).transfer(to, (await token.balanceOf(from)) / 2n);
  }

  async function money() {
    const id = partner();
    const { reserve, required, valuesWord, supplyWord } = await coalition.partnerReport(id);
    const epoch = (supplyWord >> 192n) & 0xffffn;
    const current = (valuesWord >> 120n) & 0xffff_ffffffn;
    const choices = [
      () => coalition.deposit(id, BigInt(1 + random(1_000_000))),
      () => coalition.withdraw(id, 1n + BigInt(reserve - required) / 100n, stage.admin),
      () => coalition.scheduleValue(id, current + BigInt(random(3))),
      () => coalition.raiseValue(id, epoch, current + 1n),
      () => coalition.setCoveragePolicy(id, 5_000n + BigInt(random(5_000))),
      () => coalition.payCharity(1 + random(3)),
      () => coalition.setCharityPayout(1 + random(3), pick(members).account),
      async () => {
        await coalition.haltPartner(id);
        if (random(3) > 0) await coalition.resumePartner(id);
      },
      () => coalition.resumePartner(id),
      () => provider.request({ method: 'evm_increaseTime', params: [random(QUARTER)] }),
    ];
    await pick(choices)();
  }

  for (let step = 0; step < steps; step++) {
    const happen = pick([issue, issue, actBatch, actBatch, transfer, money, money]);
    // Whatever the contracts refuse has not happened: a history is what they let through.
    await happen().catch((error: Error) => {
      if (!/revert/i.test(error.message)) throw error;
    });
  }
  await provider.request({ method: 'hardhat_mine', params: ['0x1'] });
  return acts;
}

/** Finds the storage slot, among a contract's first ones or a mapping's entry for `key`, whose word `matches`. */
export async function findSlot(
  { provider }: Pick<Stage, 'provider'>,
  { contract, key, matches }: { contract: string; key?: Hex | number; matches: (word: bigint) => boolean },
): Promise<{ slot: Hex; word: bigint }> {
  for (let base = 0; base < 32; base++) {
    const padded = (value: Hex | number) => BigInt(value).toString(16).padStart(64, '0');
    const first = key === undefined ? BigInt(base) : BigInt(keccak256(`0x${padded(key)}${padded(base)}`));
    for (let offset = 0n; offset < (key === undefined ? 1n : 6n); offset++) {
      const slot = toHex(first + offset, { size: 32 });
      const word = BigInt(
        (await provider.request({ method: 'eth_getStorageAt', params: [contract, slot, 'latest'] })) as Hex,
      );
      if (word !== 0n && matches(word)) return { slot, word };
    }
  }
  throw new TypeError(`no storage word of ${contract} matches`);
}

/** Overwrites one word of storage. */
export const setStorage = (
  { provider }: Pick<Stage, 'provider'>,
  contract: string,
  slot: Hex,
  word: bigint,
) =>
  provider.request({ method: 'hardhat_setStorageAt', params: [contract, slot, toHex(word, { size: 32 })] });
