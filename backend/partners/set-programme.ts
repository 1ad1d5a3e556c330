import { systemClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { parseRequest } from '../shared/requests.ts';
import { type Programme, programmeSchema } from './partner.ts';

/**
 * Creates or changes a partner's off-chain settings, and writes what they were and became to the brand's audit log. Recorded purchases keep
 * the points that they earned.
 * @throws DomainError REQUEST_INVALID
 */
export async function setProgramme(
  prisma: Deps['prisma'],
  { programme, actor }: { programme: Programme; actor: string },
): Promise<void> {
  const { partnerId, slug, colour, earning } = parseRequest(programmeSchema, programme);
  const data = {
    slug,
    colour,
    earningPoints: earning.points,
    earningPerMinor: earning.perMinor,
    earningCurrency: earning.currency,
  };
  await prisma.$transaction(async (tx) => {
    const before = await tx.partnerProgramme.findUnique({ where: { partnerId } });
    const same =
      before !== null && Object.entries(data).every(([key, value]) => Reflect.get(before, key) === value);
    if (same) return;
    await tx.partnerProgramme.upsert({
      where: { partnerId },
      create: { partnerId, ...data },
      update: { ...data, updatedAt: systemClock.now() },
    });
    await tx.auditEntry.create({
      data: {
        partnerId,
        actor,
        action: 'programme.set',
        subject: `partner:${partnerId}`,
        ...(before && { before: settingsJson(before) }),
        after: settingsJson(data),
      },
    });
  });
}

function settingsJson(settings: {
  slug: string;
  colour: string;
  earningPoints: bigint;
  earningPerMinor: bigint;
  earningCurrency: string;
}) {
  const { slug, colour, earningPoints, earningPerMinor, earningCurrency } = settings;
  const [points, perMinor] = [earningPoints.toString(), earningPerMinor.toString()];
  return { slug, colour, earning: { points, perMinor, currency: earningCurrency } };
}
