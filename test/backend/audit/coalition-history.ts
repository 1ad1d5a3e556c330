/** A real coalition on Hardhat's in-process chain, with a random history of everything that can happen to it. Repeatable by seed. */

import { network } from 'hardhat';
import { type Address, createClient, custom, type Hex, keccak256, toHex } from 'viem';
import { deviceKeyAccount, packDeviceSignature, parseSpki } from '../../../backend/protocol/account.ts';
import {
  ACT_KINDS,
  type Act,
  actDigest,
  type Network,
  refOfRecipient,
} from '../../../backend/protocol/acts.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import { eoaOf, signDigest } from '../../../backend/protocol/secp256k1-native.ts';
import { deployHub } from '../../../scripts/deploy/hub-contract.ts';

const DOLLAR = 1_000_000n;
const DAY = 86_400;
const QUARTER = 92 * DAY;
/** Points that the issuer role may mint for each brand a day. */
const MINT_CAPACITY = 60_000n;
const BUCKETS_MASK = (1n << 192n) - 1n;

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

/** A coalition of five brands with different calendars, and three charities. All have shares of breakage, and a mint allowance. */
export async function openCoalition() {
  const connection = await network.create();
  const { ethers, provider } = connection;
  const [owner, operator] = await ethers.getSigners();
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
      fundBps: 2_000n,
      charityBps: 1_500n,
      breakageCharity: 1n,
    },
    {
      name: 'Bistro',
      quartersPerEpoch: 2,
      validity: 3,
      transferable: true,
      value: 2_500n,
      coverageBps: 8_000n,
      fundBps: 3_333n,
      charityBps: 0n,
      breakageCharity: 0n,
    },
    {
      name: 'Cinema',
      quartersPerEpoch: 4,
      validity: 1,
      transferable: false,
      value: 333_333n,
      coverageBps: 12_000n,
      fundBps: 0n,
      charityBps: 10_000n,
      breakageCharity: 2n,
    },
    {
      name: 'Dorado',
      quartersPerEpoch: 1,
      validity: 4,
      transferable: true,
      value: 1n,
      coverageBps: 5_000n,
      fundBps: 5_000n,
      charityBps: 5_000n,
      breakageCharity: 3n,
    },
    {
      name: 'Ember',
      quartersPerEpoch: 1,
      validity: 1,
      transferable: true,
      value: 5_000n,
      coverageBps: 10_000n,
      fundBps: 1_000n,
      charityBps: 1_000n,
      breakageCharity: 1n,
    },
  ];
  for (const name of ['Clean Water', 'Night School', 'Wild Coast'])
    await coalition.addCharity(name, eoaMember(name).account);
  for (const [index, brand] of brands.entries()) {
    await coalition.addPartner({ ...brand, symbol: brand.name.slice(0, 3).toUpperCase(), admin });
    await coalition.deposit(index + 1, 50_000n * DOLLAR);
    await coalition.setMintAllowance(index + 1, MINT_CAPACITY, DAY);
  }
  const keys = await ethers.getContractAt('MemberKeys', await coalition.memberKeys());
  await authority.grantRole(0n, operator!, 0);
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
    keys,
    operator: operator!,
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

/** Lets an account send transactions, whoever has its key. */
async function signerOf({ provider, ethers }: Stage, account: Address) {
  await provider.request({ method: 'hardhat_impersonateAccount', params: [account] });
  await provider.request({ method: 'hardhat_setBalance', params: [account, toHex(10n ** 18n)] });
  return ethers.getSigner(account);
}

const KEY_ROLE = { none: 0, full: 1, limited: 2, recovery: 3, successor: 4 } as const;

