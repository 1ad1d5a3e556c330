import { expect } from 'chai';
import { type Hex, toEventSelector, toHex } from 'viem';
import { CoalitionAbi, MemberKeysAbi, PointsTokenAbi } from '../../../artifacts/abi.ts';
import { auditCoalition } from '../../../backend/audit/audit-coalition.ts';
import type { Disagreement } from '../../../backend/audit/disagreements.ts';
import {
  clientOf,
  findSlot,
  openCoalition,
  playEverything,
  playHistory,
  playLastDay,
  type Stage,
  setStorage,
} from './coalition-history.ts';

interface RawLog {
  address: Hex;
  topics: Hex[];
  data: Hex;
  logIndex: Hex;
}

const EVENTS = new Map<string, Hex>(
  [...PointsTokenAbi, ...MemberKeysAbi, ...CoalitionAbi]
    .filter((item) => item.type === 'event')
    .map((item) => [item.name, toEventSelector(item)]),
);

const topicOf = (name: string): Hex => EVENTS.get(name)!;

/** They change nothing that the coalition keeps: allowances of ERC-20, and what the libraries say of themselves. */
const OF_NO_BOOK = ['Approval', 'EIP712DomainChanged', 'AuthorityUpdated'];

/** Adds 1 to the `word`-th word of a log's data. */
function bump(log: RawLog, word: number): RawLog {
  const at = 2 + 64 * word;
  const value = BigInt(`0x${log.data.slice(at, at + 64)}`) + 1n;
  return {
    ...log,
    data: `${log.data.slice(0, at)}${toHex(value, { size: 32 }).slice(2)}${log.data.slice(at + 64)}` as Hex,
  };
}

