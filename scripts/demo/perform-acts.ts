import type { Client } from '../../backend/client/index.ts';
import { ApiProblem } from '../../backend/client/problem.ts';
import {
  type Act,
  type ActJson,
  type ActKind,
  actFromJson,
  type Network,
} from '../../backend/protocol/acts.ts';
import { waitFor } from '../embedded/service.ts';
import { brandNumber } from './brands.ts';
import { type DemoRecord, keepDemo } from './demo-record.ts';
import type { DemoMember } from './members.ts';

interface PlannedAct {
  readonly member: string;
  readonly kind: ActKind;
  readonly issuer: number;
  readonly counterparty: number;
}

const planned = (
  member: string,
  kind: ActKind,
  issuer: string,
  counterparty: string | number,
): PlannedAct => ({
  member,
  kind,
  issuer: brandNumber(issuer),
  counterparty: typeof counterparty === 'number' ? counterparty : brandNumber(counterparty),
});

/** One act of every kind, by both kinds of members; each gives a third of what its member has of the issuer's points. */
const PLAN: readonly PlannedAct[] = [
  planned('Ana', 'redemption', 'hotel-meridian', 'aurora-cafe'),
  planned('Bruno', 'redemption', 'aurora-cafe', 'aurora-cafe'),
  planned('Chidi', 'exchange', 'hotel-meridian', 'folio-books'),
  planned('Dana', 'donation', 'field-and-basket', 1),
  planned('Elif', 'redemption', 'aurora-cafe', 'studio-kinetic'),
  planned('Farid', 'donation', 'hotel-meridian', 3),
];
const SHARE = 3n;
const POINTS_WITHIN_MS = 60_000;

/** Whether every planned act was sent. */
export const isPerformed = ({ acts }: DemoRecord): boolean =>
  PLAN.every((_, index) => acts[index]?.isSent === true);

/** Waits until the member's points are on the chain, and gives how many there are. */
async function pointsOf(api: Client, member: DemoMember, partner: number): Promise<bigint> {
  return waitFor(
    `The issuance of ${member.name}’s points`,
    async () => {
      const { balances, pending } = await api.readBalances({ params: { member: member.account } });
      if (pending.some((one) => one.partner === partner)) return undefined;
      const points = BigInt(balances.find((one) => one.partner === partner)?.points ?? 0);
      return points > 0n ? points : undefined;
    },
    { withinMs: POINTS_WITHIN_MS, everyMs: 250 },
  );
}

async function sign(
  api: Client,
  { plan, member, network }: { plan: PlannedAct; member: DemoMember; network: Network },
): Promise<{ act: ActJson; signature: `0x${string}` }> {
  const amount = (await pointsOf(api, member, plan.issuer)) / SHARE;
  const { kind, issuer, counterparty } = plan;
  const { act } = await api.quoteAct({
    body: { kind, member: member.account, issuer, counterparty, amount },
  });
  const read: Act = actFromJson(act);
  return { act, signature: await member.sign(read, network) };
}

/** Sends a signed act. One that came too late is over: the demo goes on without it. */
async function send(api: Client, signed: { act: ActJson; signature: `0x${string}` }): Promise<void> {
  await api.submitAct({ body: { act: signed.act, signature: signed.signature } }).catch((error: unknown) => {
    if (!(error instanceof ApiProblem && error.code === 'ACT_EXPIRED')) throw error;
  });
}

/**
 * Makes the acts that no earlier start has made, through the public API. Each is kept before it is sent: the same act sent twice is one.
 *
 * @throws CommandFailure when the points are not issued in time; the next start goes on from there.
 */
export async function performActs(
  api: Client,
  stage: { data: string; members: readonly DemoMember[]; network: Network },
  record: DemoRecord,
): Promise<DemoRecord> {
  const acts = [...record.acts];
  const keep = () => keepDemo(stage.data, { ...record, acts });
  for (const [index, plan] of PLAN.entries()) {
    const member = stage.members.find(({ name }) => name === plan.member);
    if (!member) continue;
    const signed = acts[index] ?? {
      ...(await sign(api, { plan, member, network: stage.network })),
      isSent: false,
    };
    if (signed.isSent) continue;
    acts[index] = signed;
    keep();
    await send(api, signed);
    acts[index] = { ...signed, isSent: true };
    keep();
  }
  return { ...record, acts };
}
