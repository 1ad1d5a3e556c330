import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { mapInOrder } from '../../../backend/shared/map-in-order.ts';

async function* arrays(size: number, { of = 10, onRead = (_item: number) => {} } = {}) {
  for (let from = 0; from < size; from += of) {
    const items = Array.from({ length: Math.min(of, size - from) }, (_, index) => from + index);
    items.forEach(onRead);
    yield items;
  }
}

const collect = async <T>(results: AsyncIterable<T[]>): Promise<T[]> => {
  const all: T[] = [];
  for await (const some of results) all.push(...some);
  return all;
};

describe('mapInOrder', () => {
  it('yields results in the order of the items, however long each takes', async () => {
    const work = async (item: number) => {
      await sleep((item * 7) % 11);
      return item;
    };
    const results = await collect(mapInOrder(arrays(200), work, { limit: 16 }));
    expect(results).to.deep.equal(Array.from({ length: 200 }, (_, index) => index));
  });

  it('yields a result as soon as all before it are there, while the source is silent', async () => {
    let next = () => {};
    async function* silent() {
      yield [1];
      await new Promise<void>((resolve) => {
        next = resolve;
      });
      yield [2];
    }
    const results = mapInOrder(silent(), async (item) => item, { limit: 4 });
    expect((await results.next()).value).to.deep.equal([1]);
    next();
    expect((await results.next()).value).to.deep.equal([2]);
    expect((await results.next()).done).to.equal(true);
  });

  it('reads no further than its limit ahead of a slow consumer', async () => {
    let read = 0;
    let taken = 0;
    let furthest = 0;
    const source = arrays(5_000, { of: 1, onRead: () => read++ });
    const begun = async (item: number) => {
      furthest = Math.max(furthest, read - taken);
      return item;
    };
    for await (const some of mapInOrder(source, begun, { limit: 50 })) {
      await sleep(1);
      taken += some.length;
    }
    expect(taken).to.equal(5_000);
    // One more has been read and waits for its turn.
    expect(furthest).to.be.within(40, 51);
  });

  it('works on as many as its limit at once, and on no more', async () => {
    let busy = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++busy);
      await sleep(2);
      busy--;
    };
    await collect(mapInOrder(arrays(300, { of: 64 }), work, { limit: 32 }));
    expect(most).to.equal(32);
  });

  it('throws what the source throws, after the results of what came before', async () => {
    async function* broken() {
      yield [1, 2];
      throw new TypeError('cut off');
    }
    const seen: number[] = [];
    const results = mapInOrder(broken(), async (item) => item, { limit: 8 });
    const thrown = await (async () => {
      for await (const some of results) seen.push(...some);
    })().catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(TypeError).with.property('message', 'cut off');
    expect(seen).to.deep.equal([1, 2]);
  });

  it('ends when it is aborted, with the results of what was begun, though the source stays silent', async () => {
    const ending = new AbortController();
    async function* endless() {
      yield [1, 2, 3];
      await new Promise(() => {});
    }
    const work = async (item: number) => {
      if (item === 2) ending.abort();
      return item;
    };
    const results = collect(mapInOrder(endless(), work, { limit: 8, signal: ending.signal }));
    expect(await results).to.deep.equal([1, 2]);
  });

  it('begins nothing more once it is left', async () => {
    let begun = 0;
    const work = async (item: number) => {
      begun++;
      return item;
    };
    for await (const _ of mapInOrder(arrays(10_000), work, { limit: 20 })) break;
    const atLeaving = begun;
    await sleep(10);
    expect([begun, begun <= 20]).to.deep.equal([atLeaving, true]);
  });
});
