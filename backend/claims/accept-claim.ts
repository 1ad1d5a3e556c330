import type { PoolClient } from 'pg';
import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import { findRecordedPurchase } from '../purchases/find-recorded-purchase.ts';
import { givePurchase } from '../purchases/give-purchase.ts';
import { presentPurchase, type RecordedPurchase } from '../purchases/purchase.ts';
import type { ReceiptSigner } from '../receipts/sign-receipts.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { MinorUnits, Points } from '../shared/units.ts';
import { type Claim, claimUnknown, hashSecret } from './claim.ts';
import { findClaimBySecret, markAccepted, tellOfClaims } from './claims.repository.ts';

/**
 * Gives the points of a claim to an account, exactly once, whoever else tries at the same time; the same account again gets the first answer.
 * The caller ensures that the account has signed in, which makes it a member.
 * @throws DomainError CLAIM_UNKNOWN, CLAIM_TAKEN, CLAIM_EXPIRED
 */
export async function acceptClaim(
  deps: Pick<Deps, 'pool' | 'clock' | 'hints'> & { sign: ReceiptSigner },
  { account, secret }: { account: Address; secret: string },
) {
  const now = deps.clock.now();
  const { recorded, first } = await transact(deps.pool, async (tx) => {
    const claim = await findClaimBySecret(tx, { secretHash: hashSecret(secret), now, lock: true });
    if (!claim) throw claimUnknown();
    if (claim.status === 'accepted') return { recorded: await firstAnswer(tx, claim, account), first: false };
    if (claim.status === 'lapsed') throw expired(claim);
    return { recorded: await give(tx, { claim, account, sign: deps.sign, now }), first: true };
  });
  if (first) deps.hints.give('events');
  const { id: purchase, ...answer } = presentPurchase(recorded);
  return { first, answer: { partner: recorded.partnerId, purchase, ...answer } };
}

/** Binds the claim to the account. The audit entry comes last, because it locks the brand's chain. */
async function give(
  tx: PoolClient,
  { claim, account, sign, now }: { claim: Claim; account: Address; sign: ReceiptSigner; now: Date },
): Promise<RecordedPurchase> {
  const { purchase, partnerId, purchaseId, bodyHash, points } = claim;
  const amount = MinorUnits.of(claim.amount);
  const draft = { ...claim, account, amount, points: Points.of(points) };
  await markAccepted(tx, { id: claim.id, account: fromHex(account), at: now });
  await tellOfClaims(tx, [{ ...claim, account }], 'accepted');
  const receipt = await givePurchase(tx, { purchase, draft, sign, now });
  await appendAudit(tx, {
    partner: partnerId,
    actor: `member:${account}`,
    action: 'claim.accepted',
    subject: `purchase:${purchaseId}`,
    after: { points: points.toString() },
  });
  return { partnerId, purchaseId, bodyHash, account, points, receipt };
}

/** What whoever accepted it was told. @throws DomainError CLAIM_TAKEN for anybody else */
async function firstAnswer(tx: PoolClient, claim: Claim, account: Address): Promise<RecordedPurchase> {
  const recorded = claim.account === account ? await findRecordedPurchase(tx, claim) : null;
  if (recorded) return recorded;
  throw new DomainError('CLAIM_TAKEN', {
    fields: [{ field: 'secret', message: 'Somebody has used this claim link.' }],
  });
}

const expired = ({ expiresAt }: Claim): DomainError =>
  new DomainError('CLAIM_EXPIRED', {
    details: { expiredAt: expiresAt.toISOString() },
    fields: [{ field: 'secret', message: `This claim link was good until ${expiresAt.toISOString()}.` }],
  });
