/** The hub's compact encoding of acts: 142 bytes with the signature, where ABI encoding takes 450. For acts of EOAs, one issuer a call. */
import type { Hex } from 'viem';
import { ACT_KINDS, type Act } from './acts.ts';

/** Bytes of an act and its signature in `executeCompactBatch`. */
export const COMPACT_ACT_LENGTH = 142;

/** The first deadline that five bytes can't hold, in Unix seconds. */
const DEADLINE_LIMIT = 2 ** 40;

/** An act with its member's signature. */
export interface SignedAct {
  readonly act: Act;
  readonly signature: Hex;
}

/**
 * The act as `executeCompactBatch` takes it, or null when it has to travel in ABI encoding: its signature is not one of an EOA (64 or
 * 65 bytes), or its deadline lies beyond the year 36,812. The issuer is not in it.
 */
export function packAct({ act, signature }: SignedAct): Hex | null {
  const compact = compactSignature(signature);
  if (!compact || act.deadline >= DEADLINE_LIMIT) return null;
  const { counterparty, member, amount, minimum, ref, nonce, deadline } = act;
  const digits = [
    digitsOf(ACT_KINDS.indexOf(act.kind), 1),
    digitsOf(counterparty, 4),
    member.slice(2).toLowerCase(),
    digitsOf(amount, 6),
    digitsOf(minimum, 6),
    ref.slice(2),
    digitsOf(nonce, 4),
    digitsOf(deadline, 5),
    compact,
  ];
  return `0x${digits.join('')}`;
}

const digitsOf = (value: number | bigint, bytes: number): string =>
  value.toString(16).padStart(2 * bytes, '0');

/** Hex digits of r and vs (EIP-2098): the parity of y in the top bit of s. Null for what is no ECDSA signature. */
function compactSignature(signature: Hex): string | null {
  const digits = signature.slice(2).toLowerCase();
  if (digits.length === 2 * 64) return digits;
  const v = Number.parseInt(digits.slice(128), 16);
  const top = Number.parseInt(digits.slice(64, 66), 16);
  if (digits.length !== 2 * 65 || top > 0x7f || (v !== 27 && v !== 28)) return null;
  return `${digits.slice(0, 64)}${digitsOf(top | ((v - 27) << 7), 1)}${digits.slice(66, 128)}`;
}
