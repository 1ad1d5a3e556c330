import type { Hex } from 'viem';
import { actDigest } from '../protocol/acts.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { gatherCalls } from '../shared/gather-calls.ts';
import { type AcceptDeps, acceptActs, repeatOf, type Submitted } from './accept-acts.ts';
import type { Submission } from './act.ts';
import { findActByDigest, findActsByDigest } from './acts.repository.ts';
import { checkDeadline, checkNonce, checkSignature, simulateActs } from './check-act.ts';
import { soleGas } from './encode-acts.ts';
import { readPartiesOfMany } from './read-parties.ts';
import { checkSponsorship, priceSponsorship } from './sponsor-act.ts';

/** Acts that are checked and written together at most, how many such groups are under way, and how many acts may wait. */
const GROUP_SIZE = 128;
const GROUPS = 2;
const QUEUE_LIMIT = 2_000;

type SubmitDeps = AcceptDeps & Pick<Deps, 'chain' | 'network'>;
type Signed = Submission & { readonly digest: Hex; readonly byOwnEoa: boolean };

/** Takes a signed act; see `createActTaker`. */
export type ActTaker = (submission: Submission) => Promise<Submitted>;

/**
 * Makes what takes signed acts: each checked, simulated, counted against what the network pays for, and written into the outbox. Acts that
 * come at the same time share the questions to chain and database and one commit, and each has its own answer. The same act again, at the
 * same time or later, yields the first answer.
 * @throws (from the taker) DomainError those of check-act, readParties, sponsor-act and acceptActs, OVERLOADED
 */
export function createActTaker(deps: SubmitDeps): ActTaker {
  const accept = gatherCalls<Signed, Submitted>({
    size: GROUP_SIZE,
    groups: GROUPS,
    limit: QUEUE_LIMIT,
    work: (group) => take(deps, group),
  });
  return async ({ act, signature }) => {
    const digest = actDigest(act, deps.network);
    let byOwnEoa = false;
    try {
      // A call at a time, because a signature costs as much as all the rest.
      checkDeadline(act, deps.clock.seconds());
      byOwnEoa = await checkSignature(deps, { act, signature, digest });
    } catch (refusal) {
      const known = await findActByDigest(deps.pool, digest);
      if (known) return repeatOf(known, digest);
      throw refusal;
    }
    return accept({ act, signature, digest, byOwnEoa });
  };
}

/** Takes one act by itself. @throws DomainError as the taker does */
export const submitAct = (deps: SubmitDeps, submission: Submission): Promise<Submitted> =>
  createActTaker(deps)(submission);

type Verdict = Submitted | DomainError;

/** What becomes of each act of a group, in their order. */
async function take(deps: SubmitDeps, group: readonly Signed[]): Promise<Verdict[]> {
  const verdicts = new Map<Signed, Verdict>();
  const open = () => group.filter((signed) => !verdicts.has(signed));
  const known = await findActsByDigest(
    deps.pool,
    group.map(({ digest }) => digest),
  );
  for (const signed of group) {
    const record = known.get(signed.digest);
    if (record) verdicts.set(signed, repeatOf(record, signed.digest));
  }
  const fresh = open();
  const parties = await readPartiesOfMany(
    deps,
    fresh.map(({ act }) => act),
  );
  const concerned = new Map(fresh.map((signed, index) => [signed, parties[index]]));
  for (const [signed, found] of concerned) {
    const refusal =
      found instanceof DomainError
        ? found
        : await refusalOf(async () => {
            await checkSponsorship(deps, signed.act);
            if (found) checkNonce(signed.act, found, []);
          });
    if (refusal) verdicts.set(signed, refusal);
  }
  const asked = open();
  const [refusals, price] = await Promise.all([simulateActs(deps, asked), priceOf(deps)]);
  asked.forEach((signed, index) => {
    const refusal = refusals[index] ?? (price instanceof DomainError ? price : null);
    if (refusal) verdicts.set(signed, refusal);
  });
  const candidates = open().flatMap((signed) => {
    const found = concerned.get(signed);
    if (found === undefined || found instanceof DomainError || price instanceof DomainError) return [];
    return [{ ...signed, parties: found, wei: soleGas(signed) * price, signed }];
  });
  const accepted = candidates.length > 0 ? await acceptActs(deps, candidates) : [];
  candidates.forEach(({ signed }, index) => {
    const verdict = accepted[index];
    if (verdict) verdicts.set(signed, verdict);
  });
  return group.map((signed) => verdicts.get(signed) ?? new DomainError('INTERNAL'));
}

/** What a unit of gas costs, or why nobody knows. */
const priceOf = (deps: SubmitDeps): Promise<bigint | DomainError> =>
  priceSponsorship(deps).catch((error: unknown) => {
    if (error instanceof DomainError) return error;
    throw error;
  });

/** What a check refuses with; null when it passes. @throws whatever else it throws */
async function refusalOf(check: () => Promise<void>): Promise<DomainError | null> {
  try {
    await check();
    return null;
  } catch (refusal) {
    if (refusal instanceof DomainError) return refusal;
    throw refusal;
  }
}
