import type { Hex } from 'viem';
import { revertToError } from '../chain/decode-revert.ts';
import { simulate } from '../chain/simulate.ts';
import { authorityOf } from '../member-keys/key-powers.ts';
import { verifyAccountSignature } from '../protocol/account.ts';
import { nonceState } from '../protocol/account-word.ts';
import type { Act } from '../protocol/acts.ts';
import type { SignedAct } from '../protocol/compact-acts.ts';
import { recoverEoaNative } from '../protocol/secp256k1-native.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { LiveAct } from './acts.repository.ts';
import { type ActsCall, callsOf, encodeExecute, type PlannedAct } from './encode-acts.ts';
import type { Parties } from './read-parties.ts';

/** How far ahead a deadline may be, in seconds: the network does not keep signatures that can be used for long. */
export const DEADLINE_LIMIT_SECONDS = 60 * 60;

/** Longer signatures, of passkeys and for contracts, are left to the simulation. */
const LONGEST_PLAIN_BYTES = 128;
const EOA_SIGNATURE_BYTES = 65;

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
 * `digest` is what was signed. Returns whether the member's own EOA signed it.
 * @throws DomainError ACT_SIGNATURE_INVALID, CHAIN_UNAVAILABLE
 */
export async function checkSignature(
  deps: Pick<Deps, 'network' | 'chain'>,
  { act: { member: account }, signature, digest }: SignedAct & { digest: Hex },
): Promise<boolean> {
  const bytes = signature.length / 2 - 1;
  if (bytes > LONGEST_PLAIN_BYTES) return false;
  if (await verifyAccountSignature({ account, digest, signature }, recoverEoaNative))
    return bytes <= EOA_SIGNATURE_BYTES;
  if (await authorityOf(deps, { account, digest, signature })) return false;
  throw new DomainError('ACT_SIGNATURE_INVALID', {
    details: { member: account },
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

type SimulateDeps = Pick<Deps, 'chain' | 'network'>;

/**
 * Asks the chain whether it would do the act now.
 * @throws DomainError with the contract's reason, ACT_REFUSED when it has no code of its own, CHAIN_UNAVAILABLE
 */
export async function checkBySimulation(deps: SimulateDeps, { act, signature }: SignedAct): Promise<void> {
  const [refusal] = await simulateActs(deps, [{ act, signature, byOwnEoa: false }]);
  if (refusal) throw refusal;
}

/**
 * Asks the chain whether it would do each act now: null, or the contract's reason (ACT_REFUSED when it has no code of its own), or
 * CHAIN_UNAVAILABLE. Acts are asked about together, because the hub counts those that it would do: only where one is missing, halves are
 * asked about, and in the end the one that is refused says why.
 */
export async function simulateActs(
  deps: SimulateDeps,
  acts: readonly PlannedAct[],
): Promise<(DomainError | null)[]> {
  const refusals = new Map<PlannedAct, DomainError>();
  await Promise.all(callsOf(acts).map(async (call) => askAbout(deps, call, refusals)));
  return acts.map((act) => refusals.get(act) ?? null);
}

async function askAbout(
  deps: SimulateDeps,
  { acts, data }: Pick<ActsCall<PlannedAct>, 'acts' | 'data'>,
  refusals: Map<PlannedAct, DomainError>,
): Promise<void> {
  const [first] = acts;
  if (!first) return;
  const alone = acts.length === 1;
  const call = { to: deps.network.coalition, data: alone ? encodeExecute(first.act, first.signature) : data };
  try {
    const simulation = await simulate(deps, call);
    if (alone && 'revert' in simulation) refusals.set(first, revertToError(simulation.revert, 'ACT_REFUSED'));
    if (alone || ('result' in simulation && BigInt(simulation.result) === BigInt(acts.length))) return;
  } catch (error) {
    const refusal = error instanceof DomainError ? error : new DomainError('INTERNAL', { cause: error });
    for (const act of acts) refusals.set(act, refusal);
    return;
  }
  const middle = acts.length >> 1;
  const halves = [acts.slice(0, middle), acts.slice(middle)].flatMap((half) => callsOf(half));
  await Promise.all(halves.map((half) => askAbout(deps, half, refusals)));
}
