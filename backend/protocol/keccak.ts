/** keccak-256, in plain JavaScript until somebody who has a faster one says so (keccak-native.ts). */
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Address, Hex } from 'viem';

/** The 32-byte keccak-256 of bytes. */
export type Keccak = (data: Uint8Array) => Uint8Array;

let hasher: Keccak = keccak_256;

/** The 32-byte keccak-256 of bytes. */
export const keccak: Keccak = (data) => hasher(data);

/** Has everything here that hashes use another implementation of the same function. */
export const useKeccak = (implementation: Keccak): void => {
  hasher = implementation;
};

const ASCII = new TextEncoder();

const MAX_REMEMBERED = 50_000;
const checksums = new Map<string, Address>();

/** An address with its checksum (ERC-55). The caller has seen 0x and 40 hex digits. A checksum is a hash, so the last many are remembered. */
export function checksumAddress(address: Hex): Address {
  const digits = address.slice(2).toLowerCase();
  const known = checksums.get(digits);
  if (known) return known;
  const hash = keccak(ASCII.encode(digits));
  let text = '0x';
  for (let at = 0; at < digits.length; at++) {
    const byte = hash[at >> 1] ?? 0;
    const nibble = at % 2 === 0 ? byte >> 4 : byte & 0xf;
    text += nibble >= 8 ? digits.charAt(at).toUpperCase() : digits.charAt(at);
  }
  const checked = text as Address;
  if (checksums.size >= MAX_REMEMBERED) checksums.clear();
  checksums.set(digits, checked);
  return checked;
}
