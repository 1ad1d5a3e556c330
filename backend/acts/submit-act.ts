import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Hex } from 'viem';
import { transact } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import { approvePayment } from '../payments/approve-payment.ts';
import { checkPayment } from '../payments/check-payment.ts';
import { type Act, actDigest, actToJson } from '../protocol/acts.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import type { ActStatus, Submission } from './act.ts';
import { type ActRecord, findActByDigest, insertAct, lockAccount, readLiveActs } from './acts.repository.ts';
import { checkBySimulation, checkDeadline, checkNonce, checkSignature } from './check-act.ts';
import { priceAct, wordAfter } from './price-act.ts';
import { publicActId } from './public-id.ts';
import { type Parties, readParties } from './read-parties.ts';
import { checkSponsorship, countAgainstLimits, priceSponsorship } from './sponsor-act.ts';

type SubmitDeps = Pick<Deps, 'pool' | 'chain' | 'network' | 'clock' | 'config'>;

/** The answer to a submitted act; `first` tells the call that brought it from its repeats. */
export interface Submitted {
  readonly id: string;
  readonly status: ActStatus;
  readonly first: boolean;
}

/**
 * Takes a signed act: checked, simulated, counted against what the network pays for, and written into the outbox in one database
 * transaction. The same act again, at the same time or later, yields the first answer.
 * @throws DomainError those of check-act and readParties, POINTS_INSUFFICIENT, ACT_NOT_SPONSORED, ACT_KIND_NOT_SPONSORED, OVERLOADED, and those
 * of checkPayment
 */
export async function submitAct(deps: SubmitDeps, { act, signature }: Submission): Promise<Submitted> {
  const digest = actDigest(act, deps.network);
  const known = await findActByDigest(deps.pool, digest);
  if (known) return repeat(known, digest);
  await checkSponsorship(deps, act);
  checkDeadline(act, deps.clock.seconds());
  await checkSignature(deps, { act, signature });
  const parties = await readParties(deps, act);
  checkNonce(act, parties, []);
  const [wei] = await Promise.all([
    priceSponsorship(deps, { act, signature }),
    checkBySimulation(deps, { act, signature }),
  ]);
  return transact(deps.pool, (tx) => accept(deps, tx, { act, signature, digest, parties, wei }));
}

/** The first answer again. From when the act is sent on, anybody may be asking, and gets the id that shows no voucher. */
const repeat = ({ id, status }: ActRecord, digest: Hex): Submitted => ({
  id: status === 'queued' || status === 'held' ? id : publicActId(digest),
  status,
  first: false,
});

async function accept(
  deps: SubmitDeps,
  tx: PoolClient,
  {
    act,
    signature,
    digest,
    parties,
    wei,
  }: {
    act: Act;
    signature: Hex;
    digest: Hex;
    parties: Parties;
    wei: bigint;
  },
): Promise<Submitted> {
  await lockAccount(tx, act.member);
  const known = await findActByDigest(tx, digest);
  if (known) return repeat(known, digest);
  const live = await readLiveActs(tx, act.member, act.issuer);
  checkNonce(act, parties, live);
  // The simulation knows nothing of the acts on their way: what they spend can't be spent again.
  priceAct(act, parties, wordAfter(parties.word, live, parties.issuer.clock));
  const id = randomUUID();
  const payment = await checkPayment(deps, tx, act);
  const status = payment?.manual ? 'held' : 'queued';
  if (!(await insertAct(tx, { id, act, signature, digest, status }))) throw new DomainError('INTERNAL');
  await tellOfActs(tx, [id]);
  if (payment) await approvePayment(tx, { payment, actId: id, act });
  await countAgainstLimits(deps, tx, { act, wei });
  await appendAudit(tx, {
    partner: act.issuer,
    actor: `account:${act.member}`,
    action: 'act.accepted',
    subject: `act:${id}`,
    after: actToJson(act),
  });
  return { id, status, first: true };
}
