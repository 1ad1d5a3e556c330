/** The hub's compact encoding of acts: 142 bytes with the signature, where ABI encoding takes 450. For acts of EOAs, one issuer a call. */
import type { Hex } from 'viem';
import { encodePacked } from 'viem/utils';
import { ACT_KINDS, type Act } from './acts.ts';
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts';

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
  const compact = compactSignature(hexToBytes(signature));
  if (!compact || act.deadline >= DEADLINE_LIMIT) return null;
  const { counterparty, member, amount, minimum, ref, nonce, deadline } = act;
  const head = encodePacked(
    ['uint8', 'uint32', 'address', 'uint48', 'uint48', 'bytes32', 'uint32', 'uint40'],
    [
      ACT_KINDS.indexOf(act.kind),
      counterparty,
      member,
      Number(amount),
      Number(minimum),
      ref,
      nonce,
      deadline,
    ],
  );
  return bytesToHex(concatBytes(hexToBytes(head), compact));
}

/** r and vs (EIP-2098): the parity of y in the top bit of s. Null for what is no ECDSA signature. */
function compactSignature(signature: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  if (signature.length === 64) return signature;
  const v = signature[64];
  const top = signature[32];
  if (signature.length !== 65 || top === undefined || top > 0x7f || (v !== 27 && v !== 28)) return null;
  const compact = signature.slice(0, 64);
  compact[32] = top | ((v - 27) << 7);
  return compact;
}