describe('audit of a coalition', function () {
  this.timeout(120_000);

  let stage: Stage;
  /** Somebody with points of the present epoch at Aurora, who has spent others. */
  let spender: Hex;
  const audit = async (client = clientOf(stage)) =>
    (await auditCoalition({ client, coalition: stage.address })).result;
  const named = (disagreements: Disagreement[], what: string) =>
    disagreements.filter((each) => each.what.includes(what));

  before(async () => {
    stage = await openCoalition();
    const acts = await playHistory(stage, { seed: 2, steps: 150 });
    expect(acts).to.be.greaterThan(20);
    await playEverything(stage, { seed: 5 });
    await playHistory(stage, { seed: 7, steps: 60 });
    for (const id of [1, 2, 3]) await stage.coalition.resumePartner(id);
    spender = (await playLastDay(stage)).account;
  });

  after(() => stage.connection.close());

  describe('when nothing was tampered with', () => {
    it('agrees, with the figures of the contracts', async () => {
      const result = await audit();
      expect(result.disagreements).to.deep.equal([]);
      expect(result.agrees).to.equal(true);
      const reports = await stage.coalition.partnerReports();
      expect(
        result.partners.map(({ supply, liability, reserve }) => [supply, liability, reserve]),
      ).to.deep.equal(
        reports.map(({ supply, liability, reserve }) => [`${supply}`, `${liability}`, `${reserve}`]),
      );
    });

    it('has seen every event there is', async () => {
      const seen = new Set<string>();
      const client = clientOf(stage, (method, answer) => {
        if (method === 'eth_getLogs') for (const log of answer as RawLog[]) seen.add(log.topics[0]!);
        return answer;
      });
      await audit(client);
      const missing = [...EVENTS].filter(([name, topic]) => !OF_NO_BOOK.includes(name) && !seen.has(topic));
      expect(missing.map(([name]) => name)).to.deep.equal([]);
    });

    it('agrees at older blocks as well', async () => {
      const latest = await stage.ethers.provider.getBlockNumber();
      for (const block of [Math.floor(latest / 3), Math.floor(latest / 2)]) {
        const { result } = await auditCoalition({ client: clientOf(stage), coalition: stage.address, block });
        expect(result.disagreements).to.deep.equal([]);
        expect(result.block).to.equal(block);
      }
    });

    it('agrees with an endpoint that gives few blocks at once and no times in its logs', async () => {
      const refusals: number[] = [];
      const client = clientOf({
        provider: {
          request: async ({ method, params }: { method: string; params?: unknown }) => {
            const [range] = (params ?? []) as [{ fromBlock: Hex; toBlock: Hex }];
            if (method === 'eth_getLogs' && Number(range.toBlock) - Number(range.fromBlock) > 9) {
              refusals.push(1);
              throw Object.assign(new Error('query exceeds max block range 10'), { code: -32005 });
            }
            const answer = await stage.provider.request({ method, params } as never);
            return method === 'eth_getLogs'
              ? (answer as object[]).map((log) => ({ ...log, blockTimestamp: undefined }))
              : answer;
          },
        } as unknown as Stage['provider'],
      });
      expect((await audit(client)).disagreements).to.deep.equal([]);
      expect(refusals.length).to.be.greaterThan(0);
    });
  });

  describe('when one word of storage was tampered with', () => {
    /** Changes a word, audits, and puts the word back. */
    async function auditWith(
      target: Parameters<typeof findSlot>[1],
      change: (word: bigint) => bigint,
    ): Promise<Disagreement[]> {
      const { slot, word } = await findSlot(stage, target);
      await setStorage(stage, target.contract, slot, change(word));
      const { agrees, disagreements } = await audit();
      await setStorage(stage, target.contract, slot, word);
      expect(agrees).to.equal(disagreements.length === 0);
      return disagreements;
    }

    it('names the account whose balance or nonce is another', async () => {
      const { books } = await auditCoalition({ client: clientOf(stage), coalition: stage.address });
      const book = books.partners.get(1)!;
      const account = spender.toLowerCase() as Hex;
      const word = book.accounts.get(account)!;
      const target = { contract: book.token, key: account, matches: (seen: bigint) => seen === word };
      for (const change of [(seen: bigint) => seen + (1n << 144n), (seen: bigint) => seen ^ (1n << 240n)]) {
        const [first] = await auditWith(target, change);
        expect(first).to.include({ what: 'account word', subject: `${book.name}, ${account}` });
      }
    });

    it('names the brand whose supply is another', async () => {
      const { token, lastBatch } = await stage.coalition.partnerReport(1);
      const mints = [`${stage.admin}${'1'.padStart(24, '0')}`];
      await stage.coalition.issue([
        { partner: 1, number: lastBatch + 1n, receiptsRoot: toHex(1, { size: 32 }), mints },
      ]);
      const word = await (await stage.ethers.getContractAt('PointsToken', token)).supplyWord();
      const [first] = await auditWith(
        { contract: token, matches: (seen) => (seen & ((1n << 208n) - 1n)) === word },
        (seen) => seen + (1n << 144n),
      );
      expect(first).to.include({ what: 'supply', subject: 'Aurora' });
    });

    it('names the brand whose reserve, batch number or point value is another', async () => {
      await stage.coalition.deposit(2, 10n ** 9n);
      const current = ((await stage.coalition.partnerReport(2)).valuesWord >> 160n) & 0xff_ffff_ffffn;
      await stage.coalition.scheduleValue(2, current + 1n);
      const { reserve, lastBatch, valuesWord } = await stage.coalition.partnerReport(2);
      const ledger = {
        contract: stage.address,
        key: 2,
        matches: (word: bigint) => (word & ((1n << 72n) - 1n)) === reserve,
      };
      const values = {
        contract: stage.address,
        key: 2,
        matches: (word: bigint) => (word & ((1n << 216n) - 1n)) >> 160n === valuesWord >> 160n,
      };
      const [byReserve] = await auditWith(ledger, (word) => word - 1n);
      expect(byReserve).to.deep.equal({
        what: 'reserve',
        subject: 'Bistro',
        expected: `${reserve}`,
        found: `${reserve - 1n}`,
      });
      // The values fill 216 bits of their word, the batch number the others.
      const [byBatch] = await auditWith(values, (word) => word + (1n << 216n));
      expect(byBatch).to.include({ what: 'last batch', subject: 'Bistro', found: `${lastBatch + 1n}` });
      const disagreements = await auditWith(values, (word) => word + (1n << 120n));
      expect(named(disagreements, 'point values')).to.have.length(1);
    });

    it('names the charity whose account is another, and a coalition that holds too little (I2)', async () => {
      await stage.coalition.setCharitySuspended(2, false);
      const payable = (await stage.coalition.charityAccount(2)).payable_;
      const account = {
        contract: stage.address,
        key: 2,
        matches: (word: bigint) => word >> 160n === payable && payable > 0n,
      };
      const [byCharity] = await auditWith(account, (word) => word + (1n << 160n));
      expect(byCharity).to.include({ what: 'payable to a charity', subject: 'Night School' });
      const held = await stage.dollar.balanceOf(stage.address);
      const balance = {
        contract: await stage.dollar.getAddress(),
        key: stage.address,
        matches: (word: bigint) => word === held,
      };
      const [byHolding] = await auditWith(balance, (word) => word - 1n);
      expect(byHolding).to.include({
        what: 'stablecoin held (I2)',
        subject: 'coalition',
        found: `${held - 1n}`,
      });
    });
  });

  describe('when a word of what is seldom written was tampered with', () => {
    const word = (
      matches: (seen: bigint) => boolean,
      key?: Hex | number,
      contract: string = stage.address,
    ) => ({
      contract,
      matches,
      ...(key === undefined ? {} : { key }),
    });
    const low = (bits: bigint) => (1n << bits) - 1n;
    async function firstAfter(
      target: Parameters<typeof findSlot>[1],
      change: (word: bigint) => bigint,
    ): Promise<string | undefined> {
      const found = await findSlot(stage, target);
      await setStorage(stage, target.contract, found.slot, change(found.word));
      const { disagreements } = await audit();
      await setStorage(stage, target.contract, found.slot, found.word);
      return disagreements[0]?.what;
    }

    it('names the treasury and the members’ fund', async () => {
      const { treasury, membersFund } = await stage.coalition.solvency();
      expect(treasury > 0n && membersFund > 0n).to.equal(true);
      const pots = word((seen) => seen === treasury + (membersFund << 128n));
      expect(await firstAfter(pots, (seen) => seen - 1n)).to.equal('treasury');
      expect(await firstAfter(pots, (seen) => seen - (1n << 128n))).to.equal('members’ fund');
    });

    it('names the brand’s exit, match, breakage and mint allowance', async () => {
      await stage.coalition.deposit(2, 10n ** 9n);
      await stage.coalition.setMatch(2, 1_234, 567_890n);
      const { reserve, breakage, mintCapacity, mintWindow } = await stage.coalition.partnerReport(2);
      expect(breakage.freed > 0n).to.equal(true);
      const ledger = word((seen) => (seen & low(72n)) === reserve, 2);
      expect(await firstAfter(ledger, (seen) => seen ^ (2n << 88n))).to.equal('exit');
      const matches = word((seen) => seen >> 160n === 1_234n + (567_890n << 16n), 2);
      expect(await firstAfter(matches, (seen) => seen + (1n << 160n))).to.equal('match');
      expect(await firstAfter(matches, (seen) => seen + (1n << 176n))).to.equal('match budget');
      const freed = word((seen) => (seen & low(112n)) === breakage.freed, 2);
      expect(await firstAfter(freed, (seen) => seen + 1n)).to.equal('breakage');
      expect(await firstAfter(freed, (seen) => seen + (1n << 112n))).to.equal(
        'breakage for the members’ fund',
      );
      const allowance = word((seen) => seen === mintCapacity + (mintWindow << 208n), 2);
      expect(await firstAfter(allowance, (seen) => seen + 1n)).to.equal('capacity of the mint allowance');
    });

    it('names the charity that is suspended', async () => {
      const { payout } = await stage.coalition.charityAccount(2);
      const account = word((seen) => (seen & low(160n)) === BigInt(payout), 2);
      expect(await firstAfter(account, (seen) => seen ^ (1n << 248n))).to.equal('suspension of a charity');
    });

    it('names the epoch of which more was minted or expired', async () => {
      const { books } = await auditCoalition({ client: clientOf(stage), coalition: stage.address });
      const book = books.partners.get(1)!;
      const [epoch] = [...book.epochs].find(([, { minted, expired }]) => minted > 0n && expired > 0n)!;
      const { minted, expired } = book.epochs.get(epoch)!;
      const record = word((seen) => seen === minted + (expired << 48n), epoch, book.token);
      for (const one of [1n, 1n << 48n])
        expect(await firstAfter(record, (seen) => seen + one)).to.equal('minted, live and expired points');
    });

    it('names the member whose successor, nonce or keys are others', async () => {
      const { books } = await auditCoalition({ client: clientOf(stage), coalition: stage.address });
      const [member, { nextNonce, successor }] = [...books.members].find(
        ([, book]) => BigInt(book.successor) > 0n,
      )!;
      const keys = await stage.keys.getAddress();
      const account = word((seen) => seen === BigInt(successor) + (BigInt(nextNonce) << 160n), member, keys);
      expect(await firstAfter(account, (seen) => seen + 1n)).to.match(/key of a member|successor/);
      expect(await firstAfter(account, (seen) => seen + (1n << 160n))).to.equal('nonce of key changes');
    });
  });

  describe('when an acceptor’s admin gave back what nobody had spent', () => {
    const rpc = (method: string, params: unknown[] = []) =>
      stage.provider.request({ method, params } as never);
    let snapshot: unknown;
    beforeEach(async () => {
      snapshot = await rpc('evm_snapshot');
    });
    afterEach(() => rpc('evm_revert', [snapshot]));

    it('names the refund without a redemption, and one of more than it took', async () => {
      const token = await stage.ethers.getContractAt(
        'PointsToken',
        (await stage.coalition.partnerReport(1)).token,
      );
      const epoch = await token.currentEpoch();
      const refund = (nonce: number, points: bigint, id: number) =>
        stage.coalition.refund({
          acceptor: 1,
          issuer: 1,
          member: spender,
          nonce,
          id: toHex(id, { size: 32 }),
          buckets: (points << 144n) + (epoch << 192n),
        });
      // The whole redemption is nonce 0, of 300 points; what donations took can't be told apart by the contract.
      await refund(0, 290n, 10_001);
      expect((await audit()).disagreements).to.deep.equal([]);
      await refund(0, 11n, 10_002);
      await refund(1, 1n, 10_003);
      const { disagreements } = await audit();
      expect(disagreements.map(({ what, expected, found }) => [what, expected, found])).to.deep.equal([
        [`points of epoch ${epoch} that the redemption took`, 'at most 10', '11'],
        ['redemption of a refund', 'one at brand 1 with nonce 1', 'none'],
      ]);
    });
  });

  describe('when one event was tampered with', () => {
    /** Of these the last one counts, because a later one may make an earlier one good. */
    const LAST = ['MatchChanged', 'WithdrawalsHalted', 'KeyChanged', 'FeeChanged', 'KeyCharged'];

    /** How many logs of a kind there are. */
    async function countOf(name: string): Promise<number> {
      let count = 0;
      await audit(
        clientOf(stage, (method, answer) => {
          if (method === 'eth_getLogs')
            count += (answer as RawLog[]).filter(({ topics }) => topics[0] === topicOf(name)).length;
          return answer;
        }),
      );
      return count;
    }

    /** Audits through an endpoint that changes the `nth` log of a kind (−1: the last); `change` returns null to leave the log out. */
    async function auditWith(
      name: string,
      change: (log: RawLog) => RawLog | null,
      wanted = 2,
    ): Promise<Disagreement[]> {
      const nth = wanted < 0 ? await countOf(name) : wanted;
      let seen = 0;
      const client = clientOf(stage, (method, answer) => {
        if (method !== 'eth_getLogs') return answer;
        return (answer as RawLog[]).flatMap((log) => {
          if (log.topics[0] !== topicOf(name)) return [log];
          seen += 1;
          return seen === nth ? (change(log) ?? []) : [log];
        });
      });
      const { disagreements, agrees } = await audit(client);
      expect(seen, `${name} events`).to.be.greaterThanOrEqual(nth);
      expect(agrees).to.equal(false);
      return disagreements;
    }

    const amounts: [event: string, word: number, what: string][] = [
      ['Transfer', 0, ''],
      ['BatchIssued', 0, 'members of a batch'],
      ['BatchIssued', 1, 'points of a batch'],
      ['Redeemed', 0, 'act without its burn (I3)'],
      ['Redeemed', 1, 'value of an act (I3)'],
      ['Redeemed', 2, ''],
      ['Exchanged', 1, 'value of an act (I3)'],
      ['Exchanged', 2, 'points received in an exchange (I3)'],
      ['Donated', 0, 'act without its burn (I3)'],
      ['Donated', 1, 'value of an act (I3)'],
      ['ReserveDeposited', 0, 'reserve after an event'],
      ['ReserveWithdrawn', 1, 'reserve after an event'],
      ['Gifted', 0, 'gift without its transfer (I3)'],
      ['Gifted', 1, ''],
      ['NonceCancelled', 0, ''],
      ['DonationMatched', 0, 'match of a donation'],
      ['DonationMatched', 1, 'match of a donation'],
      ['MatchChanged', 0, 'match'],
      ['MatchChanged', 1, ''],
      ['Refunded', 0, 'redemption of a refund'],
      ['Refunded', 2, 'that the redemption took'],
      ['Refunded', 3, 'refund without its points (I3)'],
      ['Refunded', 4, 'value of a refund (I3)'],
      ['PointsRestored', 0, 'transfer as announced'],
      ['TransferAtEpoch', 0, 'transfer as announced'],
      ['PointsExpired', 0, 'that expired'],
      ['BreakageRecorded', 0, 'points of breakage'],
      ['BreakageRecorded', 1, 'liability freed by breakage'],
      ['BreakageRecorded', 2, 'members’ fund’s share of breakage'],
      ['BreakageRecorded', 3, 'charity’s share of breakage'],
      ['BreakageRecorded', 4, 'charity of breakage'],
      ['FeeChanged', 0, 'fee'],
      ['TreasuryWithdrawn', 0, 'treasury after a withdrawal'],
      ['TreasuryWithdrawn', 1, 'treasury after a withdrawal'],
      ['FundGranted', 0, 'members’ fund after a grant'],
      ['FundGranted', 1, 'members’ fund after a grant'],
      ['ReserveReleased', 0, 'amount released'],
      ['AccountMoved', 0, 'points of an account that moves'],
      ['AccountSucceeded', 0, 'succession without its move'],
      ['KeyChanged', 0, ''],
      ['KeyChanged', 1, ''],
      ['KeyChanged', 2, 'power to change a key (I8)'],
      ['KeyChanged', 3, 'power to change a key (I8)'],
      ['KeyChanged', 4, 'nonce of'],
      ['KeyCharged', 0, 'value that a key is charged'],
      ['KeyCharged', 1, 'what a key has spent today'],
      ['WithdrawalsHalted', 0, 'halt of withdrawals'],
    ];
    for (const [event, word, what] of amounts) {
      it(`names ${event} with another word ${word}`, async () => {
        const nth = LAST.includes(event) ? -1 : 2;
        const [first] = await auditWith(event, (log) => bump(log, word), nth);
        expect(first?.what).to.include(what);
      });
    }

    for (const event of [
      'Transfer',
      'BatchIssued',
      'Redeemed',
      'Exchanged',
      'Donated',
      'ReserveDeposited',
      'PartnerAdded',
      'CharityAdded',
      'Gifted',
      'NonceCancelled',
      'DonationMatched',
      'MatchChanged',
      'Refunded',
      'PointsRestored',
      'PointsExpired',
      'BreakageRecorded',
      'FundGranted',
      'TreasuryWithdrawn',
      'MintAllowanceChanged',
      'IssuingKeyChanged',
      'PartnerExitBegun',
      'ReserveReleased',
      'CoalitionHaltSet',
      'AccountMoved',
      'AccountSucceeded',
      'KeyChanged',
      'KeyCharged',
    ]) {
      it(`notices that ${event} is missing`, async () => {
        const disagreements = await auditWith(event, () => null, LAST.includes(event) ? -1 : 2);
        expect(disagreements).not.to.deep.equal([]);
      });
    }

    it('names the key that issued and was not the brand’s', async () => {
      const [first] = await auditWith('BatchIssuedByKey', (log) => ({
        ...log,
        topics: [...log.topics.slice(0, 3), toHex(7, { size: 32 })],
      }));
      expect(first).to.include({ what: 'key of a batch' });
    });

    it('names the successor that the member has not named', async () => {
      const disagreements = await auditWith('AccountSucceeded', (log) => ({
        ...log,
        topics: [...log.topics.slice(0, 3), toHex(7, { size: 32 })],
      }));
      expect(named(disagreements, 'successor of an account (I8)')).to.have.length(1);
    });

    it('names a batch above what the brand allows (its allowance said to be smaller)', async () => {
      const disagreements = await auditWith(
        'MintAllowanceChanged',
        (log) => ({ ...log, data: `${toHex(1, { size: 32 })}${log.data.slice(66)}` as Hex }),
        1,
      );
      expect(named(disagreements, 'mint allowance').length).to.be.greaterThan(0);
    });

    it('names a refund whose id comes twice', async () => {
      let id: Hex | undefined;
      const client = clientOf(stage, (method, answer) => {
        if (method !== 'eth_getLogs') return answer;
        return (answer as RawLog[]).map((log) => {
          if (log.topics[0] !== topicOf('Refunded')) return log;
          const [before, own, after] = [log.data.slice(0, 66), log.data.slice(66, 130), log.data.slice(130)];
          id ??= `0x${own}`;
          // All refunds of the history get the first one's id.
          return { ...log, data: `${before}${id.slice(2)}${after}` as Hex };
        });
      });
      const { disagreements } = await audit(client);
      expect(named(disagreements, 'refund id counts once (I4)').length).to.be.greaterThan(0);
    });

    it('names an event that is no longer one', async () => {
      for (const event of ['Transfer', 'Redeemed']) {
        const [first] = await auditWith(event, (log) => ({ ...log, data: '0x' }));
        expect(first).to.include({ what: 'event that can be read', found: '0x' });
      }
    });

    it('names a batch number that comes twice (I4)', async () => {
      const [first] = await auditWith('BatchIssued', (log) => ({
        ...log,
        topics: [log.topics[0]!, log.topics[1]!, toHex(0, { size: 32 }), log.topics[3]!],
      }));
      expect(first).to.include({ what: 'batch number mints once (I4)', found: '0' });
    });
  });

  describe('when it cannot be done', () => {
    const codeOf = (request: Promise<unknown>) =>
      request.then(
        () => 'done',
        (error: { code?: unknown }) => error.code,
      );

    it('says that there is no coalition at the address', async () => {
      const coalition = stage.admin as Hex;
      expect(await codeOf(auditCoalition({ client: clientOf(stage), coalition }))).to.equal(
        'AUDIT_NO_COALITION',
      );
    });

    it('says that the block is not known', async () => {
      const request = auditCoalition({ client: clientOf(stage), coalition: stage.address, block: 9_999_999 });
      expect(await codeOf(request)).to.equal('AUDIT_BLOCK_UNKNOWN');
    });

    it('says that the chain changed its mind meanwhile', async () => {
      let blocks = 0;
      const client = clientOf(stage, (method, answer) => {
        if (method !== 'eth_getBlockByNumber') return answer;
        blocks += 1;
        return blocks === 1 ? answer : { ...(answer as object), hash: toHex(7, { size: 32 }) };
      });
      expect(await codeOf(audit(client))).to.equal('AUDIT_CHAIN_REORGANISED');
    });
  });
});
