import type { Network } from '../../../backend/protocol/acts.ts';
import { openSession } from '../api/calls.ts';
import { ApiProblem } from '../api/request.ts';
import type { Account } from './account.ts';

/** Renew this long before the end, so that no request races with it. */
const MARGIN_MS = 30_000;
const UNAUTHORIZED = 401;

const sessions = new Map<string, { token: string; expiresAt: Date }>();

/**
 * Calls `use` with a session token of the account, signing in where there is none. The guest card signs in silently, an
 * own wallet asks its owner. A token that the server no longer knows is replaced once. Tokens live in memory only.
 */
export async function withSession<T>(
  account: Account,
  network: Network,
  use: (token: string) => Promise<T>,
): Promise<T> {
  const token = await sessionToken(account, network);
  try {
    return await use(token);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== UNAUTHORIZED) throw error;
    sessions.delete(account.address);
    return use(await sessionToken(account, network));
  }
}

async function sessionToken(account: Account, network: Network): Promise<string> {
  const known = sessions.get(account.address);
  if (known && known.expiresAt.getTime() - MARGIN_MS > Date.now()) return known.token;
  const signIn = {
    account: account.address,
    origin: location.origin,
    issuedAt: Math.floor(Date.now() / 1000),
  };
  const signature = await account.approveSignIn(signIn, network);
  const session = await openSession({ ...signIn, signature });
  sessions.set(account.address, session);
  return session.token;
}
