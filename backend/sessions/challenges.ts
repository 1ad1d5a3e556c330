/** Challenges that whoever signs in has to sign: random, for one purpose and page, good for a few minutes and for one use by any process. */
import { randomBytes } from 'node:crypto';
import type { Address } from 'viem';
import { fromHex, toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';

/** How long a challenge can be answered. */
export const CHALLENGE_SECONDS = 5 * 60;

export type ChallengePurpose = 'registration' | 'authentication' | 'siwe';

/** What is known of a challenge beside its bytes. */
export interface Challenge {
  readonly purpose: ChallengePurpose;
  /** The member that asked; null for somebody who has not signed in. */
  readonly account: Address | null;
  /** What a new passkey knows its user by. */
  readonly userHandle: Buffer | null;
  /** The page that asked, as its browser named it. */
  readonly origin: string | null;
}

interface ChallengeRow {
  account: Buffer | null;
  user_handle: Buffer | null;
  origin: string | null;
}

/**
 * What challenges begin with: they are longer than the 32 bytes of any act or key change that the contracts know, so that signing in can never be
 * made to spend. Wallets refuse to sign in by a challenge without it.
 */
export const CHALLENGE_TAG = Buffer.from('Tessera sign-in ');
const NONCE_BYTES = 16;

/** Makes a challenge of 32 random bytes behind the tag (a nonce of 16 for a message by ERC-4361) and remembers it. */
export async function makeChallenge(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { purpose, account, userHandle, origin }: Challenge,
): Promise<Buffer> {
  const challenge =
    purpose === 'siwe' ? randomBytes(NONCE_BYTES) : Buffer.concat([CHALLENGE_TAG, randomBytes(32)]);
  const expiresAt = new Date((clock.seconds() + CHALLENGE_SECONDS) * 1000);
  await pool.query(
    `INSERT INTO sign_in_challenges (challenge, purpose, account, user_handle, origin, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [challenge, purpose, account && fromHex(account), userHandle, origin, expiresAt],
  );
  return challenge;
}

/**
 * Takes a challenge away, so that no second answer to it counts, whatever comes of this one. `page` is the page that answers, as its browser
 * says; it has to be the one that asked, if that is known (browsers don't say it when they read from their own site).
 * @throws DomainError SIGN_IN_CHALLENGE_INVALID
 */
export async function takeChallenge(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { challenge, purpose, page }: { challenge: Buffer; purpose: ChallengePurpose; page: string | undefined },
): Promise<Challenge> {
  const { rows } = await pool.query<ChallengeRow>(
    `DELETE FROM sign_in_challenges WHERE challenge = $1 AND purpose = $2 AND expires_at > $3 RETURNING account, user_handle, origin`,
    [challenge, purpose, clock.now()],
  );
  const [row] = rows;
  if (!row || (row.origin !== null && row.origin !== page))
    throw new DomainError('SIGN_IN_CHALLENGE_INVALID');
  return {
    purpose,
    account: row.account && toAddress(row.account),
    userHandle: row.user_handle,
    origin: row.origin,
  };
}

/** Forgets challenges that nobody has answered in time; returns how many. */
export async function clearChallenges({ pool, clock }: Pick<Deps, 'pool' | 'clock'>): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM sign_in_challenges WHERE expires_at < $1', [
    clock.now(),
  ]);
  return rowCount ?? 0;
}
