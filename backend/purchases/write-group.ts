import { enrolAccounts } from '../members/enrol-accounts.ts';
import type { ReceiptSigner } from '../receipts/sign-receipts.ts';
import type { Deps } from '../shared/deps.ts';
import { hasErrorCode } from '../shared/errors.ts';
import type { PurchaseDraft, RecordedPurchase } from './purchase.ts';
import {
  findRecorded,
  findUnclaimed,
  insertPurchases,
  type ReservedIds,
  reserveIds,
} from './purchases.repository.ts';

/** How often a group that collided with another process is tried again. */
const MAX_COLLISIONS = 5;
const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
/** How many ids are drawn in one go. */
const ID_BLOCK = 1_024;
/** How many accounts a process remembers to be members; a member is never deleted. */
const MAX_KNOWN_ACCOUNTS = 200_000;

/**
 * What became of one draft: `isNew` says whether this write recorded it; nothing is recorded when its id belongs to a purchase that waits to be
 * claimed.
 */
export type Outcome =
  | { readonly recorded: RecordedPurchase; readonly isNew: boolean }
  | { readonly recorded: null; readonly isNew: false };

/** Records drafts with different ids, all new ones in one commit; the answer is in the order of the drafts. Throws what the database throws. */
export type GroupWriter = (drafts: readonly PurchaseDraft[]) => Promise<Outcome[]>;

const keyOf = ({ partnerId, purchaseId }: { partnerId: number; purchaseId: string }) =>
  `${partnerId}/${purchaseId}`;

export function createGroupWriter(deps: Pick<Deps, 'pool' | 'clock'> & { sign: ReceiptSigner }): GroupWriter {
  const { pool, clock, sign } = deps;
  const takeIds = createIdSource(pool);
  const enrol = createEnroller(pool);

  async function insert(drafts: readonly PurchaseDraft[]): Promise<RecordedPurchase[]> {
    if (drafts.length === 0) return [];
    await enrol(drafts);
    const ids = await takeIds(drafts.length);
    const signed = sign(drafts);
    await insertPurchases(pool, { drafts, ids, signed, receivedAt: clock.now() });
    return drafts.map((draft, index) => {
      const receipt = signed.receipts[index];
      if (!receipt) throw new RangeError('The signer left a receipt out');
      const { partnerId, purchaseId, bodyHash, account, points } = draft;
      return { partnerId, purchaseId, bodyHash, account, points, receipt };
    });
  }

  return async (drafts) => {
    // Purchases without a receipt are looked for only after a collision: hardly any till gives one id to a member and to nobody.
    let unclaimed = new Set<string>();
    for (let collisions = 0; ; collisions++) {
      const existing = new Map(
        (await findRecorded(pool, drafts)).map((recorded) => [keyOf(recorded), recorded]),
      );
      try {
        const isFree = (key: string) => !existing.has(key) && !unclaimed.has(key);
        const added = await insert(drafts.filter((draft) => isFree(keyOf(draft))));
        const isNew = new Map(added.map((recorded) => [keyOf(recorded), recorded]));
        return drafts.map((draft) => toOutcome(isNew.get(keyOf(draft)), existing.get(keyOf(draft)) ?? null));
      } catch (error) {
        // Another process was quicker with one of these ids: the next round finds it.
        const collided = hasErrorCode(error, UNIQUE_VIOLATION, SERIALIZATION_FAILURE, DEADLOCK);
        if (!collided || collisions >= MAX_COLLISIONS) throw error;
        unclaimed = new Set((await findUnclaimed(pool, drafts)).map(keyOf));
      }
    }
  };
}

const toOutcome = (added: RecordedPurchase | undefined, existing: RecordedPurchase | null): Outcome =>
  added ? { recorded: added, isNew: true } : { recorded: existing, isNew: false };

function createIdSource(pool: Deps['pool']): (count: number) => Promise<ReservedIds[]> {
  const spare: ReservedIds[] = [];
  return async (count) => {
    // A loop, because another flusher may take what this one has just drawn.
    while (spare.length < count) spare.push(...(await reserveIds(pool, ID_BLOCK)));
    return spare.splice(0, count);
  };
}

function createEnroller(pool: Deps['pool']): (drafts: readonly PurchaseDraft[]) => Promise<void> {
  const known = new Set<string>();
  return async (drafts) => {
    const unseen = [
      ...new Set(drafts.map(({ account }) => account).filter((account) => !known.has(account))),
    ];
    if (unseen.length === 0) return;
    await enrolAccounts({ pool }, unseen);
    if (known.size > MAX_KNOWN_ACCOUNTS) known.clear();
    for (const account of unseen) known.add(account);
  };
}
