import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { Programme } from './partner.ts';

/** How long a process may go on with an earning rule that has been changed. */
const FRESH_MS = 1_000;

/** Reads programmes, remembering each for a second: a busy till asks thousands of times. */
export type ProgrammeReader = (partnerId: number) => Promise<Programme>;

/** @throws (from the reader) DomainError PROGRAMME_MISSING */
export function createProgrammeReader({ prisma }: Pick<Deps, 'prisma'>): ProgrammeReader {
  const known = new Map<number, { programme: Promise<Programme>; until: number }>();
  return (partnerId) => {
    const entry = known.get(partnerId);
    if (entry && entry.until > performance.now()) return entry.programme;
    const programme = readProgramme(prisma, partnerId);
    known.set(partnerId, { programme, until: performance.now() + FRESH_MS });
    programme.catch(() => known.delete(partnerId));
    return programme;
  };
}

async function readProgramme(prisma: Deps['prisma'], partnerId: number): Promise<Programme> {
  const row = await prisma.partnerProgramme.findUnique({ where: { partnerId } });
  if (!row)
    throw new DomainError('PROGRAMME_MISSING', {
      message: `Partner ${partnerId} has no earning rule.`,
      details: { partner: partnerId },
    });
  const { slug, colour, earningPoints: points, earningPerMinor: perMinor, earningCurrency: currency } = row;
  return { partnerId, slug, colour, earning: { points, perMinor, currency } };
}
