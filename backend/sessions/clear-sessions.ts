import type { Deps } from '../shared/deps.ts';

/** Forgets sessions that ended more than a day ago; until then their signatures stay known as used. Returns how many. */
export async function clearSessions({ prisma, clock }: Pick<Deps, 'prisma' | 'clock'>): Promise<number> {
  const before = new Date((clock.seconds() - 24 * 60 * 60) * 1000);
  const { count } = await prisma.session.deleteMany({ where: { expiresAt: { lt: before } } });
  return count;
}
