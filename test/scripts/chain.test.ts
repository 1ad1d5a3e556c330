import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { produceBlocks } from '../../scripts/embedded/block-producer.ts';
import { startChain } from '../../scripts/embedded/chain.ts';
import { connectRpc, type Rpc } from '../../scripts/embedded/chain-rpc.ts';
import { type Service, sleep, waitFor } from '../../scripts/embedded/service.ts';
import { hasEnded } from '../../scripts/shared/process-identity.ts';
import { killWhileHolding } from './hold-server.ts';

const SOMEBODY = '0x00000000000000000000000000000000000000aa';
/** Copies its calldata into a log without topics. */
const LOGGER = '0x6d3660006000376000366000a00000600052600e6012f3';

interface Receipt {
  blockNumber: string;
  contractAddress: string;
  logs: unknown[];
}

async function mined(rpc: Rpc, call: object): Promise<Receipt> {
  const [from] = await rpc<string[]>('eth_accounts');
  const hash = await rpc<string>('eth_sendTransaction', { from, ...call });
  return waitFor(
    'A block',
    async () => (await rpc<Receipt | null>('eth_getTransactionReceipt', hash)) ?? undefined,
  );
}

const height = async (rpc: Rpc) => Number(await rpc<string>('eth_blockNumber'));
const hashOf = async (rpc: Rpc, block: string) =>
  (await rpc<{ hash: string }>('eth_getBlockByNumber', block, false)).hash;
const allLogs = (rpc: Rpc) => rpc<unknown[]>('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' });

describe('local chain', function () {
  this.timeout(60_000);
  let folder: string;
  let service: Service | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
  });
  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('makes a block for a transaction, then its confirmations, then none', async () => {
    service = await startChain({ confirmations: 2, blockEveryMs: 50 });
    const rpc = connectRpc(service.url);
    const { blockNumber } = await mined(rpc, { to: SOMEBODY, value: '0x1' });
    await waitFor('The confirmations', async () =>
      (await height(rpc)) >= Number(blockNumber) + 2 ? true : undefined,
    );
    await sleep(500);
    expect(await height(rpc)).to.equal(Number(blockNumber) + 2);
  });

  it('confirms a transaction that came between the question and the block', async () => {
    let blocks = 0;
    const answers: Record<string, () => unknown> = {
      txpool_status: () => ({ pending: '0x0' }),
      evm_mine: () => ++blocks,
      // The third block, which was to be an empty one, has a transaction after all.
      eth_getBlockTransactionCountByNumber: () => (blocks === 3 ? '0x1' : '0x0'),
    };
    const rpc = (async (method: string) => answers[method]?.()) as Rpc;
    const producer = produceBlocks(rpc, { everyMs: 1, confirmations: 4, heartbeatMs: 60_000 });
    await sleep(200);
    await producer.stop();
    expect(blocks).to.equal(3 + 4);
  });

  it('keeps the time of the world, however fast blocks come', async () => {
    service = await startChain({ blockEveryMs: 0 });
    const rpc = connectRpc(service.url);
    for (let block = 0; block < 50; block++) await rpc('evm_mine');
    const { timestamp } = await rpc<{ timestamp: string }>('eth_getBlockByNumber', 'latest', false);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).to.be.lessThan(5);
  });

  it('keeps blocks, logs and balances over a restart, from the very first block', async () => {
    service = await startChain({ folder, blockEveryMs: 50 });
    let rpc = connectRpc(service.url);
    const { contractAddress } = await mined(rpc, { data: LOGGER });
    await mined(rpc, { to: contractAddress, data: '0x1234' });
    const before = [await hashOf(rpc, '0x0'), await hashOf(rpc, '0x2'), await allLogs(rpc)];
    expect(before[2]).to.have.length(1);
    // The node prefers either of two first blocks at random unless they are the same: several restarts would show it.
    for (let restart = 0; restart < 4; restart++) {
      await service.stop();
      service = await startChain({ folder, blockEveryMs: 50 });
      rpc = connectRpc(service.url);
      expect([await hashOf(rpc, '0x0'), await hashOf(rpc, '0x2'), await allLogs(rpc)]).to.deep.equal(before);
    }
  });

  it('is taken over when the program was killed, with everything it knows', async () => {
    let sent: Receipt | undefined;
    const killed = await killWhileHolding('startChain', folder, async ({ url }) => {
      sent = await mined(connectRpc(url), { to: SOMEBODY, value: '0x5' });
    });
    service = await startChain({ folder, blockEveryMs: 50 });
    expect(service).to.include({ adopted: true, pid: killed.pid, port: killed.port });
    const rpc = connectRpc(service.url);
    expect(await rpc('eth_getBalance', SOMEBODY, 'latest')).to.equal('0x5');
    expect(await height(rpc)).to.be.at.least(Number(sent?.blockNumber));
  });

  it('has a whole state when the node itself is killed', async () => {
    service = await startChain({ folder, blockEveryMs: 50, confirmations: 1 });
    const rpc = connectRpc(service.url);
    const balance = await rpc<string>('eth_getBalance', SOMEBODY, 'latest');
    await mined(rpc, { to: SOMEBODY, value: '0x7' });
    // It is written down at the first quiet moment, but not more often than every two seconds.
    await sleep(4_500);
    process.kill(service.pid, 'SIGKILL');
    expect(await hasEnded(service.pid, 5_000)).to.equal(true);
    await service.stop();
    service = await startChain({ folder, blockEveryMs: 50 });
    const after = await connectRpc(service.url)<string>('eth_getBalance', SOMEBODY, 'latest');
    expect(BigInt(after) - BigInt(balance)).to.equal(7n);
  });
});
