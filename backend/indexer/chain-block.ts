/** Blocks as the indexer takes them from an endpoint: checked, with their events and with what became of our own transactions. */
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import type { HubEvent, KeyEvent, TokenEvent } from '../audit/chain-event.ts';
import { isHexBytes } from '../protocol/bytes.ts';
import type { Reason } from '../shared/reason.ts';

const bytes32 = z.custom<Hex>((value) => isHexBytes(value, 32));
const hexData = z.custom<Hex>((value) => isHexBytes(value));
const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt);

/** A block as `eth_getBlockBy…` returns it, with the hashes of its transactions. */
export const rawBlockSchema = z.object({
  number: quantity,
  hash: bytes32,
  parentHash: bytes32,
  timestamp: quantity,
  logsBloom: hexData,
  transactions: z.array(bytes32),
});

/** A log as `eth_getLogs` returns it. */
export const rawLogSchema = z.object({
  address: z
    .custom<Address>((value) => isHexBytes(value, 20))
    .transform((address) => address.toLowerCase() as Address),
  topics: z.array(bytes32),
  data: hexData,
  blockHash: bytes32,
  logIndex: quantity.transform(Number),
  transactionHash: bytes32,
});

/** The parts of a receipt that decide about a transaction of ours. */
export const rawReceiptSchema = z.object({
  blockHash: bytes32,
  transactionHash: bytes32,
  status: z.enum(['0x0', '0x1']),
  gasUsed: quantity,
  effectiveGasPrice: quantity,
});

/** A block's place in the chain. `timestamp` is in Unix seconds. */
export interface Header {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: bigint;
}

/** An event of the hub, of a token or of the members' keys, in a block. */
export type BlockEvent = (HubEvent | TokenEvent | KeyEvent) & {
  readonly address: Address;
  readonly logIndex: number;
  readonly transactionHash: Hex;
};

/** What the chain did with a transaction of ours. `revert` is null when it succeeded. `gasPrice` is wei per gas. */
export interface MinedTransaction {
  readonly transactionId: bigint;
  readonly hash: Hex;
  readonly gasUsed: bigint;
  readonly gasPrice: bigint;
  readonly revert: Reason | null;
}

/** A block with everything in it that concerns us, in order. */
export interface IndexedBlock extends Header {
  readonly events: readonly BlockEvent[];
  readonly mined: readonly MinedTransaction[];
}

/** The lower of two heights. */
export function lowerHeight(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
