/** Raw logs of the coalition and its tokens, decoded. */
import { type Address, type DecodeEventLogReturnType, decodeEventLog, type Hex, toEventSelector } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';

/** A log as `eth_getLogs` returns it, numbers parsed. Addresses are in lower case. `timestamp` is the block's, in Unix seconds. */
export interface ChainLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly block: number;
  readonly logIndex: number;
  readonly transaction: Hex;
  readonly timestamp: number;
}

/** Points that appeared (`from` zero), were burned (`to` zero) or moved. */
export interface TransferEvent {
  readonly eventName: 'Transfer';
  readonly token: Address;
  readonly args: { readonly from: Address; readonly to: Address; readonly value: bigint };
}

/** An event of the hub, with viem's types for its arguments. */
export type HubEvent = DecodeEventLogReturnType<typeof CoalitionAbi>;

/** When and where an event happened. */
export type EventPlace = Pick<ChainLog, 'block' | 'logIndex' | 'transaction' | 'timestamp'>;

/** The address of minting and burning. */
export const ZERO_ADDRESS: Address = `0x${'0'.repeat(40)}`;

const TRANSFER_TOPIC = toEventSelector('Transfer(address,address,uint256)');

// By topic, because viem would hash every signature of the ABI for each log.
const hubEvents = new Map(
  CoalitionAbi.filter((item) => item.type === 'event').map((item) => [toEventSelector(item), item]),
);

const topicAddress = (topic: Hex | undefined): Address => `0x${(topic ?? '').slice(-40)}`;

/** Reads a token's log; null when it moves no points (approvals, ERC-5267). */
export function decodeTokenLog({ address, topics, data }: ChainLog): TransferEvent | null {
  if (topics[0] !== TRANSFER_TOPIC) return null;
  const args = { from: topicAddress(topics[1]), to: topicAddress(topics[2]), value: BigInt(data) };
  return { eventName: 'Transfer', token: address, args };
}

/** Reads a log of the hub; null when it is none of ICoalition's events. */
export function decodeHubLog({ topics, data }: ChainLog): HubEvent | null {
  const item = topics[0] && hubEvents.get(topics[0]);
  if (!item) return null;
  // One event of the ABI decodes to one member of the union, which viem can't see through a map.
  return decodeEventLog({ abi: [item], topics: topics as [Hex, ...Hex[]], data }) as HubEvent;
}
