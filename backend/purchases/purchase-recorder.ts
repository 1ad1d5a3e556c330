import { Counter, Gauge, Histogram } from 'prom-client';
import { privateKeyOf } from '../keys/key-source.ts';
import { createReceiptSigner } from '../receipts/sign-receipts.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError, hasErrorCode } from '../shared/errors.ts';
import { toDomainError } from '../shared/problem.ts';
import type { PurchaseDraft, RecordedPurchase } from './purchase.ts';
import { createGroupWriter, type GroupWriter, type Outcome } from './write-group.ts';

/** How many purchases one commit carries at most, and how many commits are under way at once. */
export const GROUP_SIZE = 512;
const FLUSHERS = 2;
const RETRY_AFTER_SECONDS = 1;

/** The recorded purchase; `first` tells the one call that recorded it from its repeats. */
export interface Recording {
  readonly recorded: RecordedPurchase;
  readonly first: boolean;
}

/** Records purchases in groups; every call is answered after its COMMIT, and never before. */
export interface PurchaseRecorder {
  /**
   * Records a purchase once. The same purchase again, at the same time or years later, yields the first recording.
   * @throws DomainError PURCHASE_ID_REUSED for the id of another purchase, OVERLOADED when too many wait, STOPPING, DATABASE_UNAVAILABLE
   */
  record(draft: PurchaseDraft): Promise<Recording>;
  /** Takes no more, and resolves when everything that was taken is answered. */
  stop(): Promise<void>;
}

interface Caller {
  readonly bodyHash: Buffer;
  readonly resolve: (recording: Recording) => void;
  readonly reject: (error: DomainError) => void;
}

/** One purchase on its way, with everyone who waits for it: the first caller's draft is the one that is written. */
interface Entry {
  readonly draft: PurchaseDraft;
  readonly callers: Caller[];
}

const keyOf = ({ partnerId, purchaseId }: { partnerId: number; purchaseId: string }) =>
  `${partnerId}/${purchaseId}`;

/**
 * Grouped commits in the process: whatever arrived while the last commit was under way goes into the next, so an idle server answers at once and a
 * busy one shares each fsync among hundreds.
 */
export function createPurchaseRecorder(
  deps: Pick<Deps, 'pool' | 'config' | 'network' | 'hints' | 'clock' | 'metrics' | 'logger'>,
): PurchaseRecorder {
  const { network, clock } = deps;
  const sign = createReceiptSigner({ key: privateKeyOf(deps.config.receiptKey), network, clock });
  return new Recorder(deps, createGroupWriter({ ...deps, sign }));
}

class Recorder implements PurchaseRecorder {
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  readonly #limit: number;
  readonly #write: GroupWriter;
  readonly #hints: Deps['hints'];
  readonly #logger: Deps['logger'];
  readonly #groupSizes: Histogram;
  readonly #recordings: Counter;
  #waiting = 0;
  #flushers = 0;
  #stopped = false;
  #onIdle: (() => void) | undefined;

