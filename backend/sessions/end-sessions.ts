import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { SESSION_IDLE_SECONDS } from './session.ts';
import { endSessions, readLiveSessions, type SessionRecord } from './sessions.repository.ts';

type SessionDeps = Pick<Deps, 'pool' | 'clock'>;

const ID_LENGTH = 16;

/** What a session is called in its member's list: the beginning of its token's hash, of which nobody can make the token. */
export const sessionIdOf = ({ hash }: Pick<SessionRecord, 'hash'>): string =>
  hash.toString('base64url').slice(0, ID_LENGTH);

const liveOf = ({ pool, clock }: SessionDeps, { account }: SessionRecord) => {
  const now = clock.now();
  const usedSince = new Date(now.getTime() - SESSION_IDLE_SECONDS * 1000);
  return readLiveSessions(pool, { account, now, usedSince });
};

/** The member's live sessions as the API answers them, the one used last first; `present` is the one that asks. */
export async function listSessions(deps: SessionDeps, present: SessionRecord) {
  return (await liveOf(deps, present)).map((session) => ({
    id: sessionIdOf(session),
    present: session.hash.equals(present.hash),
    method: session.method ?? ('eoa' as const),
    ...(session.key && { key: session.key }),
    ...(session.device && { device: session.device }),
    origin: session.origin,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  }));
}

/** Ends one of the member's sessions, `present` among them if it is the one named. @throws DomainError SESSION_UNKNOWN */
export async function endSession(deps: SessionDeps, present: SessionRecord, id: string): Promise<void> {
  const named = (await liveOf(deps, present)).find((session) => sessionIdOf(session) === id);
  if (!named)
    throw new DomainError('SESSION_UNKNOWN', {
      fields: [{ field: 'id', message: 'No live session of yours has this id.' }],
    });
  await endSessions(deps.pool, [named.hash], deps.clock.now());
}

/** Ends all of the member's sessions but the one that asks; returns how many. */
export async function endOtherSessions(deps: SessionDeps, present: SessionRecord): Promise<number> {
  const others = (await liveOf(deps, present)).filter(({ hash }) => !hash.equals(present.hash));
  return endSessions(
    deps.pool,
    others.map(({ hash }) => hash),
    deps.clock.now(),
  );
}
