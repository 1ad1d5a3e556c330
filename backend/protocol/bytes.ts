/** Bytes and hex without Node's Buffer, fast enough for hot paths. */
import { hexToBytes as fromUnprefixedHex, bytesToHex as toUnprefixedHex } from '@noble/hashes/utils.js';
import type { Hex } from 'viem';

const HEX = /^0x(?:[0-9a-fA-F]{2})*$/;

/** Whether an outside value is 0x-prefixed hex of `size` bytes (any whole number of bytes when `size` is left out). */
export const isHexBytes = (value: unknown, size?: number): value is Hex =>
  typeof value === 'string' && HEX.test(value) && (size === undefined || value.length === 2 + 2 * size);

/** 0x-prefixed lower-case hex. */
export const bytesToHex = (bytes: Uint8Array): Hex => `0x${toUnprefixedHex(bytes)}`;

/** The bytes of 0x-prefixed hex. The caller has seen `isHexBytes`. */
export const hexToBytes = (hex: Hex): Uint8Array<ArrayBuffer> =>
  new Uint8Array(fromUnprefixedHex(hex.slice(2)));

/** Joins byte arrays. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Orders byte arrays of equal length as big-endian numbers. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A big-endian unsigned integer. */
export const bytesToBigInt = (bytes: Uint8Array): bigint =>
  BigInt(bytes.length === 0 ? 0 : bytesToHex(bytes));

/** Whether two 0x-prefixed values are the same bytes, whatever their letter case (checksummed addresses). */
export const sameHex = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
