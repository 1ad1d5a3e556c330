import { expect } from 'chai';
import { encodeFunctionData } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  balanceOf,
  CINDER,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  supplyOf,
} from '../../helpers/engine.ts';

describe('Issuance', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
  });
  after(() => network?.stop());

  const batches = async (partner: number) =>
    (
      await network.deps.pool.query(
        'SELECT b.number, b.status, b.reason, b.members, b.points, t.gas_used FROM issuance_batches b LEFT JOIN relay_transactions t ON t.id = b.transaction_id WHERE partner_id = $1 ORDER BY number',
        [partner],
      )
    ).rows;

  describe('purchases at two brands', () => {
    it('are netted per member, minted once, and final with balanced ledger postings', async () => {
      await network.earn(AURORA, [
        { account: accountOf(1), points: 10n },
        { account: accountOf(2), points: 20n },
        { account: accountOf(1), points: 5n },
      ]);
      await network.earn(BOREAL, [{ account: accountOf(1), points: 7n }]);
      await network.drain(process);
      expect(await balanceOf(network, AURORA, accountOf(1))).to.equal(15n);
      expect(await balanceOf(network, AURORA, accountOf(2))).to.equal(20n);
      expect(await balanceOf(network, BOREAL, accountOf(1))).to.equal(7n);
      const [batch] = await batches(AURORA);
      expect([batch.number, batch.status, batch.members, batch.points]).to.deep.equal([1n, 'final', 2, 35n]);
      const { rows } = await network.deps.pool.query(
        `SELECT book, sum(points)::int AS sum FROM ledger_entries GROUP BY book ORDER BY book`,
      );
      expect(rows).to.deep.equal([
        { book: 'promised', sum: -42 },
        { book: 'pending', sum: 0 },
        { book: 'issued', sum: 42 },
      ]);
    });
  });

  describe('a brand without money', () => {
    it('waits with the facts while others go on, and goes by itself when money arrives', async () => {
      await network.earn(CINDER, [{ account: accountOf(3), points: 50n }]);
      await network.earn(AURORA, [{ account: accountOf(3), points: 1n }]);
      for (let turn = 0; turn < 10; turn++) {
        await process.issue();
        await process.relay();
        while (await process.index());
      }
      const [waiting] = await batches(CINDER);
      expect([waiting.status, waiting.reason.code]).to.deep.equal(['waiting', 'RESERVE_TOO_LOW']);
      expect(waiting.reason.details).to.deep.include({ reserve: '0', required: '50000', missing: '50000' });
      await network.deposit(CINDER, 50_000n);
      await network.drain(process);
      expect(await balanceOf(network, CINDER, accountOf(3))).to.equal(50n);
      const [done] = await batches(CINDER);
      expect([done.status, done.reason]).to.deep.equal(['final', null]);
    });
  });

  describe('a halted brand', () => {
    it('waits with the reason while others go on', async () => {
      const { guardian, governor } = network.people;
      const hub = network.deployment.coalition;
      const data = (functionName: 'haltPartner' | 'resumePartner') =>
        encodeFunctionData({ abi: CoalitionAbi, functionName, args: [BOREAL] });
      await network.call(guardian, hub, data('haltPartner'));
      const before = await supplyOf(network, AURORA);
      await network.earn(BOREAL, [{ account: accountOf(4), points: 9n }]);
      await network.earn(AURORA, [{ account: accountOf(4), points: 9n }]);
      const deadline = Date.now() + 10_000;
      while ((await supplyOf(network, AURORA)) === before && Date.now() < deadline) {
        await process.issue();
        await process.relay();
        while (await process.index());
      }
      expect(await supplyOf(network, AURORA)).to.equal(before + 9n);
      const halted = (await batches(BOREAL)).at(-1);
      expect([halted.status, halted.reason.code]).to.deep.equal(['waiting', 'PARTNER_HALTED']);
      await network.call(governor, hub, data('resumePartner'));
      await network.drain(process);
      expect(await balanceOf(network, BOREAL, accountOf(4))).to.equal(9n);
    });
  });

  describe('a brand that allows few points', () => {
    const allow = (capacity: number, window: number) =>
      network.call(
        network.people.admin,
        network.deployment.coalition,
        encodeFunctionData({
          abi: CoalitionAbi,
          functionName: 'setMintAllowance',
          args: [BOREAL, capacity, window],
        }),
      );
    const turns = async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        await process.issue();
        await process.relay();
        while (await process.index());
      }
    };

    it('gets the part that fits; the rest waits with the facts, and goes when the allowance is raised', async () => {
      const before = await supplyOf(network, BOREAL);
      const first = (await batches(BOREAL)).length;
      await allow(100, 2 ** 31);
      await network.earn(
        BOREAL,
        [21, 22, 23, 24, 25].map((index) => ({ account: accountOf(index), points: 40n })),
      );
      await turns(12);
      // 80 of 200 fit into 100; of the other 20 no purchase has so few.
      expect(await supplyOf(network, BOREAL)).to.equal(before + 80n);
      const [, waiting] = (await batches(BOREAL)).slice(first);
      expect([waiting.status, waiting.reason.code]).to.deep.equal(['waiting', 'MINT_ALLOWANCE_EXCEEDED']);
      expect(waiting.reason.details.capacity).to.equal(100);
      // What was issued just before counts as used, so a little less than 20 may be left.
      expect(Number(waiting.reason.details.available)).to.be.within(1, 20);
      await allow(2 ** 40, 1);
      await network.drain(process);
      expect(await supplyOf(network, BOREAL)).to.equal(before + 200n);
      for (const index of [21, 22, 23, 24, 25])
        expect(await balanceOf(network, BOREAL, accountOf(index))).to.equal(40n);
    });
  });

  describe('several issuers at once', () => {
    it('give every brand one strict sequence', async () => {
      const others = [network.process(), network.process(), network.process()];
      const first = (await batches(AURORA)).length;
      for (let round = 0; round < 10; round++) {
        await network.earn(AURORA, [{ account: accountOf(100 + round), points: 3n }]);
        await network.earn(BOREAL, [{ account: accountOf(100 + round), points: 3n }]);
        await Promise.all([process, ...others].map((one) => one.issue()));
      }
      await network.drain(process);
      const numbers = (await batches(AURORA)).map(({ number }) => number);
      expect(numbers).to.deep.equal(numbers.map((_, index) => BigInt(index + 1)));
      expect(numbers.length).to.be.greaterThan(first);
      const { rows } = await network.deps.pool.query(
        `SELECT partner_id, sum(points) AS sum FROM accruals GROUP BY partner_id ORDER BY partner_id`,
      );
      for (const { partner_id: partner, sum } of rows)
        expect(await supplyOf(network, partner)).to.equal(BigInt(sum));
      await Promise.all(others.map((one) => one.stop()));
    });
  });

  describe('a batch of 500 new members', () => {
    it('stays within its gas', async () => {
      const sales = Array.from({ length: 500 }, (_, index) => ({
        account: accountOf(10_000 + index),
        points: 1n,
      }));
      await network.earn(AURORA, sales);
      await network.drain(process);
      const batch = (await batches(AURORA)).at(-1);
      expect([batch.status, batch.members]).to.deep.equal(['final', 500]);
      expect(Number(batch.gas_used)).to.be.lessThan(13_500_000);
    });
  });
});
