import { expect } from 'chai';
import { type Hex, numberToHex, type PublicClient } from 'viem';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { quoteAct } from '../../../backend/acts/quote-act.ts';
import { submitAct } from '../../../backend/acts/submit-act.ts';
import { createFollower } from '../../../backend/indexer/follow-chain.ts';
import { rebuildProjections } from '../../../backend/indexer/rebuild-projections.ts';
import type { Act } from '../../../backend/protocol/acts.ts';
import { reconcile } from '../../../backend/reconciliation/reconcile.ts';
import { Points } from '../../../backend/shared/units.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  supplyOf,
  WOODLAND,
} from '../../helpers/engine.ts';
import { eoaMember } from '../../helpers/members.ts';

describe('Indexer', function () {
  this.timeout(180_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  const rita = eoaMember('rita');
  let round = 0;
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    await network.earn(AURORA, [{ account: rita.account, points: 50_000n }]);
    await network.drain(process);
    await network.stopMining();
  });
  after(() => network?.stop());

  const head = async () => Number(await network.rpc<Hex>('eth_blockNumber'));
  const act = async (kind: Act['kind'], counterparty: number) => {
    const { act: quoted } = await quoteAct(network.deps, {
      kind,
      member: rita.account,
      issuer: AURORA,
      counterparty,
      amount: Points.of(100),
    });
    const signed: Act = { ...quoted, amount: BigInt(quoted.amount), minimum: BigInt(quoted.minimum) };
    const signature = await rita.sign(signed, network.deps.network);
    const { amount, minimum } = signed;
    await submitAct(network.deps, {
      act: { ...signed, amount: Points.of(amount), minimum: Points.of(minimum) },
      signature,
    });
  };

  /** Purchases and acts of every kind, mined one block after the other, not yet final. */
  const work = async () => {
    round += 1;
    for (const account of [accountOf(round), accountOf(round + 1)]) {
      await network.earn(AURORA, [{ account, points: 5n }]);
      await network.earn(BOREAL, [{ account, points: 6n }]);
      await process.issue();
      await process.relay();
      await network.mine();
      while (await process.index());
    }
    await act('redemption', BOREAL);
    await act('exchange', BOREAL);
    await act('donation', WOODLAND);
    await queueActs(process.deps);
    await process.relay();
    await network.mine();
    while (await process.index());
  };
  const settle = async () => {
    await queueActs(process.deps);
    await network.drain(process, 30_000);
  };

  /** The tables are what the chain's views say, what a rebuild from the first block gives, and what was earned. */
  const check = async (where: string) => {
    const { block, compared, differences } = await reconcile(network.deps, { sample: 10_000, after: null });
    expect(differences, where).to.deep.equal([]);
    expect(block, where).to.equal(BigInt(await head()));
    expect(compared).to.be.greaterThan(20);
    const rebuilt = await rebuildProjections(network.deps);
    expect(rebuilt.differences, where).to.deep.equal({
      partners: 0,
      charities: 0,
      coalition_pots: 0,
      token_supplies: 0,
      token_accounts: 0,
      chain_events: 0,
      partner_movements: 0,
      partner_positions: 0,
      redemptions: 0,
    });
    const { rows } = await network.deps.pool.query(
      `SELECT (SELECT sum(points) FROM accruals) AS earned, (SELECT sum(points) FROM issuance_batches WHERE status = 'final') AS issued,
         (SELECT sum((args->>'points')::bigint) FROM chain_events WHERE name = 'BatchIssued') AS minted,
         (SELECT count(*)::int FROM acts WHERE status = 'final') AS acts,
         (SELECT count(*)::int FROM chain_events WHERE name IN ('Redeemed', 'Exchanged', 'Donated')) AS done,
         (SELECT sum(points)::int FROM ledger_entries WHERE book = 'pending') AS pending`,
    );
    const { earned, issued, minted, acts, done, pending } = rows[0];
    expect([issued, minted, pending], where).to.deep.equal([earned, earned, 0]);
    expect([acts, done], where).to.deep.equal([3 * round, 3 * round]);
  };

  describe('a reorg', () => {
    for (const depth of [1, 2, 3])
      it(`of ${depth} blocks that drops everything in them is undone, and all of it is mined elsewhere`, async () => {
        await work();
        const before = await network.rpc<{ hash: Hex }>(
          'eth_getBlockByNumber',
          numberToHex(await head()),
          false,
        );
        await network.rpc('anvil_reorg', depth, []);
        const after = await network.rpc<{ hash: Hex }>(
          'eth_getBlockByNumber',
          numberToHex(await head()),
          false,
        );
        expect(after.hash).to.not.equal(before.hash);
        while (await process.index());
        const { rows } = await network.deps.pool.query(
          `SELECT count(*)::int AS sent FROM relay_transactions WHERE status = 'sent'`,
        );
        expect(rows[0].sent).to.be.greaterThan(0);
        await settle();
        await check(`depth ${depth}`);
      });

    it('to a chain that is shorter and lost final blocks is undone, and nothing is doubled in the ledger', async () => {
      const snapshot = await network.rpc<Hex>('evm_snapshot');
      await work();
      await settle();
      const postings = await network.deps.pool.query('SELECT count(*)::int AS n FROM ledger_entries');
      await network.rpc('evm_revert', snapshot);
      // The node came back older than the database: nothing is on its way, until the relay sends again what the chain has lost.
      const deadline = Date.now() + 20_000;
      const last = async () =>
        (await network.deps.pool.query('SELECT number FROM indexer_cursor')).rows[0].number;
      const stale = await last();
      while ((await last()) >= stale && Date.now() < deadline) {
        await process.relay();
        const { pending } = await network.rpc<{ pending: Hex }>('txpool_status');
        if (BigInt(pending) > 0n) await network.mine();
        while (await process.index());
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await settle();
      await check('shorter chain');
      expect(
        (await network.deps.pool.query('SELECT count(*)::int AS n FROM ledger_entries')).rows,
      ).to.deep.equal(postings.rows);
    });

    it('deeper than it may be stops the indexer with an alarm and undoes nothing', async () => {
      await work();
      await settle();
      await network.mine(6);
      while (await process.index());
      const before = await supplyOf(network, AURORA);
      await network.rpc('anvil_reorg', 5, []);
      const strict = network.process({ config: { reorgLimit: 3 } });
      expect(await strict.index()).to.equal(true);
      expect(await strict.index()).to.equal(false);
      const { rows } = await network.deps.pool.query('SELECT alarm FROM indexer_cursor');
      expect(rows[0].alarm).to.match(/No common ancestor within 3 blocks/);
      await network.deps.pool.query('UPDATE indexer_cursor SET alarm = NULL');
      while (await process.index());
      expect(await supplyOf(network, AURORA)).to.equal(before);
      await settle();
      await check('after the operator has looked');
    });
  });

  describe('an endpoint that lags', () => {
    it('is not listened to while another is ahead, and is no reorg when it is alone', async () => {
      await work();
      await settle();
      const late = BigInt(await head()) - 4n;
      const [real] = network.deps.endpoints;
      if (!real) throw new Error('no endpoint');
      const lagging = {
        ...real,
        request: (args: { method: string; params: unknown[] }) =>
          args.method === 'eth_getBlockByNumber' &&
          (args.params[0] === 'latest' || BigInt(String(args.params[0])) > late)
            ? real.request({ method: 'eth_getBlockByNumber', params: [numberToHex(late), false] })
            : real.request(args as never),
      } as unknown as PublicClient;
      const cursor = async () =>
        (await network.deps.pool.query('SELECT number, hash FROM indexer_cursor')).rows[0];
      const before = await cursor();
      const alone = createFollower({ ...network.deps, endpoints: [lagging] });
      expect(await alone.step()).to.equal(false);
      expect(await cursor()).to.deep.equal(before);
      await network.mine(2);
      const both = createFollower({ ...network.deps, endpoints: [lagging, real] });
      while (await both.step());
      expect((await cursor()).number).to.equal(before.number + 2n);
    });
  });

  describe('several indexers', () => {
    it('apply every block once', async () => {
      const others = [network.process(), network.process()];
      for (let turn = 0; turn < 5; turn++) {
        await work();
        await Promise.all([process, ...others].map((one) => one.index()));
      }
      await settle();
      await check('several indexers');
      await Promise.all(others.map((one) => one.stop()));
    });
  });

  describe('reconciliation', () => {
    it('names what was tampered with, and heals nothing', async () => {
      const tampered = `UPDATE token_accounts SET word = word + 1 WHERE partner_id = 1 AND account = (SELECT min(account) FROM token_accounts WHERE partner_id = 1)`;
      await network.deps.pool.query(tampered);
      await network.deps.pool.query('UPDATE partners SET reserve = reserve - 1 WHERE id = 2');
      const { differences } = await reconcile(network.deps, { sample: 10_000, after: null });
      expect(differences.map(({ what }) => what).sort()).to.deep.equal(['account', 'reserve']);
      const again = await reconcile(network.deps, { sample: 10_000, after: null });
      expect(again.differences.length).to.equal(2);
      const { differences: rebuilt } = await rebuildProjections(network.deps);
      expect([rebuilt.partners, rebuilt.token_accounts]).to.deep.equal([2, 2]);
      const healed = await reconcile(network.deps, { sample: 10_000, after: null });
      expect(healed.differences).to.deep.equal([]);
    });

    it('goes through the accounts in turns', async () => {
      const first = await reconcile(network.deps, { sample: 3, after: null });
      expect(first.next).to.not.equal(null);
      const second = await reconcile(network.deps, { sample: 3, after: first.next });
      expect(second.next).to.not.deep.equal(first.next);
    });
  });
});
