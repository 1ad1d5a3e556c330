import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';

/** Every charity of the coalition by number; `donated` and `payable` are µUSD. */
export async function listCharities({ prisma }: Pick<Deps, 'prisma'>) {
  const [charities, profiles] = await Promise.all([
    prisma.charity.findMany({ orderBy: { id: 'asc' } }),
    prisma.charityProfile.findMany(),
  ]);
  const storyOf = new Map(profiles.map(({ charityId, story }) => [charityId, story]));
  return charities.map(({ id, name, payout, donated, payable }) => ({
    id,
    name,
    story: storyOf.get(id) ?? '',
    payout: toAddress(payout),
    donated: donated.toFixed(),
    payable: payable.toFixed(),
  }));
}
