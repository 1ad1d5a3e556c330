import type { Hex } from 'viem';
import { revertToError } from '../chain/decode-revert.ts';
import { simulate } from '../chain/simulate.ts';
import { authorityOf } from '../member-keys/key-powers.ts';
import { nonceState } from '../protocol/account-word.ts';
import { type Act, actDigest, verifyActSignature } from '../protocol/acts.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { encodeExecute } from './act.ts';
import type { LiveAct } from './acts.repository.ts';
import type { Parties } from './read-parties.ts';

/** How far ahead a deadline may be, in seconds: the network does not keep signatures that can be used for long. */
export const DEADLINE_LIMIT_SECONDS = 60 * 60;

/** Longer signatures, of passkeys and for contracts, are left to the simulation. */
const LONGEST_PLAIN_BYTES = 128;

/** @throws DomainError ACT_EXPIRED, ACT_DEADLINE_TOO_FAR */
export function checkDeadline({ deadline }: Act, now: number): void {
  const refuse = (code: 'ACT_EXPIRED' | 'ACT_DEADLINE_TOO_FAR', message: string) =>
    new DomainError(code, { details: { deadline, now }, fields: [{ field: 'act.deadline', message }] });
  if (deadline <= now) throw refuse('ACT_EXPIRED', 'This second has passed.');
  if (deadline > now + DEADLINE_LIMIT_SECONDS)
    throw refuse('ACT_DEADLINE_TOO_FAR', `Send at most ${DEADLINE_LIMIT_SECONDS} seconds from now.`);
}

/**
 * Whose signature it is, as far as it is plain: the member's own is known here, of added keys and contract accounts the chain is asked.
 * @throws DomainError ACT_SIGNATURE_INVALID, CHAIN_UNAVAILABLE
 */
export async function checkSignature(
  deps: Pick<Deps, 'network' | 'chain'>,
  { act, signature }: { act: Act; signature: Hex },
): Promise<void> {
  const { network } = deps;
  if (signature.length / 2 - 1 > LONGEST_PLAIN_BYTES) return;
  if (await verifyActSignature({ act, signature, network }, recoverEoaNative)) return;
  const account = act.member;
  if (await authorityOf(deps, { account, digest: actDigest(act, network), signature })) return;
  throw new DomainError('ACT_SIGNATURE_INVALID', {
    details: { member: act.member },
    fields: [
      { field: 'signature', message: 'This is not the signature of the member for this act and network.' },
    ],
  });
}

/** @throws DomainError ACT_NONCE_USED, ACT_NONCE_TOO_FAR */
export function checkNonce({ nonce }: Act, { word }: Parties, live: readonly LiveAct[]): void {
  const refuse = (code: 'ACT_NONCE_USED' | 'ACT_NONCE_TOO_FAR', message: string) =>
    new DomainError(code, {
      details: { nonce, next: word.nextNonce },
      fields: [{ field: 'act.nonce', message }],
    });
  const state = nonceState(word, nonce);
  if (state === 'too-far') throw refuse('ACT_NONCE_TOO_FAR', `Send ${word.nextNonce}, the next one.`);
  if (state !== 'free') throw refuse('ACT_NONCE_USED', 'An act with this nonce has been done.');
  if (live.some((other) => other.nonce === nonce))
    throw refuse('ACT_NONCE_USED', 'Another act with this nonce is on its way.');
}

/**
 * Asks the chain whether it would do the act now.
 * @throws DomainError with the contract's reason, ACT_REFUSED when it has no code of its own, CHAIN_UNAVAILABLE
 */
export async function checkBySimulation(
  deps: Pick<Deps, 'chain' | 'network'>,
  { act, signature }: { act: Act; signature: Hex },
): Promise<void> {
  const simulation = await simulate(deps, {
    to: deps.network.coalition,
    data: encodeExecute(act, signature),
  });
  if ('revert' in simulation) throw revertToError(simulation.revert, 'ACT_REFUSED');
}
