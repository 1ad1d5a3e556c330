import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Hex } from 'viem';
import { transact } from '../database/transact.ts';
import { tellOfActs } from '../events/tell-of-acts.ts';
import { lockPayments } from '../payments/lock-payments.ts';
import type { AccountWord } from '../protocol/account-word.ts';
import { type Act, actToJson } from '../protocol/acts.ts';
import { appendAudits } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError, hasErrorCode } from '../shared/errors.ts';
import type { ActStatus } from './act.ts';
import {
  type ActRecord,
  findActsByDigest,
  insertActs,
  type LiveAct,
  lockAccounts,
  type NewAct,
  readLiveActsOfMany,
} from './acts.repository.ts';
import { checkNonce } from './check-act.ts';
import { openQuota } from './open-quota.ts';
import { priceAct, wordAfter } from './price-act.ts';
import { publicActId } from './public-id.ts';
import { type Parties, readWords } from './read-parties.ts';

/** What accepting acts takes. */
export type AcceptDeps = Pick<Deps, 'pool' | 'clock' | 'config'>;

/** The answer to a submitted act; `first` tells the call that brought it from its repeats. */
export interface Submitted {
  readonly id: string;
  readonly status: ActStatus;
  readonly first: boolean;
}

/** An act that would be done as far as its signature and the chain say, with whom it concerns. */
export interface Candidate extends Omit<NewAct, 'id' | 'status'> {
  readonly parties: Parties;
  /** The most that it may cost the network. */
  readonly wei: bigint;
}

type Verdict = Submitted | DomainError;

const DEADLOCK = '40P01';
/** How often a group that collided with another process is tried again. */
const MAX_COLLISIONS = 5;

/** The first answer again. From when the act is sent on, anybody may be asking, and gets the id that shows no voucher. */
export const repeatOf = ({ id, status }: Pick<ActRecord, 'id' | 'status'>, digest: Hex): Submitted => ({
  id: status === 'queued' || status === 'held' ? id : publicActId(digest),
  status,
  first: false,
});

/**
 * Accepts acts in one database transaction, each judged after those before it: an answer or a refusal for each, in their order. What is
 * refused leaves nothing behind.
 * @throws what the database throws; then nothing is accepted
 */
export async function acceptActs(deps: AcceptDeps, candidates: readonly Candidate[]): Promise<Verdict[]> {
  for (let collisions = 0; ; collisions++) {
    try {
      return await transact(deps.pool, (tx) => accept(deps, tx, candidates));
    } catch (error) {
      // Counters and payments are locked in the same order everywhere; this is for what the order can't prevent.
      if (!hasErrorCode(error, DEADLOCK) || collisions >= MAX_COLLISIONS) throw error;
    }
  }
}

async function accept(
  deps: AcceptDeps,
  tx: PoolClient,
  candidates: readonly Candidate[],
): Promise<Verdict[]> {
  const acts = candidates.map(({ act }) => act);
  await lockAccounts(
    tx,
    acts.map(({ member }) => member),
  );
  const known = new Map<Hex, Pick<ActRecord, 'id' | 'status'>>(
    await findActsByDigest(
      tx,
      candidates.map(({ digest }) => digest),
    ),
  );
  const holders = holdersOf(acts, await readLiveActsOfMany(tx, acts), await readWords(tx, acts));
  const payments = await lockPayments(deps, tx, acts);
  const unknown = candidates.filter(({ digest }) => !known.has(digest));
  const quota = await openQuota(deps, tx, unknown);
  const accepted: NewAct[] = [];
  const verdicts: Verdict[] = [];
  for (const { act, digest, signature, byOwnEoa, parties, wei } of candidates) {
    const record = known.get(digest);
    if (record) {
      verdicts.push(repeatOf(record, digest));
      continue;
    }
    const holder = holders.get(holderKey(act)) ?? { live: [], word: parties.word };
    const id = randomUUID();
    try {
      checkNonce(act, { ...parties, word: holder.word }, holder.live);
      // The simulation knows nothing of the acts on their way: what they spend can't be spent again.
      priceAct(act, parties, wordAfter(holder.word, holder.live, parties.issuer.clock));
      const payment = await payments.check(act);
      quota.use({ act, wei });
      if (payment) payments.take({ payment, actId: id, act });
      const status = payment?.manual ? 'held' : 'queued';
      holder.live.push({ amount: act.amount, nonce: act.nonce });
      known.set(digest, { id, status });
      accepted.push({ id, act, digest, signature, status, byOwnEoa });
      verdicts.push({ id, status, first: true });
    } catch (refusal) {
      if (!(refusal instanceof DomainError)) throw refusal;
      verdicts.push(refusal);
    }
  }
  await quota.giveBack();
  await write(tx, accepted);
  await payments.approve();
  await appendAudits(tx, accepted.map(auditOf));
  return verdicts;
}

/** Acts, events, in this order because an event tells of its act. */
async function write(tx: PoolClient, accepted: readonly NewAct[]): Promise<void> {
  if (accepted.length === 0) return;
  // Whoever brought the same act holds the lock of its account, so it is not there.
  if ((await insertActs(tx, accepted)) !== accepted.length) throw new DomainError('INTERNAL');
  await tellOfActs(
    tx,
    accepted.map(({ id }) => id),
  );
}

const auditOf = ({ id, act }: NewAct) => ({
  partner: act.issuer,
  actor: `account:${act.member}`,
  action: 'act.accepted',
  subject: `act:${id}`,
  after: actToJson(act),
});

/** A member's points of one brand: the word, and what is on its way, to which accepted acts are added. */
interface Holder {
  readonly word: AccountWord;
  readonly live: LiveAct[];
}

const holderKey = ({ member, issuer }: Act) => `${member.toLowerCase()} ${issuer}`;

function holdersOf(acts: readonly Act[], live: LiveAct[][], words: AccountWord[]): Map<string, Holder> {
  const holders = new Map<string, Holder>();
  acts.forEach((act, index) => {
    const word = words[index];
    if (word) holders.set(holderKey(act), { word, live: live[index] ?? [] });
  });
  return holders;
}
