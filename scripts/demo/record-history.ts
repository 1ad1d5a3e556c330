import type { Client } from '../../backend/client/index.ts';
import type { Keys } from '../launch/keys.ts';
import { DEMO_BRANDS } from './brands.ts';
import type { DemoMember } from './members.ts';
import { pick } from './random.ts';

const DAY_SECONDS = 86_400;
/** The history begins so long before the first start. */
const HISTORY_DAYS = 300;
const PURCHASES_PER_MEMBER = { least: 9, most: 16 };

interface DemoPurchase {
  readonly slug: string;
  readonly body: { id: string; member: string; amount: number; currency: 'USD'; occurredAt: string };
}

/** What a member bought, the same at every call: the till's id, the brand, the amount in cents and the time. */
function historyOf({ name, account }: DemoMember, startedAt: number): DemoPurchase[] {
  const count = pick(`${name} purchases`, PURCHASES_PER_MEMBER.least, PURCHASES_PER_MEMBER.most);
  return Array.from({ length: count }, (_, index) => {
    const words = `${name} purchase ${index}`;
    // The first ones visit every brand in turn, so that everybody has something everywhere.
    const visited = DEMO_BRANDS[index] ?? DEMO_BRANDS[pick(`${words} brand`, 0, DEMO_BRANDS.length - 1)];
    if (!visited) throw new RangeError('The demo has no brands');
    const { slug, basket } = visited;
    const age = Math.floor(((count - index) / count) * HISTORY_DAYS * DAY_SECONDS);
    const occurredAt = new Date(
      (startedAt - age + pick(`${words} time`, 0, DAY_SECONDS)) * 1000,
    ).toISOString();
    const amount = pick(`${words} amount`, basket.least, basket.most);
    return {
      slug,
      body: {
        id: `demo-${name.toLowerCase()}-${index}`,
        member: account,
        amount,
        currency: 'USD',
        occurredAt,
      },
    };
  });
}

/** Enrols the demo's members and reports what they bought, through the public API. Sent again, it changes nothing. */
export async function recordHistory(
  api: Client,
  { members, keys, startedAt }: { members: readonly DemoMember[]; keys: Keys; startedAt: number },
): Promise<number> {
  await Promise.all(members.map(({ enrolment }) => api.enrolMember({ body: enrolment })));
  const purchases = members.flatMap((member) => historyOf(member, startedAt));
  await Promise.all(
    purchases.map(({ slug, body }) => api.recordPurchase({ body }, { bearer: keys.tills[slug] })),
  );
  return purchases.length;
}
