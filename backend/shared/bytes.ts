/** Between the database's bytes and the API's hex; the codecs proper are the protocol's. */
import type { Address, Hex } from 'viem';
import { checksumAddress } from '../protocol/keccak.ts';

/** 0x-prefixed lower-case hex of a bytea. */
export const toHex = (bytes: Uint8Array): Hex =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

/** The bytes of 0x-prefixed hex that a parser has checked. */
export const fromHex = (hex: Hex): Buffer<ArrayBuffer> => Buffer.from(hex.slice(2), 'hex');

/** A 20-byte bytea as a checksummed address. */
export const toAddress = (bytes: Uint8Array): Address => checksumAddress(toHex(bytes));
