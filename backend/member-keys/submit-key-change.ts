import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Address, Hex } from 'viem';
import { revertToError } from '../chain/decode-revert.ts';
import { simulate } from '../chain/simulate.ts';
import { transact } from '../database/transact.ts';
import { tellOfKeyChange } from '../events/tell-of-keys.ts';
import { enrolMember } from '../members/enrol-member.ts';
import { keyChangeDigest, keyChangeToJson } from '../protocol/keys.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import {
  encodeChangeKey,
  KEY_CHANGE_DEADLINE_SECONDS,
  type KeyChangeStatus,
  type SignedKeyChange,
} from './key-change.ts';
import { memberKeysOf } from './key-powers.ts';
import {
  countKeyChange,
  findKeyChangeByDigest,
  insertKeyChange,
  isNonceTaken,
  lockKeys,
} from './member-keys.repository.ts';

type SubmitDeps = Pick<Deps, 'pool' | 'chain' | 'network' | 'clock' | 'config'>;

/** The coalition's own audit chain: a member's keys are no brand's business. */
const COALITION = 0;

/** The answer to a key change; `first` tells the call that brought it from its repeats. */
export interface SubmittedKeyChange {
  readonly id: string;
  readonly status: KeyChangeStatus;
  readonly first: boolean;
}

/**
 * Takes a signed change of a member's keys: simulated, counted against what the network pays for, and written down in one database transaction.
 * Recovery, its veto and the naming of a successor are such changes too. The same change again, at the same time or later, yields the first
 * answer.
 * @throws DomainError KEY_CHANGE_EXPIRED, KEY_CHANGE_DEADLINE_TOO_FAR, KEY_NONCE_INVALID, KEY_CHANGE_NOT_SPONSORED, CHAIN_UNAVAILABLE, and
 * those of the contract
 */
export async function submitKeyChange(
  deps: SubmitDeps,
  { change, signature }: SignedKeyChange,
): Promise<SubmittedKeyChange> {
  const memberKeys = await memberKeysOf(deps);
  const digest = keyChangeDigest(change, { chainId: deps.network.chainId, memberKeys });
  const known = await findKeyChangeByDigest(deps.pool, digest);
  if (known) return { id: known.id, status: known.status, first: false };
  checkDeadline(change.deadline, deps.clock.seconds());
  const call = { to: memberKeys, data: encodeChangeKey({ change, signature }) };
  const simulation = await simulate(deps, call);
  if ('revert' in simulation) throw revertToError(simulation.revert, 'KEY_CHANGE_REFUSED');
  await enrolMember(deps, { account: change.member });
  return transact(deps.pool, (tx) => accept(deps, tx, { change, signature, digest }));
}

function checkDeadline(deadline: number, now: number): void {
  const refuse = (code: 'KEY_CHANGE_EXPIRED' | 'KEY_CHANGE_DEADLINE_TOO_FAR', message: string) =>
    new DomainError(code, { details: { deadline, now }, fields: [{ field: 'change.deadline', message }] });
  if (deadline <= now) throw refuse('KEY_CHANGE_EXPIRED', 'This second has passed.');
  if (deadline > now + KEY_CHANGE_DEADLINE_SECONDS)
    throw refuse(
      'KEY_CHANGE_DEADLINE_TOO_FAR',
      `Send at most ${KEY_CHANGE_DEADLINE_SECONDS} seconds from now.`,
    );
}

async function accept(
  deps: SubmitDeps,
  tx: PoolClient,
  { change, signature, digest }: SignedKeyChange & { digest: Hex },
): Promise<SubmittedKeyChange> {
  await lockKeys(tx, change.member);
  const known = await findKeyChangeByDigest(tx, digest);
  if (known) return { id: known.id, status: known.status, first: false };
  if (await isNonceTaken(tx, change))
    throw new DomainError('KEY_NONCE_INVALID', {
      message: 'Another change with this number is on its way.',
      fields: [{ field: 'change.nonce', message: 'Another change with this number is on its way.' }],
    });
  const id = randomUUID();
  await insertKeyChange(tx, { id, change, signature, digest });
  await tellOfKeyChange(tx, id, 'accepted');
  await countAgainstLimits(deps, tx, change.member);
  await appendAudit(tx, {
    partner: COALITION,
    actor: `account:${change.member}`,
    action: 'key-change.accepted',
    subject: `key-change:${id}`,
    after: keyChangeToJson(change),
  });
  return { id, status: 'queued', first: true };
}

/** The counters go up first and are judged by what they say then; a refusal takes them back. */
async function countAgainstLimits(
  { clock, config }: SubmitDeps,
  tx: PoolClient,
  account: Address,
): Promise<void> {
  const day = clock.now().toISOString().slice(0, 10);
  const limits = [
    [`keys:${account.toLowerCase()}`, config.sponsoredKeyChangesPerDay],
    ['keys', config.sponsoredKeyChangesOfAllPerDay],
  ] as const;
  for (const [subject, limit] of limits)
    if ((await countKeyChange(tx, subject, day)) > limit)
      throw new DomainError('KEY_CHANGE_NOT_SPONSORED', { details: { subject, limit, day } });
}