/** What happens now and then, each a function of its own that may be refused. */
function seldomThings(
  stage: Stage,
  { random, members }: { random: (limit: number) => number; members: readonly Member[] },
): (() => Promise<unknown>)[] {
  const { coalition, keys, admin, provider, ethers, network: network_ } = stage;
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const partner = () => 1 + random(stage.brands);
  const tokenOf = async (id: number) =>
    ethers.getContractAt('PointsToken', (await coalition.partnerReport(id)).token);
  const now = async () => (await ethers.provider.getBlock('latest'))!.timestamp;
  const redemptions: { acceptor: number; issuer: number; member: Address; nonce: number; buckets: bigint }[] =
    [];
  const added = ['one', 'two', 'three'].map((name) => eoaMember(`added ${name}`));
  let refunds = 0;

  const sole = async (act: Omit<Act, 'nonce' | 'deadline' | 'minimum'>, signer: Member) => {
    const token = await tokenOf(act.issuer);
    const whole: Act = {
      ...act,
      minimum: 0n,
      nonce: Number(await token.nextNonce(act.member)),
      deadline: (await now()) + 3_600,
    };
    const struct = { ...whole, kind: ACT_KINDS.indexOf(whole.kind) };
    await coalition.execute(struct, await signer.sign(actDigest(whole, network_)));
    return whole;
  };

  /** A redemption of which it is known what it took, so that it can be taken back. */
  async function redeem() {
    const [member, issuer, acceptor] = [pick(members), partner(), partner()];
    const token = await tokenOf(issuer);
    const before = await token.accountWord(member.account);
    const ref = keccak256(toHex(random(2 ** 32)));
    const parts = {
      kind: 'redemption',
      member: member.account,
      issuer,
      counterparty: acceptor,
      ref,
    } as const;
    const { nonce } = await sole({ ...parts, amount: BigInt(1 + random(600)) }, member);
    const after = await token.accountWord(member.account);
    const taken = (before & BUCKETS_MASK) - (after & BUCKETS_MASK);
    const buckets = taken | (((after >> 192n) & 0xffffn) << 192n);
    redemptions.push({ acceptor, issuer, member: member.account, nonce, buckets });
  }

  async function refund() {
    if (redemptions.length === 0) await redeem();
    const [spent] = redemptions.splice(random(redemptions.length), 1);
    if (!spent) return;
    // By the acceptor's admin, or by the operator, whose refunds use the mint allowance up.
    const caller = random(2) === 0 ? await ethers.getSigner(admin) : stage.operator;
    await coalition.connect(caller).refund({ ...spent, id: toHex(refunds++, { size: 32 }) });
  }

  async function changeKey(member: Member, key: Address, role: number, by = member) {
    const change = {
      member: member.account,
      key,
      role,
      dailyLimit: role === KEY_ROLE.limited ? 5_000_000 : 0,
      nonce: await keys.nextNonce(member.account),
      deadline: (await now()) + 3_600,
    };
    await keys.changeKey(change, await by.sign((await keys.keyChangeDigest(change)) as Hex));
  }

  /** Acts by an added key: what they are worth counts against its day. */
  async function actByKey() {
    const [member, key] = [pick(members), pick(added)];
    await changeKey(member, key.account, KEY_ROLE.limited);
    const issuer = partner();
    const kind = pick(['redemption', 'donation', 'gift', 'cancellation'] as const);
    const ref =
      kind === 'gift' ? refOfRecipient(pick(members).account) : toHex(random(2 ** 32), { size: 32 });
    const amount = BigInt(1 + random(200));
    await sole({ kind, member: member.account, issuer, counterparty: 1, amount, ref }, key);
  }

  /** A recovery key asks, twice or once, and the member vetoes now and then. */
  async function recover() {
    const member = pick(members);
    const [recovery, first, second] = added as [Member, Member, Member];
    await changeKey(member, recovery.account, KEY_ROLE.recovery);
    await changeKey(member, first.account, KEY_ROLE.none).catch(() => undefined);
    await changeKey(member, second.account, KEY_ROLE.none).catch(() => undefined);
    await changeKey(member, first.account, KEY_ROLE.full, recovery);
    if (random(2) === 0) await changeKey(member, second.account, KEY_ROLE.full, recovery);
    if (random(2) === 0) await changeKey(member, recovery.account, KEY_ROLE.none);
  }

  async function succeed() {
    const heir = eoaMember(`heir ${random(3)}`);
    const member = members[members.length - 2]!;
    await changeKey(member, heir.account, KEY_ROLE.successor).catch(() => undefined);
    await coalition.succeed(partner(), member.account);
  }

  async function issueByKey() {
    const id = partner();
    await coalition.setIssuingKey(id, admin);
    const { lastBatch } = await coalition.partnerReport(id);
    const mints = [`${pick(members).account}${(1 + random(90_000)).toString(16).padStart(24, '0')}`];
    const receiptsRoot = toHex(random(2 ** 32), { size: 32 });
    await coalition.issueAsPartner({ partner: id, number: lastBatch + 1n, receiptsRoot, mints });
  }

  async function transferAtEpoch() {
    const token = await tokenOf(pick([2, 4]));
    const from = pick(members).account;
    const epoch = (await token.currentEpoch()) - BigInt(random(3));
    const held = await token.balanceOfAtEpoch(epoch, from);
    const connected = token.connect(await signerOf(stage, from));
    await connected.transferAtEpoch(epoch, pick(members).account, 1n + held / 3n);
  }

  async function cancelNonce() {
    const token = await tokenOf(partner());
    const from = pick(members).account;
    await token
      .connect(await signerOf(stage, from))
      .cancelNonce((await token.nextNonce(from)) + BigInt(random(4)));
  }

  async function suspend() {
    const charity = 1 + random(3);
    await coalition.setCharitySuspended(charity, true);
    if (random(3) > 0) await coalition.setCharitySuspended(charity, false);
  }

  async function halt() {
    await coalition.halt();
    await coalition.resume();
    await coalition.haltWithdrawals();
    await provider.request({ method: 'evm_increaseTime', params: [8 * DAY] });
  }

  return [
    redeem,
    refund,
    refund,
    actByKey,
    recover,
    succeed,
    issueByKey,
    transferAtEpoch,
    cancelNonce,
    suspend,
    halt,
    () => coalition.setFee(100 + random(400)),
    () => coalition.setPartnerAdmin(partner(), admin),
    () => coalition.setMatch(partner(), random(10_000), 1_000n + BigInt(random(50_000_000))),
    () => coalition.setMatch(partner(), 5_000, random(2) === 0 ? 7n : 0n),
    () => coalition.withdrawTreasury(1, admin),
    () => coalition.grantFromFund(partner(), 1n + BigInt(random(1_000))),
    () => coalition.setMintAllowance(partner(), MINT_CAPACITY / BigInt(1 + random(3)), 1 + random(2 * DAY)),
    async () => (await tokenOf(partner())).rollSupply(),
  ];
}

