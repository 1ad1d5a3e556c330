import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { randomToken, sha256 } from '../shared/ids.ts';
import { nameDevice } from './name-device.ts';
import {
  type OpenedSession,
  SESSION_IDLE_SECONDS,
  SESSION_SECONDS,
  SESSIONS_LIMIT,
  type SignInMethod,
} from './session.ts';
import { endSessions, insertSession, readLiveSessions } from './sessions.repository.ts';

/** Who has signed in, and how. The caller has checked all of it. */
export interface SignedIn {
  readonly account: Address;
  readonly origin: string;
  readonly method: SignInMethod;
  /** The added key that signed; null for the account's own. */
  readonly key: Address | null;
  /** Unix seconds, where the signed time is what makes the sign-in unique. */
  readonly issuedAt?: number;
  readonly userAgent: string | undefined;
}

/**
 * Opens a session for a member who has just signed in. The token is made here, and never comes from outside; its hash is all that is kept.
 * @throws DomainError SIGN_IN_USED when the same sign-in has opened one before
 */
export async function storeSession(
  { pool, clock }: Pick<Deps, 'pool' | 'clock'>,
  { account, origin, method, key, issuedAt, userAgent }: SignedIn,
): Promise<OpenedSession> {
  const token = `tss_${randomToken(32)}`;
  const now = clock.now();
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const expiresAt = after(SESSION_SECONDS);
  await transact(pool, async (tx) => {
    const session = { hash: sha256(token), account, origin, method, key, createdAt: now, expiresAt };
    const device = nameDevice(userAgent);
    if (!(await insertSession(tx, { ...session, device, issuedAt: issuedAt ?? null })))
      throw new DomainError('SIGN_IN_USED');
    const live = await readLiveSessions(tx, { account, now, usedSince: after(-SESSION_IDLE_SECONDS) });
    const tooMany = live.slice(SESSIONS_LIMIT).map(({ hash }) => hash);
    if (tooMany.length > 0) await endSessions(tx, tooMany, now);
  });
  return { token, expiresAt: expiresAt.toISOString() };
}
