import type { Deps } from '../shared/deps.ts';

/** Creates or changes what the web tells of a charity of the hub. */
export async function setCharityProfile(
  prisma: Deps['prisma'],
  { charityId, story }: { charityId: number; story: string },
): Promise<void> {
  await prisma.charityProfile.upsert({
    where: { charityId },
    create: { charityId, story },
    update: { story },
  });
}
