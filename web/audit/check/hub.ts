/** Reads of the hub and its events, for checks. All reject with RpcProblem when the node gives no answer that can be used. */
import {
  type Abi,
  type ContractEventName,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type DecodeEventLogReturnType,
  decodeEventLog,
  decodeFunctionResult,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  numberToHex,
} from 'viem';
import { type Rpc, RpcProblem } from '../../shared/chain/rpc.ts';
import { hubAbi } from './check-abi.ts';
import type { Evidence, Finding } from './evidence.ts';
import { no, open, yes } from './evidence.ts';
import { findLogs, type Log, type Topic } from './find-logs.ts';

/** Calls a view at a block. */
export async function readView<
  const A extends Abi,
  N extends ContractFunctionName<A, 'view'>,
  const Args extends ContractFunctionArgs<A, 'view', N>,
>(
  rpc: Rpc,
  { abi, address, name, args, block }: { abi: A; address: Hex; name: N; args: Args; block: bigint },
): Promise<ContractFunctionReturnType<A, 'view', N, Args>> {
  const data = encodeFunctionData({ abi, functionName: name, args } as never);
  const answer = (await rpc.ask('eth_call', [{ to: address, data }, numberToHex(block)])) as Hex;
  try {
    return decodeFunctionResult({ abi, functionName: name, args, data: answer } as never) as never;
  } catch (cause) {
    throw new RpcProblem('unreadable', `${name} answers with something else`, { cause });
  }
}

export type HubEventName = ContractEventName<typeof hubAbi>;

/** An event of the hub, decoded, with its log. */
export type HubLog<N extends HubEventName> = DecodeEventLogReturnType<typeof hubAbi, N> & {
  readonly log: Log;
};

/** The topic of an event of the hub. */
export const topicOf = (name: HubEventName): Hex =>
  encodeEventTopics({ abi: hubAbi, eventName: name } as never)[0] as Hex;

/** A number as a topic. */
export const numberTopic = (value: number | bigint): Hex => numberToHex(value, { size: 32 });

/** Finds events of the hub by their indexed arguments. */
export async function findHubEvents<N extends HubEventName>(
  { rpc, coalition, figures }: Evidence,
  { name, topics, from }: { name: N | readonly N[]; topics: readonly Topic[]; from?: bigint },
): Promise<HubLog<N>[]> {
  const names: readonly N[] = typeof name === 'string' ? [name] : name;
  const logs = await findLogs(rpc, {
    address: coalition,
    topics: [names.map(topicOf), ...topics],
    to: figures.block,
    ...(from === undefined ? {} : { from }),
  });
  return logs.map((log) => decode(log));
}

/** An event of the hub as it is; `undefined` if it is none. */
export function hubEvent(log: Log, coalition: Hex): HubLog<HubEventName> | undefined {
  if (log.address.toLowerCase() !== coalition.toLowerCase()) return undefined;
  try {
    return decode(log);
  } catch {
    return undefined;
  }
}

function decode<N extends HubEventName>(log: Log): HubLog<N> {
  try {
    const topics = log.topics as [Hex, ...Hex[]];
    return { ...decodeEventLog({ abi: hubAbi, topics, data: log.data }), log } as never;
  } catch (cause) {
    throw new RpcProblem('unreadable', 'an event has another shape', { cause });
  }
}

/** What the node says of a transaction that is in a block. */
export interface MinedReceipt {
  readonly status: Hex;
  readonly blockNumber: Hex;
  readonly blockHash: Hex;
  readonly from: Hex;
  readonly to: Hex | null;
  readonly logs: readonly Log[];
}

/** The receipt of a transaction; `null` when the node does not know it, or not in a block. */
export const readMinedReceipt = async (rpc: Rpc, hash: Hex): Promise<MinedReceipt | null> =>
  (await rpc.ask('eth_getTransactionReceipt', [hash])) as MinedReceipt | null;

/** Whether the block that a log names is on the node's chain, and how deep. */
export async function checkDepth(
  { rpc, figures }: Evidence,
  { blockNumber, blockHash }: Pick<Log, 'blockNumber' | 'blockHash'>,
): Promise<Finding> {
  const number = BigInt(blockNumber);
  const [block, finalized] = await Promise.all([
    rpc.ask('eth_getBlockByNumber', [numberToHex(number), false]) as Promise<{ hash?: string } | null>,
    rpc.ask('eth_getBlockByNumber', ['finalized', false]).catch(() => null) as Promise<{
      number?: Hex;
    } | null>,
  ]);
  if (!block) return open('The node does not know that block.');
  if (block.hash?.toLowerCase() !== blockHash.toLowerCase())
    return no(`Block ${number} has another hash now: the chain has changed its mind.`);
  const final = finalized?.number ? BigInt(finalized.number) : undefined;
  const depth = `Block ${number}, ${figures.block - number + 1n} deep`;
  if (final === undefined) return yes(`${depth}; the node does not say what is final.`);
  return yes(`${depth}; ${number <= final ? 'final' : `not final yet (that is up to ${final})`}.`);
}
