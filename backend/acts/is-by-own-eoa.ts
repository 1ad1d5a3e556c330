import { type Network, verifyActSignature } from '../protocol/acts.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import type { ActRecord } from './acts.repository.ts';

const EOA_SIGNATURE_BYTES = 65;

/**
 * Whether an act is signed by the member's own EOA; of added keys and contract accounts signatures may be as long. Acts from before it was
 * noted are looked at.
 */
export const isByOwnEoa = async (
  { act, signature, byOwnEoa }: Pick<ActRecord, 'act' | 'signature' | 'byOwnEoa'>,
  network: Network,
): Promise<boolean> =>
  byOwnEoa ??
  (signature.length <= 2 + 2 * EOA_SIGNATURE_BYTES &&
    (await verifyActSignature({ act, signature, network }, recoverEoaNative)));
