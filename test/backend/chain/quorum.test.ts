import { expect } from 'chai';
import type { PublicClient } from 'viem';
import { quorumOf } from '../../../backend/chain/ask-quorum.ts';
import { ASIDE_MS, byTrust, isAside, setAside } from '../../../backend/chain/trust.ts';
import { parseConfig } from '../../../backend/config.ts';
import { holdLane } from '../../../backend/relay/relay.repository.ts';
import { settleForeignNonces } from '../../../backend/relay/settle-foreign-nonces.ts';
import { privateKeySigner } from '../../../backend/relay/signer.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { testConfig } from '../../helpers/api.ts';
import {
  AURORA,
  accountOf,
  balanceOf,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  RELAY_KEY,
  TEST_LEASE_MS,
} from '../../helpers/engine.ts';
import { type FaultyRpc, openFaultyRpc, type RpcRule } from '../../helpers/faulty-rpc.ts';

type Fields = Record<string, unknown>;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );

const reverted: RpcRule = ({ method }) =>
  method === 'eth_getTransactionReceipt'
    ? { lie: (receipt) => receipt && { ...(receipt as Fields), status: '0x0' } }
    : undefined;
const withoutLogs: RpcRule = ({ method }) => (method === 'eth_getLogs' ? { lie: () => [] } : undefined);
const otherBlocks: RpcRule = ({ method }) =>
  method === 'eth_getBlockByNumber'
    ? { lie: (block) => block && { ...(block as Fields), hash: `0x${'ab'.repeat(32)}` } }
    : undefined;

