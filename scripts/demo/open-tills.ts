import { setCharityProfile } from '../../backend/charities/set-charity-profile.ts';
import { prefixOf } from '../../backend/partners/api-key.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { PERMISSION_NAMES } from '../../backend/partners/permission.ts';
import { setProgramme } from '../../backend/partners/set-programme.ts';
import type { Deps } from '../../backend/shared/deps.ts';
import { type Keys, keepApiKey, openKeys } from '../launch/keys.ts';
import { brandNumber, DEMO_BRANDS, type DemoBrand } from './brands.ts';
import { DEMO_CHARITIES } from './charities.ts';

const ACTOR = 'demo';

async function openProgramme(prisma: Deps['prisma'], { slug, colour, earning }: DemoBrand): Promise<void> {
  const partnerId = brandNumber(slug);
  // What somebody has changed since stays changed.
  if (await prisma.partnerProgramme.findUnique({ where: { partnerId } })) return;
  await setProgramme(prisma, { programme: { partnerId, slug, colour, earning }, actor: ACTOR });
}

async function isLiveKey(prisma: Deps['prisma'], key: string | undefined): Promise<boolean> {
  const prefix = key && prefixOf(key);
  const row = prefix ? await prisma.apiKey.findUnique({ where: { prefix } }) : null;
  return row !== null && row.revokedAt === null;
}

const API_KEYS = [
  { of: 'tills', name: 'Demo till', scopes: ['till'] },
  { of: 'offices', name: 'Demo office', scopes: PERMISSION_NAMES.filter((name) => name !== 'till') },
] as const;

async function openApiKey(
  prisma: Deps['prisma'],
  data: string,
  { slug, of, name, scopes }: (typeof API_KEYS)[number] & { slug: string },
): Promise<void> {
  if (await isLiveKey(prisma, openKeys(data)[of][slug])) return;
  const { key } = await createApiKey(prisma, { partnerId: brandNumber(slug), name, scopes, actor: ACTOR });
  keepApiKey(data, { of, slug, key });
}

/** Gives each demo brand its earning rule, a till and an office with API keys, and each charity its story, where they are missing. */
export async function openTills(prisma: Deps['prisma'], data: string): Promise<Keys> {
  for (const brand of DEMO_BRANDS) {
    await openProgramme(prisma, brand);
    for (const kind of API_KEYS) await openApiKey(prisma, data, { slug: brand.slug, ...kind });
  }
  for (const [index, { story }] of DEMO_CHARITIES.entries()) {
    const charityId = index + 1;
    const profile = await prisma.charityProfile.findUnique({ where: { charityId } });
    if (!profile) await setCharityProfile(prisma, { charityId, story });
  }
  return openKeys(data);
}
