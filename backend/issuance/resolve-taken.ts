import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { toAddress, toHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { lockPartner } from './issuance.repository.ts';
import { readForeignMints } from './read-foreign-mints.ts';
import {
  adoptForeign,
  type HeldAccrual,
  readForeign,
  readHeld,
  readToken,
  reopenAccruals,
} from './taken-batches.repository.ts';

/** What is to become of one member's accruals in held batches. Points are sums. */
export interface MemberVerdict {
  readonly member: string;
  /** What batches that are unknown here minted to the member. */
  readonly minted: bigint;
  /** Of ours: what was minted by those batches, and what is still to be. */
  readonly issued: bigint;
  readonly open: bigint;
  /** The accruals, in their order, don't add up to what was minted: a person has to say which it was. */
  readonly isUnclear: boolean;
}

/** What the chain has that is unknown here, and what that means. */
export interface Resolution {
  readonly partner: number;
  readonly numbers: readonly bigint[];
  readonly members: readonly MemberVerdict[];
  readonly applied: boolean;
}

/** What to do; `unclear` is the operator's word on members whose accruals don't add up. */
export interface ResolveOrder {
  readonly partner: number;
  readonly apply: boolean;
  readonly unclear: 'ask' | 'issued' | 'open';
  readonly actor: string;
}

/**
 * Settles batches that are held with BATCH_NUMBER_TAKEN, as after a restored backup: the chain has batches that are unknown here, and part of
 * what the held ones would mint may have been minted by those. Each member's accruals are compared with what the unknown batches minted to
 * that member, the oldest first, as batches take them. Minted ones join the chain's batch under their number; the others are open again and
 * are issued under the next number. Without `apply` nothing is written.
 * @throws DomainError BATCH_UNCLEAR when a member's accruals don't add up and `unclear` is `ask`
 */
export async function resolveTaken(
  deps: Pick<Deps, 'pool' | 'clock' | 'chain' | 'network'>,
  { partner, apply, unclear, actor }: ResolveOrder,
): Promise<Resolution> {
  const { pool, clock } = deps;
  const token = await readToken(pool, partner);
  if (!token) throw new DomainError('PARTNER_UNKNOWN', { details: { partner } });
  const foreign = await readForeign(pool, partner);
  const minted = await readForeignMints(deps, { token, batches: foreign });
  return transact(pool, async (tx) => {
    // Its batches stay as they are from here on, and the chain's are those that were read.
    const isLocked = await lockPartner(tx, partner);
    if (!isLocked || (await readForeign(tx, partner)).length !== foreign.length)
      throw new DomainError('NOT_READY', {
        message: `The batches of partner ${partner} are being worked on.`,
      });
    const held = await readHeld(tx, partner);
    const verdicts = [...Map.groupBy(held, ({ account }) => toHex(account))].map(([account, own]) => {
      const issued = countIssued(own, minted.get(account) ?? 0n) ?? (unclear === 'issued' ? own.length : 0);
      return { ...describe(own, { issued, minted: minted.get(account) ?? 0n }), open: own.slice(issued) };
    });
    const members = verdicts.map(({ verdict }) => verdict);
    const resolution = { partner, numbers: foreign.map(({ number }) => number), members, applied: apply };
    if (!apply || held.length === 0) return { ...resolution, applied: false };
    const puzzle = members.find(({ isUnclear }) => isUnclear);
    if (puzzle && unclear === 'ask')
      throw new DomainError('BATCH_UNCLEAR', {
        message: `The chain minted ${puzzle.minted} points to ${puzzle.member}, which no part of the accruals here adds up to.`,
        details: { partner, member: puzzle.member, minted: puzzle.minted.toString() },
      });
    await reopenAccruals(
      tx,
      verdicts.flatMap(({ open }) => open.map(({ id }) => id)),
    );
    await adoptForeign(tx, { partner, batches: foreign, at: clock.now() });
    const subject = `batches:${foreign.map(({ number }) => number).join(',')}`;
    const sum = (part: 'issued' | 'open') =>
      members.reduce((total, member) => total + member[part], 0n).toString();
    const after = { issued: sum('issued'), open: sum('open'), unclear };
    await appendAudit(tx, { partner, actor, action: 'batches.resolved', subject, after });
    return resolution;
  });
}

/** How many of a member's accruals, from the oldest, were minted; null when no such number adds up. More than all of ours means all. */
function countIssued(own: readonly HeldAccrual[], minted: bigint): number | null {
  let sum = 0n;
  for (const [index, { points }] of own.entries()) {
    if (sum === minted) return index;
    sum += points;
  }
  return sum <= minted ? own.length : null;
}

function describe(own: readonly HeldAccrual[], { issued, minted }: { issued: number; minted: bigint }) {
  const sum = (accruals: readonly HeldAccrual[]) =>
    accruals.reduce((total, { points }) => total + points, 0n);
  const account = own[0]?.account ?? Buffer.alloc(20);
  const verdict: MemberVerdict = {
    member: toAddress(account),
    minted,
    issued: sum(own.slice(0, issued)),
    open: sum(own.slice(issued)),
    isUnclear: countIssued(own, minted) === null,
  };
  return { verdict };
}