  constructor(
    { config, hints, logger, metrics }: Pick<Deps, 'config' | 'hints' | 'logger' | 'metrics'>,
    write: GroupWriter,
  ) {
    this.#limit = config.purchaseQueueLimit;
    this.#write = write;
    this.#hints = hints;
    this.#logger = logger;
    const registers = [metrics];
    this.#groupSizes = new Histogram({
      name: 'tessera_purchase_group_size',
      help: 'Purchases a commit',
      buckets: [1, 8, 32, 128, 256, GROUP_SIZE],
      registers,
    });
    this.#recordings = new Counter({
      name: 'tessera_purchases_total',
      help: 'Reported purchases by what became of them',
      labelNames: ['outcome'],
      registers,
    });
    const waiting = () => this.#waiting;
    new Gauge({
      name: 'tessera_purchase_queue',
      help: 'Callers waiting for their commit',
      registers,
      collect() {
        this.set(waiting());
      },
    });
  }

  record(draft: PurchaseDraft): Promise<Recording> {
    if (this.#stopped) return Promise.reject(new DomainError('STOPPING'));
    if (this.#waiting >= this.#limit) {
      this.#recordings.inc({ outcome: 'overloaded' });
      return Promise.reject(new DomainError('OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting++;
      const caller = { bodyHash: draft.bodyHash, resolve, reject };
      const underway = this.#entries.get(keyOf(draft));
      if (underway) {
        underway.callers.push(caller);
        return;
      }
      const entry = { draft, callers: [caller] };
      this.#entries.set(keyOf(draft), entry);
      this.#queue.push(entry);
      // After the present turn of the event loop, so that requests which were read together are written together.
      if (this.#flushers < FLUSHERS) setImmediate(() => this.#startFlusher());
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#waiting === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #startFlusher(): void {
    if (this.#flushers >= FLUSHERS || this.#queue.length === 0) return;
    this.#flushers++;
    this.#drain().finally(() => {
      this.#flushers--;
      this.#startFlusher();
    });
  }

  async #drain(): Promise<void> {
    for (
      let group = this.#queue.splice(0, GROUP_SIZE);
      group.length > 0;
      group = this.#queue.splice(0, GROUP_SIZE)
    ) {
      this.#groupSizes.observe(group.length);
      await this.#record(group);
    }
  }

  /** Writes a group; when it fails, its halves, so that one bad row fails alone. */
  async #record(group: Entry[]): Promise<void> {
    try {
      const outcomes = await this.#write(group.map(({ draft }) => draft));
      this.#hints.give('events');
      group.forEach((entry, index) => {
        const outcome = outcomes[index];
        if (outcome) this.#settle(entry, outcome);
      });
    } catch (thrown) {
      const error = toDomainError(thrown);
      // When the database is away, nobody knows whether the commit happened: halves would only ask it again.
      const hopeless = error.code === 'DATABASE_UNAVAILABLE' || hasErrorCode(thrown, '57014', '53100');
      if (group.length > 1 && !hopeless) {
        const middle = group.length >> 1;
        await this.#record(group.slice(0, middle));
        await this.#record(group.slice(middle));
        return;
      }
      this.#logger.error({ err: thrown, purchases: group.length }, 'purchases were not recorded');
      for (const entry of group) this.#fail(entry, error);
    }
  }

  #settle(entry: Entry, { recorded, isNew }: Outcome): void {
    this.#entries.delete(keyOf(entry.draft));
    entry.callers.forEach((caller, index) => {
      const first = isNew && index === 0;
      const same = recorded !== null && caller.bodyHash.equals(recorded.bodyHash);
      this.#recordings.inc({ outcome: first ? 'recorded' : same ? 'repeated' : 'conflicting' });
      if (same) caller.resolve({ recorded, first });
      else caller.reject(purchaseIdReused(entry.draft));
    });
    this.#leave(entry.callers.length);
  }

  #fail(entry: Entry, error: DomainError): void {
    this.#entries.delete(keyOf(entry.draft));
    this.#recordings.inc({ outcome: 'failed' }, entry.callers.length);
    for (const caller of entry.callers) caller.reject(error);
    this.#leave(entry.callers.length);
  }

  #leave(callers: number): void {
    this.#waiting -= callers;
    if (this.#waiting === 0) this.#onIdle?.();
  }
}

/** Refuses an id that belongs to another purchase of the brand. */
export const purchaseIdReused = ({
  partnerId,
  purchaseId,
}: Pick<PurchaseDraft, 'partnerId' | 'purchaseId'>): DomainError =>
  new DomainError('PURCHASE_ID_REUSED', {
    message: `Purchase ${purchaseId} is recorded with another body.`,
    details: { partner: partnerId, purchase: purchaseId },
    fields: [{ field: 'id', message: 'This id belongs to another purchase.' }],
  });
