import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import type { ProgrammeReader } from '../partners/find-programme.ts';
import { addUnclaimedPurchase } from '../purchases/add-unclaimed-purchase.ts';
import { judgeSale } from '../purchases/judge-sale.ts';
import { hashPurchase, type PurchaseRequest } from '../purchases/purchase.ts';
import { purchaseIdReused } from '../purchases/purchase-recorder.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError, hasErrorCode } from '../shared/errors.ts';
import { randomToken } from '../shared/ids.ts';
import { createSealer } from '../shared/seal.ts';
import { type Claim, hashSecret, presentOpened, SECRET_BYTES, secretContext } from './claim.ts';
import { findClaimByPurchase, insertClaim, tellOfClaims } from './claims.repository.ts';
import { linkOf } from './link-of.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How often a claim that collided is tried again. */
const MAX_COLLISIONS = 5;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

export interface OpenClaimDeps extends Pick<Deps, 'pool' | 'clock' | 'config' | 'hints'> {
  readonly programmeOf: ProgrammeReader;
}

/**
 * Records a sale whose customer is no member: its points are fixed by today's rule, and wait for whoever brings the secret of the claim link.
 * Once per id of the till, for ever; a repeat gets the same link, also when the points have been claimed or have lapsed since.
 * @throws DomainError PURCHASE_ID_REUSED, PROGRAMME_MISSING, CURRENCY_UNSUPPORTED, POINTS_TOO_MANY, REQUEST_INVALID, SECRETS_KEY_MISSING
 */
export async function openClaim(
  deps: OpenClaimDeps,
  { key, sale }: { key: ApiKey; sale: Omit<PurchaseRequest, 'member'> },
) {
  const about = {
    partnerId: key.partnerId,
    purchaseId: sale.id,
    bodyHash: hashPurchase({ ...sale, account: 'claim' }),
  };
  const now = deps.clock.now();
  const find = () => findClaimByPurchase(deps.pool, { ...about, now });
  const repeated = await find();
  const added = repeated ? false : await addPatiently(deps, { key, sale, bodyHash: about.bodyHash, now });
  // Whoever was quicker with the id has committed by now.
  const claim = repeated ?? (await find());
  if (!claim?.bodyHash.equals(about.bodyHash)) throw purchaseIdReused(about);
  if (added) deps.hints.give('events');
  return { answer: presentOpened(claim, linkOf(deps, claim)), first: added };
}

/** A group of purchases that has the same id in it locks the brand's audit chain first and the id then, so the two may lock each other out. */
async function addPatiently(...given: Parameters<typeof add>): Promise<boolean> {
  for (let collisions = 0; ; collisions++) {
    try {
      return await add(...given);
    } catch (error) {
      if (!hasErrorCode(error, SERIALIZATION_FAILURE, DEADLOCK) || collisions >= MAX_COLLISIONS) throw error;
    }
  }
}

/** Writes purchase, claim, event and audit entry; false when the brand has a purchase with this id already. */
async function add(
  deps: OpenClaimDeps,
  given: { key: ApiKey; sale: Omit<PurchaseRequest, 'member'>; bodyHash: Buffer; now: Date },
): Promise<boolean> {
  const { key, sale, bodyHash, now } = given;
  const { partnerId } = key;
  const { id: purchaseId, amount, currency, occurredAt, items } = sale;
  const { earning } = await deps.programmeOf(partnerId);
  const points = judgeSale(sale, { earning, now: deps.clock.seconds() });
  const secret = randomToken(SECRET_BYTES);
  const secretHash = hashSecret(secret);
  const sealed = createSealer(deps.config.secretsKeys).seal(secret, secretContext(secretHash));
  const expiresAt = new Date(now.getTime() + deps.config.claimDays * DAY_MS);
  return transact(deps.pool, async (tx) => {
    const draft = { partnerId, purchaseId, bodyHash, amount, currency, occurredAt, items, points, earning };
    const purchase = await addUnclaimedPurchase(tx, { ...draft, receivedAt: now });
    if (purchase === null) return false;
    await insertClaim(tx, {
      purchase,
      partnerId,
      actor: key.actor,
      secretHash,
      secret: sealed,
      expiresAt,
      createdAt: now,
    });
    await tellOfClaims(tx, [await mustFind(tx, { partnerId, purchaseId, now })], 'opened');
    await appendAudit(tx, {
      partner: partnerId,
      actor: key.actor,
      action: 'claim.opened',
      subject: `purchase:${purchaseId}`,
      after: { amount: amount.toString(), currency, points: points.toString() },
    });
    return true;
  });
}

async function mustFind(
  tx: Parameters<typeof findClaimByPurchase>[0],
  about: Parameters<typeof findClaimByPurchase>[1],
): Promise<Claim> {
  const claim = await findClaimByPurchase(tx, about);
  if (claim) return claim;
  throw new DomainError('INTERNAL', { message: `The claim of ${about.purchaseId} vanished.` });
}