describe('A quorum of endpoints', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let proxies: FaultyRpc[];
  let process: EngineProcess;
  let next = 0;
  before(async () => {
    network = await openEngine();
    proxies = await Promise.all([0, 1, 2].map(() => openFaultyRpc(network.url)));
    process = network.process({ config: { rpcUrls: proxies.map(({ url }) => url) } });
    while (await process.index());
    await network.earn(AURORA, [{ account: accountOf(1), points: 1n }]);
    await network.drain(process, 60_000);
    await network.stopMining();
  });
  afterEach(() => {
    for (const proxy of proxies) proxy.rule = undefined;
  });
  after(async () => {
    await process?.stop();
    await network?.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  });

  /** A purchase whose points are in a block that the indexer has not seen. */
  const mineOne = async () => {
    const account = accountOf(30_000 + ++next);
    await network.earn(AURORA, [{ account, points: 9n }]);
    await signAll();
    await network.mine(1);
    return account;
  };
  /** A turn that takes longer than the short lease of the tests signs nothing, and the next one does. */
  const signAll = async () => {
    await process.issue();
    do await process.relay();
    while ((await newest()).status === 'queued');
  };
  const newest = async () =>
    (
      await network.deps.pool.query(
        `SELECT t.status, t.reason, b.status AS batch FROM relay_transactions t JOIN issuance_batches b ON b.transaction_id = t.id
         ORDER BY t.id DESC LIMIT 1`,
      )
    ).rows[0];
  const cursor = async () =>
    (await network.deps.pool.query('SELECT number, hash FROM indexer_cursor')).rows[0];

  describe('with one that lies', () => {
    const lies = {
      'that transactions reverted': reverted,
      'that there are no logs': withoutLogs,
      'about the hashes of blocks': otherBlocks,
    };
    for (const [what, rule] of Object.entries(lies))
      it(`${what} goes on with what the others say, whichever it is`, async () => {
        for (const liar of proxies) {
          const account = await mineOne();
          liar.rule = rule;
          while (await process.index());
          expect(await newest()).to.deep.equal({ status: 'mined', reason: null, batch: 'mined' });
          expect(await balanceOf(network, AURORA, account)).to.equal(9n);
          liar.rule = undefined;
          for (const endpoint of process.deps.endpoints) setAside(endpoint, performance.now() - ASIDE_MS);
        }
        await network.drain(process, 60_000);
      });

    it('leaves it out, and asks it again later', async () => {
      const [, liar] = process.deps.endpoints as [PublicClient, PublicClient, PublicClient];
      await mineOne();
      proxies[1]!.rule = withoutLogs;
      while (await process.index());
      expect(isAside(liar)).to.equal(true);
      expect(byTrust(process.deps.endpoints).at(-1)).to.equal(liar);
      expect(isAside(liar, performance.now() + ASIDE_MS + 1)).to.equal(false);
      await network.drain(process, 60_000);
    });
  });

  describe('that can’t be reached', () => {
    it('because two say different things guesses nothing, and goes on once they agree', async () => {
      await mineOne();
      const before = await cursor();
      proxies[0]!.rule = withoutLogs;
      proxies[1]!.rule = reverted;
      expect(await codeOf(process.index())).to.equal('CHAIN_DISAGREES');
      expect(await cursor()).to.deep.equal(before);
      expect((await newest()).status).to.equal('sent');
      proxies[1]!.rule = undefined;
      while (await process.index());
      expect((await newest()).status).to.equal('mined');
      await network.drain(process, 60_000);
    });

    it('because two are away waits for them', async () => {
      await mineOne();
      const before = await cursor();
      for (const proxy of proxies.slice(0, 2)) proxy.rule = () => ({ delivered: false, cut: true });
      expect(await codeOf(process.index())).to.equal('CHAIN_UNAVAILABLE');
      expect(await cursor()).to.deep.equal(before);
      proxies[0]!.rule = undefined;
      while (await process.index());
      expect((await newest()).status).to.equal('mined');
      await network.drain(process, 60_000);
    });
  });

  describe('about a nonce that is used up', () => {
    it('doesn’t believe one endpoint that says so', async () => {
      const { pool } = network.deps;
      await network.earn(AURORA, [{ account: accountOf(39_999), points: 1n }]);
      for (const proxy of proxies)
        proxy.rule = ({ method }) =>
          method === 'eth_sendRawTransaction'
            ? { delivered: false, error: { code: -32000, message: 'lost' } }
            : undefined;
      await signAll();
      const used: RpcRule = ({ method }) =>
        method === 'eth_getTransactionCount' ? { lie: () => '0xffff' } : undefined;
      proxies[0]!.rule = used;
      const signer = privateKeySigner(RELAY_KEY);
      await sleep(TEST_LEASE_MS + 50);
      const held = {
        chainId: network.deps.network.chainId,
        signer: signer.address,
        owner: 'test',
        leaseMs: 5_000,
      };
      const lease = await holdLane(pool, held);
      if (!lease) throw new Error('no lease');
      const settle = () => settleForeignNonces(process.deps, { lease, signer, accountNonce: 0xffff });
      await settle();
      expect((await newest()).status).to.equal('sent');
      // And two that say different things stop it by name.
      proxies[1]!.rule = ({ method }) =>
        method === 'eth_getTransactionCount' ? { lie: () => '0xfffe' } : undefined;
      expect(await codeOf(settle())).to.equal('CHAIN_DISAGREES');
      for (const proxy of proxies) proxy.rule = undefined;
      await pool.query('UPDATE lanes SET lease_until = now()');
      await network.drain(process, 60_000);
    });
  });

  describe('is sent to', () => {
    it('two at once, and to others when those bring no block', async () => {
      for (const endpoint of process.deps.endpoints) setAside(endpoint, performance.now() - ASIDE_MS);
      const sends = [0, 0, 0];
      for (const [index, proxy] of proxies.entries())
        proxy.rule = ({ method }) => {
          if (method !== 'eth_sendRawTransaction') return undefined;
          sends[index] = (sends[index] ?? 0) + 1;
          return index === 2 ? undefined : { delivered: false, cut: true };
        };
      await network.earn(AURORA, [{ account: accountOf(38_000), points: 1n }]);
      await signAll();
      expect(sends).to.deep.equal([1, 1, 0]);
      await sleep(2_100);
      await process.relay();
      expect(sends).to.deep.equal([2, 1, 1]);
      await network.drain(process, 60_000);
    });
  });

  describe('by configuration', () => {
    const urls = (count: number) =>
      Array.from({ length: count }, (_, index) => `http://127.0.0.1:${9 + index}`);
    it('is more than half of the endpoints unless it is given', () => {
      expect(
        [1, 2, 3, 4, 5].map((count) => quorumOf({ rpcUrls: urls(count), rpcQuorum: undefined })),
      ).to.deep.equal([1, 2, 2, 3, 3]);
      expect(quorumOf({ rpcUrls: urls(3), rpcQuorum: 1 })).to.equal(1);
    });
    it('can’t be more than there are endpoints', () => {
      const given = testConfig('postgresql://localhost/none');
      expect(() => parseConfig({ ...given, rpcUrls: urls(2), rpcQuorum: 3 })).to.throw(/rpcQuorum/);
      expect(parseConfig({ ...given, rpcUrls: urls(2), rpcQuorum: 2 }).rpcQuorum).to.equal(2);
    });
  });
});
