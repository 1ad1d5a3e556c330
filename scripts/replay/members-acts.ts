/** A twentieth of the members do something with their points: a third of them redeem, exchange, give. Who does what follows from the file. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import { type Act, type ActKind, actDigest, actFromJson, type Network } from '../../backend/protocol/acts.ts';
import { signDigest } from '../../backend/protocol/secp256k1-native.ts';
import { CommandFailure } from '../shared/failure.ts';
import type { ProgressBar } from '../shared/progress-bar.ts';
import { type Api, forEachAtOnce, operation } from './api.ts';
import type { Customer } from './customers.ts';
import type { Sale } from './send-purchases.ts';
import type { Till } from './till-keys.ts';

/** What a member is going to do: everything but the price, which a quote tells. `nonce` is the account's first at its brand. */
export interface PlannedAct {
  readonly customer: Customer;
  readonly till: Till;
  readonly kind: ActKind;
  readonly counterparty: number;
  readonly amount: bigint;
  readonly ref: Hex;
  readonly nonce: 0;
}

const ONE_IN = 60;
const KINDS: readonly ActKind[] = ['redemption', 'exchange', 'donation'];
const POLL_MS = 300;
const STALL_LIMIT_MS = 300_000;

const balances = z.object({
  balances: z.array(z.object({ partner: z.int(), nextNonce: z.coerce.number() })),
});
const quote = z.object({
  act: z.object({
    kind: z.enum(['redemption', 'exchange', 'donation']),
    member: z.string().transform((account) => account as Address),
    issuer: z.int(),
    counterparty: z.int(),
    amount: z.coerce.string(),
    minimum: z.coerce.string(),
    ref: z.string().transform((ref) => ref as Hex),
    nonce: z.coerce.number(),
    deadline: z.coerce.number(),
  }),
});
const submitted = z.object({ id: z.string() });
const progressed = z.object({
  status: z.enum(['held', 'queued', 'sent', 'mined', 'final', 'skipped', 'failed']),
  reason: z.unknown().optional(),
});

/** Plans the acts. The same sales give the same acts, so a second replay plans what the first one did. */
export function planActs(
  sales: readonly Sale[],
  { tills, charities }: { tills: readonly Till[]; charities: readonly number[] },
): PlannedAct[] {
  const points = new Map<string, { customer: Customer; till: Till; points: bigint }>();
  for (const { customer, till, points: earned } of sales) {
    const key = `${till.partner}/${customer.account}`;
    const held = points.get(key) ?? { customer, till, points: 0n };
    held.points += earned;
    points.set(key, held);
  }
  return [...points.values()].flatMap(({ customer, till, points: held }) => {
    const kind = KINDS[customer.dice % ONE_IN];
    if (!kind || held === 0n) return [];
    const others =
      kind === 'donation'
        ? charities
        : tills.map(({ partner }) => partner).filter((partner) => partner !== till.partner);
    const counterparty = others[Math.floor(customer.dice / ONE_IN) % others.length];
    if (counterparty === undefined) return [];
    const ref: Hex = `0x${createHash('sha256').update(`tessera replay ${kind} ${till.partner} ${customer.account}`).digest('hex')}`;
    return [{ customer, till, kind, counterparty, amount: (held + 1n) / 2n, ref, nonce: 0 as const }];
  });
}

/** What came of the acts: how many were submitted now, and which were refused, by code. */
export interface ActsOutcome {
  readonly submitted: number;
  readonly refused: ReadonlyMap<PlannedAct, string>;
}

/** Quotes, signs and submits every planned act that is not on the chain yet, and waits until all are final. */
export async function performActs(
  api: Api,
  { planned, network, bar }: { planned: readonly PlannedAct[]; network: Network; bar: ProgressBar },
): Promise<ActsOutcome> {
  const refused = new Map<PlannedAct, string>();
  const waiting: { id: string; plan: PlannedAct }[] = [];
  let done = 0;
  await forEachAtOnce(planned, async (plan) => {
    const id = await submit(api, { plan, network, refused });
    if (id !== null) waiting.push({ id, plan });
    done += 1;
    bar.update(done, planned.length);
  });
  await forEachAtOnce(waiting, async ({ id, plan }) => {
    const reason = await awaitAct(api, { id, key: plan.till.key });
    if (reason !== null) refused.set(plan, reason);
  });
  return { submitted: waiting.length, refused };
}

/** Submits one act. Returns its id, or null when it is on the chain already or was refused. */
async function submit(
  api: Api,
  { plan, network, refused }: { plan: PlannedAct; network: Network; refused: Map<PlannedAct, string> },
): Promise<string | null> {
  if (await isNonceUsed(api, plan)) return null;
  const { customer, till, kind, counterparty, amount, ref, nonce } = plan;
  // The till's key only lifts the public's rate limit; what counts is the member's signature.
  const asked = { kind, member: customer.account, issuer: till.partner, counterparty, amount };
  const quoted = await api.send(operation('quoteAct', { body: asked }, till.key), quote);
  if ('refused' in quoted) {
    refused.set(plan, quoted.refused.code);
    return null;
  }
  // The reference and the nonce are the replay's own, so that the same act can't be done twice by two replays.
  const act: Act = { ...actFromJson(quoted.ok.act), ref, nonce };
  const signature = signDigest(customer.key, actDigest(act, network));
  const answer = await api.send(operation('submitAct', { body: { act, signature } }, till.key), submitted);
  if ('ok' in answer) return answer.ok.id;
  // Taken by the same act, which a replay that was stopped has submitted: it only has to be waited for.
  if (answer.refused.code === 'ACT_NONCE_USED') await awaitNonce(api, plan);
  else refused.set(plan, answer.refused.code);
  return null;
}

/** Whether the plan's nonce is used on the chain, as far as the API has seen it. */
async function isNonceUsed(api: Api, { customer, till, nonce }: PlannedAct): Promise<boolean> {
  const request = operation('readBalances', { params: { member: customer.account } }, till.key);
  const held = await api.must(request, balances);
  return (held.balances.find(({ partner }) => partner === till.partner)?.nextNonce ?? 0) > nonce;
}

async function awaitNonce(api: Api, plan: PlannedAct): Promise<void> {
  const began = Date.now();
  while (!(await isNonceUsed(api, plan))) {
    if (Date.now() - began > STALL_LIMIT_MS) throw stalled(`of ${plan.customer.account}`, 'waiting');
    await sleep(POLL_MS);
  }
}

/** Waits until an act is final. Returns null then, or why it was not done. */
async function awaitAct(api: Api, { id, key }: { id: string; key: string }): Promise<string | null> {
  const began = Date.now();
  for (;;) {
    const { status, reason } = await api.must(operation('readAct', { params: { id } }, key), progressed);
    if (status === 'final') return null;
    if (status === 'skipped' || status === 'failed') return codeOf(reason) ?? status;
    if (Date.now() - began > STALL_LIMIT_MS) throw stalled(id, status);
    await sleep(POLL_MS);
  }
}

/** The code of a reason, which is a word or an object with one. */
function codeOf(reason: unknown): string | null {
  if (typeof reason === 'string') return reason;
  const code = (reason as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : null;
}

const stalled = (act: string, status: string) =>
  new CommandFailure(`Act ${act} has been "${status}" for five minutes. Look at the server's log.`);
