/** Between the database's bytes and the API's hex; the codecs proper are the protocol's. */
import type { Address, Hex } from 'viem';
import { checksumAddress } from '../protocol/keccak.ts';

/** 0x-prefixed lower-case hex of a bytea. */
export const toHex = (bytes: Uint8Array): Hex =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

/** The bytes of 0x-prefixed hex that a parser has checked. */
export const fromHex = (hex: Hex): Buffer<ArrayBuffer> => Buffer.from(hex.slice(2), 'hex');

const MAX_CACHED = 50_000;
const addresses = new Map<string, Address>();

/** A 20-byte bytea as a checksummed address. The checksum is a keccak, so the last many are remembered. */
export function toAddress(bytes: Uint8Array): Address {
  const hex = toHex(bytes);
  const known = addresses.get(hex);
  if (known) return known;
  const address = checksumAddress(hex);
  if (addresses.size >= MAX_CACHED) addresses.clear();
  addresses.set(hex, address);
  return address;
}
