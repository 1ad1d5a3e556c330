import { expect } from 'chai';
import { type Hex, toEventSelector, toHex } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { auditCoalition } from '../../../backend/audit/audit-coalition.ts';
import type { Disagreement } from '../../../backend/audit/disagreements.ts';
import {
  clientOf,
  findSlot,
  openCoalition,
  playEverything,
  playHistory,
  type Stage,
  setStorage,
} from './coalition-history.ts';

interface RawLog {
  address: Hex;
  topics: Hex[];
  data: Hex;
  logIndex: Hex;
}

const topicOf = (name: string): Hex =>
  name === 'Transfer'
    ? toEventSelector('Transfer(address,address,uint256)')
    : toEventSelector(
        CoalitionAbi.filter((item) => item.type === 'event').find((item) => item.name === name)!,
      );

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
  const audit = async (client = clientOf(stage)) =>
    (await auditCoalition({ client, coalition: stage.address })).result;
  const named = (disagreements: Disagreement[], what: string) =>
    disagreements.filter((each) => each.what.includes(what));

  before(async () => {
    stage = await openCoalition();
    const acts = await playHistory(stage, { seed: 2, steps: 150 });
    expect(acts).to.be.greaterThan(20);
    await playEverything(stage, { seed: 5 });
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
      const live = (packed: bigint) => (packed & ((1n << 192n) - 1n)) > 0n && packed >> 240n > 0n;
      const book = [...books.partners.values()].find(({ accounts }) => [...accounts.values()].some(live))!;
      const [account, word] = [...book.accounts].find(([, packed]) => live(packed))!;
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
        { contract: token, matches: (seen) => seen === word },
        (seen) => seen + (1n << 144n),
      );
      expect(first).to.include({ what: 'supply', subject: 'Aurora' });
    });

    it('names the brand whose reserve, batch number or point value is another', async () => {
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

  describe('when one event was tampered with', () => {
    /** Audits through an endpoint that changes the `nth` log of a kind; `change` returns null to leave the log out. */
    async function auditWith(
      name: string,
      change: (log: RawLog) => RawLog | null,
      nth = 2,
    ): Promise<Disagreement[]> {
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
    ];
    for (const [event, word, what] of amounts) {
      it(`names ${event} with another word ${word}`, async () => {
        const [first] = await auditWith(event, (log) => bump(log, word));
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
    ]) {
      it(`notices that ${event} is missing`, async () => {
        const disagreements = await auditWith(event, () => null);
        expect(disagreements).not.to.deep.equal([]);
      });
    }

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
