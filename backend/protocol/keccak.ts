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

/** An address with its checksum (ERC-55). The caller has seen 0x and 40 hex digits. */
export function checksumAddress(address: Hex): Address {
  const digits = address.slice(2).toLowerCase();
  const hash = keccak(ASCII.encode(digits));
  let checked = '0x';
  for (let at = 0; at < digits.length; at++) {
    const byte = hash[at >> 1] ?? 0;
    const nibble = at % 2 === 0 ? byte >> 4 : byte & 0xf;
    checked += nibble >= 8 ? digits.charAt(at).toUpperCase() : digits.charAt(at);
  }
  return checked as Address;
}
