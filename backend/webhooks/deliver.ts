import { Webhook } from 'standardwebhooks';
import { transact } from '../database/transact.ts';
import { presentEvent } from '../events/event.ts';
import { insertEvent } from '../events/tell.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { hasDomainCode } from '../shared/errors.ts';
import type { Sealer } from '../shared/seal.ts';
import {
  type Claim,
  markFailing,
  markWell,
  type Outcome,
  pauseEndpoint,
  releaseClaim,
  settleDelivery,
} from './deliveries.repository.ts';
import type { AttemptResult, Sender } from './send-request.ts';
import { secretContext } from './webhook.ts';

/** Attempts until a delivery is given up: with the pauses between them, about three days. */
export const MAX_ATTEMPTS = 15;
const MAX_PAUSE_MS = 12 * 60 * 60_000;
const PAUSE_FACTOR = 3;
/** Each pause is up to this much shorter or longer, so that what failed together is not sent again together. */
const JITTER = 0.2;
const GONE = 410;
const ACTOR = 'webhooks';

type DeliverDeps = Pick<Deps, 'pool' | 'clock' | 'config' | 'logger'>;

/** The pause after the n-th failure in a row (n from 1 up), in milliseconds; `random` is from 0 to 1. */
export function pauseAfter(failures: number, { baseMs, random }: { baseMs: number; random: number }): number {
  const pause = Math.min(baseMs * PAUSE_FACTOR ** (failures - 1), MAX_PAUSE_MS);
  return Math.round(pause * (1 - JITTER + 2 * JITTER * random));
}

/** Sends one claimed delivery and writes down what came of it. One that `stopping` cuts off is given back as if it had not been tried. */
export async function deliver(
  deps: DeliverDeps,
  claim: Claim,
  tools: { sender: Sender; sealer: Sealer; stopping: AbortSignal },
): Promise<AttemptResult | null> {
  const { pool, clock } = deps;
  const at = clock.now();
  const nothing = { status: null, error: null, durationMs: 0, retryAfterSeconds: 0 };
  if (!claim.event) {
    await settleDelivery(pool, claim, {
      at,
      result: nothing,
      outcome: { status: 'dead', nextAttemptAt: at },
    });
    return null;
  }
  const body = JSON.stringify(presentEvent(claim.event, 'partner'));
  const signature = signIfPossible(claim, { sealer: tools.sealer, at, body });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Tessera-Webhooks/1',
    'webhook-id': claim.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature ?? '',
  };
  const result = signature
    ? await tools.sender.post(claim.url, { headers, body, signal: tools.stopping })
    : ({ ...nothing, error: 'SECRET_UNREADABLE' } as const);
  if (signature && result.status === null && tools.stopping.aborted) {
    await releaseClaim(pool, claim, clock.now());
    return null;
  }
  await settle(deps, claim, { at, result });
  return result;
}

/** Signatures by every secret that is valid now, the newest first; null when the key that they were kept under is lost. */
function signIfPossible(
  claim: Claim,
  { sealer, at, body }: { sealer: Sealer; at: Date; body: string },
): string | null {
  const previous = claim.previousUntil && claim.previousUntil > at ? claim.previousSecret : null;
  const secrets = [claim.secret, ...(previous ? [previous] : [])];
  const context = secretContext(claim.endpoint);
  try {
    return secrets
      .map((sealed) => new Webhook(sealer.open(sealed, context)).sign(claim.id, at, body))
      .join(' ');
  } catch (error) {
    if (hasDomainCode(error, 'SECRET_UNREADABLE')) return null;
    throw error;
  }
}

const hasSucceeded = ({ status }: AttemptResult) => status !== null && status >= 200 && status < 300;

async function settle(
  deps: DeliverDeps,
  claim: Claim,
  { at, result }: { at: Date; result: AttemptResult },
): Promise<void> {
  const { pool } = deps;
  const outcome = judge(deps, claim, result);
  if (hasSucceeded(result)) {
    await settleDelivery(pool, claim, { at, result, outcome });
    if (claim.isFailing) await markWell(pool, claim.endpoint);
    return;
  }
  await transact(pool, async (tx) => {
    await settleDelivery(tx, claim, { at, result, outcome });
    const now = deps.clock.now();
    const since = await markFailing(tx, claim.endpoint, now);
    const isGone = result.status === GONE;
    if (!isGone && now.getTime() - since.getTime() < deps.config.webhookPauseAfterMs) return;
    const because = isGone ? 'the receiver says that it is gone' : 'nothing but failures for days';
    if (!(await pauseEndpoint(tx, claim.endpoint, because))) return;
    deps.logger.warn({ webhook: claim.endpoint, partner: claim.partner, because }, 'a webhook is paused');
    const data = { webhook: claim.endpoint, url: claim.url, because, failingSince: since.toISOString() };
    await insertEvent(tx, { type: 'webhook.paused', partner: claim.partner, data });
    await appendAudit(tx, {
      partner: claim.partner,
      actor: ACTOR,
      action: 'webhook.paused',
      subject: `webhook:${claim.endpoint}`,
      after: { because },
    });
  });
}

function judge({ clock, config }: DeliverDeps, { round }: Claim, result: AttemptResult): Outcome {
  const now = clock.now();
  if (hasSucceeded(result)) return { status: 'delivered', nextAttemptAt: now };
  if (round >= MAX_ATTEMPTS) return { status: 'dead', nextAttemptAt: now };
  const pause = pauseAfter(round, { baseMs: config.webhookRetryMs, random: Math.random() });
  const asked = result.retryAfterSeconds * 1000;
  return { status: 'pending', nextAttemptAt: new Date(now.getTime() + Math.max(pause, asked)) };
}
