import { expect } from 'chai';
import { numberToHex, type PublicClient } from 'viem';
import { createFollower } from '../../../backend/indexer/follow-chain.ts';
import { runIndexer } from '../../../backend/indexer/run-indexer.ts';
import { AURORA, accountOf, type EngineNetwork, openEngine } from '../../helpers/engine.ts';
import { eventually } from '../../helpers/receiver.ts';

const BLOCKS = 1_500;
/** As many blocks the endpoint answers at once. */
const BEARS = 20;

describe('A backfill', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  before(async () => {
    network = await openEngine();
    await network.stopMining();
    await network.rpc('anvil_mine', numberToHex(BLOCKS));
  });
  after(() => network?.stop());

  const place = async () =>
    Number((await network.deps.pool.query('SELECT number FROM indexer_cursor')).rows[0]?.number ?? 0n);
  const head = async () => Number(await network.rpc<string>('eth_blockNumber'));

  /** An endpoint that refuses to answer about more than `most()` blocks at once. */
  const bearing = (most: () => number, ranges: number[]): PublicClient => {
    const [real] = network.deps.endpoints;
    if (!real) throw new Error('no endpoint');
    let underWay = 0;
    const request = async (args: { method: string; params: unknown[] }) => {
      if (args.method !== 'eth_getBlockByNumber') return real.request(args as never);
      underWay += 1;
      try {
        // All questions of one range are asked in one turn.
        await new Promise((resolve) => setTimeout(resolve, 1));
        ranges.push(underWay);
        if (underWay > most()) throw new Error('413 Content Too Large');
        return await real.request(args as never);
      } finally {
        underWay -= 1;
      }
    };
    return { ...real, request } as unknown as PublicClient;
  };

  it('takes smaller ranges where the endpoint bears no larger ones, and larger ones where it does', async () => {
    let most = BEARS;
    const ranges: number[] = [];
    const follower = createFollower({ ...network.deps, endpoints: [bearing(() => most, ranges)] });
    expect(follower.lag()).to.equal(null);
    let failures = 0;
    while ((await place()) < 200)
      await follower.step().catch(() => {
        failures += 1;
      });
    expect(failures).to.be.within(1, 30);
    expect(follower.lag()).to.equal(BigInt((await head()) - (await place())));
    most = Number.POSITIVE_INFINITY;
    ranges.length = 0;
    while (await follower.step());
    expect(Math.max(...ranges)).to.equal(400);
    expect(await place()).to.equal(await head());
    expect(follower.lag()).to.equal(0n);
  });

  it('says how far behind it is', async () => {
    const process = network.process();
    const running = runIndexer(process.deps);
    const metric = async () =>
      /^tessera_indexer_lag_blocks (\d+)$/m.exec(await process.deps.metrics.metrics())?.[1];
    await eventually('the indexer is up to date', async () => (await metric()) === '0');
    await network.earn(AURORA, [{ account: accountOf(1), points: 1n }]);
    await network.deps.pool.query(`UPDATE indexer_cursor SET alarm = 'stopped by a test'`);
    await network.mine(7);
    await eventually('the lag is seen', async () => (await metric()) === '7');
    await running.stop();
    await process.stop();
  });
});
