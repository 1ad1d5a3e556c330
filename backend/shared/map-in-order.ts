import { EventEmitter, once } from 'node:events';

/** Work on one item: under way until `result` is there. */
interface Entry<Result> {
  result?: { readonly value: Result };
}

/**
 * Works on the items of a source, at most `limit` at once, and yields the results in the order of the items, each as soon as it and all before
 * it are there; those that are ready together come as one array. Whoever is slow to take results stops the source from being read: between the
 * two there are never more than `limit` items. The source is not read on once `signal` is aborted, or the iteration is left.
 *
 * @throws what the source throws, after the results of what was read before. `work` must not throw: it answers failures as results.
 */
export async function* mapInOrder<Item, Result>(
  source: AsyncIterable<readonly Item[]>,
  work: (item: Item) => Promise<Result>,
  { limit, signal }: { limit: number; signal?: AbortSignal },
): AsyncGenerator<Result[], void, undefined> {
  const entries: Entry<Result>[] = [];
  const bell = new EventEmitter();
  /** How many results the consumer has in hand. */
  let taken = 0;
  let ended = false;
  let left = false;
  let failure: { readonly cause: unknown } | undefined;
  const isOver = () => left || signal?.aborted === true;

  const begin = (item: Item) => {
    const entry: Entry<Result> = {};
    entries.push(entry);
    work(item).then((value) => {
      entry.result = { value };
      if (entries[0] === entry) bell.emit('results');
    });
  };
  const read = async () => {
    for await (const items of source)
      for (const item of items) {
        while (entries.length + taken >= limit && !isOver()) await once(bell, 'room');
        if (isOver()) return;
        begin(item);
      }
  };
  const wake = () => ['room', 'results'].map((event) => bell.emit(event));
  signal?.addEventListener('abort', wake);
  read()
    .catch((cause: unknown) => {
      failure = { cause };
    })
    .finally(() => {
      ended = true;
      bell.emit('results');
    });

  try {
    for (;;) {
      const ready = entries.findIndex(({ result }) => !result);
      const results = entries.splice(0, ready < 0 ? entries.length : ready);
      if (results.length > 0) {
        taken = results.length;
        yield results.flatMap(({ result }) => (result ? [result.value] : []));
        taken = 0;
        bell.emit('room');
      } else if (entries.length > 0 || !(ended || isOver())) {
        await once(bell, 'results');
      } else {
        if (failure) throw failure.cause;
        return;
      }
    }
  } finally {
    left = true;
    signal?.removeEventListener('abort', wake);
    bell.emit('room');
  }
}
