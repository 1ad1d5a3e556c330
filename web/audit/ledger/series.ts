/** How every brand stood over time, sampled from the books while the audit replays the events. */
import { type Books, clockAt, liabilityOf, supplyAt } from '../../../backend/audit/books.ts';
import { epochAt, epochStart } from '../../../backend/protocol/epochs.ts';
import { sumOf } from '../../shared/chain/coverage.ts';

/** A brand, or all of them, at one moment: points, and µUSD. */
export interface Standing {
  readonly supply: bigint;
  readonly liability: bigint;
  readonly reserve: bigint;
}

/** One moment. `at` is in Unix seconds; a brand that had not joined yet is missing. */
export interface Sample {
  readonly at: number;
  readonly block: number;
  readonly brands: ReadonlyMap<number, Standing>;
}

/** A chart of a phone has fewer pixels than that. Above it, every other sample goes. */
const SAMPLES_LIMIT = 480;
/** Quarters that can pass between two events and are still drawn. */
const QUARTERS_LIMIT = 40;

/** Takes samples as events pass: one a block, fewer when there are many, and one whenever a quarter ends, because points die then. */
export class Sampler {
  #samples: Sample[] = [];
  #stride = 1;
  #block = 0;
  #at = 0;
  #due = 0;

  /** To be called before the books take an event. */
  before(books: Books, { block, timestamp }: { block: number; timestamp: number }): void {
    if (block === this.#block) return;
    if (this.#block > 0) {
      if (this.#block >= this.#due) this.#take(books, this.#block, this.#at);
      this.#passQuarters(books, timestamp);
    }
    this.#block = block;
    this.#at = timestamp;
  }

  /** All samples, the last of them at the block that the books are of. */
  finish(books: Books, { number, timestamp }: { number: number; timestamp: number }): Sample[] {
    if (this.#block > 0) {
      this.#take(books, this.#block, this.#at);
      this.#passQuarters(books, timestamp);
    }
    const last = this.#samples.at(-1);
    if (last?.block !== number || last.at !== timestamp)
      this.#samples.push(standingAt(books, number, timestamp));
    return this.#samples;
  }

  #passQuarters(books: Books, until: number): void {
    const last = epochAt(until, 1);
    const first = Math.max(epochAt(this.#at, 1) + 1, last - QUARTERS_LIMIT);
    for (let quarter = first; quarter <= last; quarter++)
      this.#take(books, this.#block, epochStart(quarter, 1));
  }

  #take(books: Books, block: number, at: number): void {
    const previous = this.#samples.at(-1);
    if (previous?.block === block && previous.at === at) return;
    this.#samples.push(standingAt(books, block, at));
    this.#due = block + this.#stride;
    if (this.#samples.length < SAMPLES_LIMIT) return;
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }
}

function standingAt(books: Books, block: number, at: number): Sample {
  const brands = new Map<number, Standing>();
  for (const [partner, book] of books.partners) {
    const clock = clockAt(book, at);
    const supply = supplyAt(book, clock);
    const liability = liabilityOf(book, clock.epoch, supply);
    brands.set(partner, { supply: sumOf([...supply.buckets]), liability, reserve: book.reserve });
  }
  return { at, block, brands };
}

/** One brand's standing in a sample, or that of all brands together. */
export function standingOf({ brands }: Sample, brand: number | undefined): Standing | undefined {
  if (brand !== undefined) return brands.get(brand);
  const all = [...brands.values()];
  return {
    supply: sumOf(all.map(({ supply }) => supply)),
    liability: sumOf(all.map(({ liability }) => liability)),
    reserve: sumOf(all.map(({ reserve }) => reserve)),
  };
}
