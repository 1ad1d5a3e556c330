import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { type PageRequest, readPage } from '../shared/pages.ts';

/**
 * A page of the coalition's charities by number; `donated` and `payable` are µUSD.
 * @throws DomainError REQUEST_INVALID for a foreign cursor
 */
export async function listCharities({ prisma }: Pick<Deps, 'prisma'>, page: PageRequest) {
  const { rows, next } = await readPage(page, (after, take) =>
    prisma.charity.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take }),
  );
  const profiles = await prisma.charityProfile.findMany({
    where: { charityId: { in: rows.map(({ id }) => id) } },
  });
  const storyOf = new Map(profiles.map(({ charityId, story }) => [charityId, story]));
  const charities = rows.map(({ id, name, payout, donated, payable }) => ({
    id,
    name,
    story: storyOf.get(id) ?? '',
    payout: toAddress(payout),
    donated: donated.toFixed(),
    payable: payable.toFixed(),
  }));
  return { charities, next };
}