/** A day at Aurora on which one member earns, spends some of it, gives twice with a match, and once more by a limited key. */
export async function playLastDay(stage: Stage): Promise<Member> {
  const { coalition, keys, ethers, network: network_ } = stage;
  const [member, key] = [eoaMember('of the last day'), eoaMember('key of the last day')];
  const { timestamp } = (await ethers.provider.getBlock('latest'))!;
  const deadline = timestamp + 3_600;
  await coalition.deposit(1, 1_000n * DOLLAR);
  await coalition.setCharitySuspended(1, false);
  await coalition.setMintAllowance(1, MINT_CAPACITY, DAY);
  await coalition.setMatch(1, 5_000, 10n * DOLLAR);
  const { lastBatch } = await coalition.partnerReport(1);
  const mints = [`${member.account}${(1_000).toString(16).padStart(24, '0')}`];
  const receiptsRoot = toHex(1, { size: 32 });
  await coalition.issue([{ partner: 1, number: lastBatch + 1n, receiptsRoot, mints }]);
  const change = {
    member: member.account,
    key: key.account,
    role: KEY_ROLE.limited,
    dailyLimit: 5_000_000,
    nonce: 0,
    deadline,
  };
  await keys.changeKey(change, await member.sign((await keys.keyChangeDigest(change)) as Hex));
  const acts = [
    ['redemption', 1, 300n, member],
    ['donation', 1, 20n, member],
    ['donation', 1, 30n, member],
    ['donation', 1, 40n, key],
  ] as const;
  for (const [nonce, [kind, counterparty, amount, signer]] of acts.entries()) {
    const ref = toHex(nonce, { size: 32 });
    const parts = { kind, member: member.account, issuer: 1, counterparty, amount, minimum: 0n };
    const act: Act = { ...parts, ref, nonce, deadline };
    const struct = { ...act, kind: ACT_KINDS.indexOf(kind) };
    await coalition.execute(struct, await signer.sign(actDigest(act, network_)));
  }
  return member;
}

/** Lets everything happen that a coalition can see, some twice, and at its end two brands leave: one on its own, one expelled. */
export async function playEverything(stage: Stage, { seed }: { seed: number }): Promise<void> {
  const random = randomFrom(seed);
  const members = Array.from({ length: 3 }, (_, index) => eoaMember(`late member ${index}`));
  const { coalition, provider } = stage;
  const pass = (seconds: number) => provider.request({ method: 'evm_increaseTime', params: [seconds] });
  const refused = (error: Error) => {
    if (!/revert/i.test(error.message)) throw error;
  };
  await coalition.setFee(250);
  for (let id = 1; id <= stage.brands; id++) await coalition.resumePartner(id);
  const seldom = seldomThings(stage, { random, members });
  for (let round = 0; round < 6; round++) {
    for (let id = 1; id <= stage.brands; id++) {
      const { lastBatch } = await coalition.partnerReport(id);
      const mints = members.map(({ account }) => `${account}${(2_000).toString(16).padStart(24, '0')}`);
      const batch = { partner: id, number: lastBatch + 1n, receiptsRoot: toHex(round, { size: 32 }), mints };
      await coalition.issue([batch]).catch(refused);
    }
    for (const happen of seldom) await happen().catch(refused);
    await pass(QUARTER);
  }
  await coalition.expel(4);
  await coalition.beginExit(5);
  await pass(5 * QUARTER);
  await coalition.release(4);
  await coalition.release(5);
  await provider.request({ method: 'hardhat_mine', params: ['0x1'] });
}

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
  const seldom = seldomThings(stage, { random, members });
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
      ref: kind === 'gift' ? refOfRecipient(pick(members).account) : keccak256(toHex(random(2 ** 32))),
      nonce: Math.min(
        2 ** 32 - 1,
        Math.max(0, Number(await token.nextNonce(member.account)) + random(6) - 2),
      ),
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
    await token.connect(await signerOf(stage, from)).transfer(to, (await token.balanceOf(from)) / 2n);
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
      () => coalition.recordBreakage(id),
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
    const happen = pick([issue, issue, actBatch, actBatch, transfer, money, money, pick(seldom)]);
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
