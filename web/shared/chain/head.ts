import type { Hex } from 'viem';
import { type Rpc, RpcProblem } from './rpc.ts';

/** A block as the node names it, on the chain that it says to be of. */
export interface BlockHead {
  readonly chainId: number;
  readonly number: bigint;
  readonly hash: Hex;
  /** The block's own time. */
  readonly at: Date;
}

/** Reads a block's head; `undefined` when the node does not know it. @throws RpcProblem */
export async function readHead(rpc: Rpc, block: bigint | 'latest'): Promise<BlockHead | undefined> {
  const tag = block === 'latest' ? block : `0x${block.toString(16)}`;
  const [chainId, head] = await Promise.all([
    rpc.ask('eth_chainId', []),
    rpc.ask('eth_getBlockByNumber', [tag, false]),
  ]);
  if (head === null) return undefined;
  const { number, hash, timestamp } = head as Record<string, unknown>;
  if (![chainId, number, hash, timestamp].every((word) => /^0x[0-9a-f]+$/i.test(String(word))))
    throw new RpcProblem('unreadable', 'the block has another shape');
  return {
    chainId: Number(chainId),
    number: BigInt(String(number)),
    hash: String(hash) as Hex,
    at: new Date(Number(timestamp) * 1000),
  };
}
