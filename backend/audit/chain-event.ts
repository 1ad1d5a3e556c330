/** Raw logs of the coalition, its tokens and its members' keys, decoded. */
import {
  type Abi,
  type Address,
  type DecodeEventLogReturnType,
  decodeEventLog,
  type Hex,
  toEventSelector,
} from 'viem';
import { CoalitionAbi, MemberKeysAbi, PointsTokenAbi } from '../../artifacts/abi.ts';

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

/** What a token tells besides its Transfers, as far as it changes what the points are. */
const TOKEN_EVENTS = [
  'TransferAtEpoch',
  'PointsRestored',
  'AccountMoved',
  'NonceCancelled',
  'PointsExpired',
] as const;

/** An event of a token. */
export type TokenEvent =
  | TransferEvent
  | ({ readonly token: Address } & Extract<
      DecodeEventLogReturnType<typeof PointsTokenAbi>,
      { eventName: (typeof TOKEN_EVENTS)[number] }
    >);

/** An event of the hub, with viem's types for its arguments. */
export type HubEvent = DecodeEventLogReturnType<typeof CoalitionAbi>;

/** An event of the contract that keeps members' keys. */
export type KeyEvent = DecodeEventLogReturnType<typeof MemberKeysAbi>;

/** When and where an event happened. */
export type EventPlace = Pick<ChainLog, 'block' | 'logIndex' | 'transaction' | 'timestamp'>;

/** An event of any of them where it happened. */
export type PlacedEvent = (HubEvent | TokenEvent | KeyEvent) & EventPlace;

/** The placed event of one name. */
export type Placed<Name extends PlacedEvent['eventName']> = Extract<PlacedEvent, { eventName: Name }>;

/** The address of minting and burning. */
export const ZERO_ADDRESS: Address = `0x${'0'.repeat(40)}`;

const TRANSFER_TOPIC = toEventSelector('Transfer(address,address,uint256)');

// By topic, because viem would hash every signature of the ABI for each log.
const eventsOf = (abi: Abi) =>
  new Map(abi.filter((item) => item.type === 'event').map((item) => [toEventSelector(item), item]));
const hubEvents = eventsOf(CoalitionAbi);
const keyEvents = eventsOf(MemberKeysAbi);
const tokenEvents = eventsOf(
  PointsTokenAbi.filter(
    (item) => item.type === 'event' && (TOKEN_EVENTS as readonly string[]).includes(item.name),
  ),
);

const topicAddress = (topic: Hex | undefined): Address => `0x${(topic ?? '').slice(-40)}`;

function decode(events: ReturnType<typeof eventsOf>, { topics, data }: ChainLog): object | null {
  const item = topics[0] && events.get(topics[0]);
  return item ? decodeEventLog({ abi: [item], topics: topics as [Hex, ...Hex[]], data }) : null;
}

/** Reads a token's log; null when it changes no points (approvals, ERC-5267). */
export function decodeTokenLog(log: ChainLog): TokenEvent | null {
  const { address: token, topics, data } = log;
  if (topics[0] !== TRANSFER_TOPIC) {
    const event = decode(tokenEvents, log);
    return event && (Object.assign(event, { token }) as TokenEvent);
  }
  const args = { from: topicAddress(topics[1]), to: topicAddress(topics[2]), value: BigInt(data) };
  return { eventName: 'Transfer', token, args };
}

/** Reads a log of the hub; null when it is none of ICoalition's events. */
export const decodeHubLog = (log: ChainLog): HubEvent | null =>
  // One event of the ABI decodes to one member of the union, which viem can't see through a map.
  decode(hubEvents, log) as HubEvent | null;

/** Reads a log of the members' keys; null when it is none of IMemberKeys' events. */
export const decodeKeyLog = (log: ChainLog): KeyEvent | null => decode(keyEvents, log) as KeyEvent | null;
