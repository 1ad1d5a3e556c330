import { DomainError } from './errors.ts';
import { toDomainError } from './problem.ts';

interface GatherOptions<Item, Result> {
  /** The most calls that are worked on together, and how many such groups are under way at once. */
  readonly size: number;
  readonly groups: number;
  /** The most calls that may wait; further ones are refused with OVERLOADED. */
  readonly limit: number;
  /**
   * Works on calls that came together and returns, in their order, a result or a refusal for each. When it throws instead, nothing has
   * happened, and the halves are tried by themselves, so that one bad call fails alone.
   */
  readonly work: (items: readonly Item[]) => Promise<readonly (Result | DomainError)[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: DomainError) => void;
}

const RETRY_AFTER_SECONDS = 1;

/**
 * Gathers calls: whatever came while a group was worked on makes up the next one, so an idle process answers at once and a busy one shares
 * round trips and commits among many. The calls of a group may come from anybody, so `work` must not let one of them decide another's answer.
 * @throws (from the function returned) DomainError OVERLOADED, what the call was refused with, and what `work` threw for the call alone
 */
export function gatherCalls<Item, Result>({
  size,
  groups,
  limit,
  work,
}: GatherOptions<Item, Result>): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];
  let underWay = 0;

  const settle = async (calls: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await work(calls.map(({ item }) => item));
      calls.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new DomainError('INTERNAL', { message: 'A call has no result.' }));
        else if (result instanceof DomainError) reject(result);
        else resolve(result);
      });
    } catch (thrown) {
      const error = toDomainError(thrown);
      // Halves would only ask an absent database again.
      if (calls.length === 1 || error.code === 'DATABASE_UNAVAILABLE') {
        for (const { reject } of calls) reject(error);
        return;
      }
      const middle = calls.length >> 1;
      await settle(calls.slice(0, middle));
      await settle(calls.slice(middle));
    }
  };
  const start = () => {
    if (underWay >= groups || queue.length === 0) return;
    underWay += 1;
    settle(queue.splice(0, size)).finally(() => {
      underWay -= 1;
      start();
    });
  };
  return (item) =>
    new Promise((resolve, reject) => {
      if (queue.length >= limit) {
        reject(new DomainError('OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS }));
        return;
      }
      queue.push({ item, resolve, reject });
      // After the present turn of the event loop, so that requests which were read together are worked on together.
      if (underWay < groups) setImmediate(start);
    });
}
