/**
 * Makes the blocks of the local chain. Automatic mining stalls under many fast transactions, and a fixed interval makes a quiet chain
 * grow for nothing: so a block is made when transactions wait, then as many empty ones as confirm it, and a rare one so that time passes.
 */
import type { Rpc } from './chain-rpc.ts';
import { sleep } from './service.ts';

export interface BlockProducerOptions {
  /** How often waiting transactions are looked for, in milliseconds: no block comes sooner after another. */
  everyMs: number;
  /** How many empty blocks follow the last one with transactions. */
  confirmations: number;
  /** How long a quiet chain stays without a new block, in milliseconds: views depend on the time of the last one. */
  heartbeatMs: number;
  /** Told after the last confirmation, when nothing waits: a good moment to write the state down. */
  onQuiet?: () => void;
}

export interface BlockProducer {
  /** Resolves once no further block will be made. */
  stop(): Promise<void>;
}

/** Starts making blocks. A node that does not answer is asked again, for as long as the producer runs. */
export function produceBlocks(rpc: Rpc, options: BlockProducerOptions): BlockProducer {
  let stopped = false;
  // A kill may have left the last transactions unconfirmed.
  let confirmationsDue = options.confirmations;
  let lastBlockAt = performance.now();

  async function tick(): Promise<void> {
    const { pending } = await rpc<{ pending: string }>('txpool_status');
    const waiting = BigInt(pending) > 0n;
    const due = waiting || confirmationsDue > 0 || performance.now() - lastBlockAt >= options.heartbeatMs;
    if (!due) return;
    await rpc('evm_mine');
    lastBlockAt = performance.now();
    // What counts is what the block has: transactions may have come after the question.
    const mined = await rpc<string>('eth_getBlockTransactionCountByNumber', 'latest');
    if (BigInt(mined) > 0n) {
      confirmationsDue = options.confirmations;
    } else if (confirmationsDue > 0) {
      confirmationsDue--;
      if (confirmationsDue === 0) options.onQuiet?.();
    }
  }

  const loop = (async () => {
    while (!stopped) {
      const began = performance.now();
      await tick().catch(() => {});
      await sleep(Math.max(0, options.everyMs - (performance.now() - began)));
    }
  })();

  return {
    async stop() {
      stopped = true;
      await loop;
    },
  };
}
