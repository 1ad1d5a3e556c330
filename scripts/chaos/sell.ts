/** Tills: they report purchases of a point each and repeat, with the same id, whatever was not answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from 'viem';
import { memberOf } from '../bench/network.ts';
import type { Program } from './program.ts';
import { BRANDS, type World } from './world.ts';

/** A purchase as a till sends it. */
export interface Sale {
  readonly partner: number;
  readonly body: {
    readonly id: string;
    readonly member: Address;
    readonly amount: number;
    readonly currency: string;
    readonly occurredAt: string;
  };
}

/** What the tills were told: this, and nothing that the network says of itself, is what the chain is held against. */
export class Ledger {
  /** Points by brand and account (`1/0x…`) that were promised by an answer of 2xx, or taken away by an act that the chain has. */
  readonly promised = new Map<string, number>();
  asked = 0;
  refused = 0;
  /** Answers of 429, after which a till came back. */
  turnedAway = 0;
  lastAnswerAt = performance.now();

  /** All that was promised. */
  points(): number {
    return [...this.promised.values()].reduce((sum, points) => sum + points, 0);
  }

  promise(partner: number, account: Address, points: number): void {
    const key = `${partner}/${account.toLowerCase()}`;
    this.promised.set(key, (this.promised.get(key) ?? 0) + points);
  }
}

export interface SellOptions {
  readonly count: number;
  readonly programs: readonly Program[];
  /** How many a second at most; without it as fast as it goes. */
  readonly perSecond?: number;
  readonly tills?: number;
  /** First number of an id, so that several loads of one fault have ids of their own. */
  readonly from?: number;
  readonly onAnswer?: (answered: number) => void;
}

const MEMBERS = 40;
const REQUEST_TIMEOUT_MS = 20_000;
const GIVE_UP_MS = 180_000;

/** Purchase number `index` of a run. */
export const saleOf = ({ run }: Pick<World, 'run'>, index: number): Sale => ({
  partner: 1 + (index % BRANDS),
  body: {
    id: `${run}-${index}`,
    member: memberOf(index % MEMBERS),
    amount: 1,
    currency: 'USD',
    occurredAt: '2026-03-01T12:30:00Z',
  },
});

/** Sells, and returns when every purchase was answered with a 2xx or refused for good. */
export async function sell(world: World, ledger: Ledger, options: SellOptions): Promise<void> {
  const { count, programs, perSecond, tills = 12, from = 0, onAnswer } = options;
  const began = performance.now();
  let next = 0;
  let answered = 0;
  const till = async (place: number) => {
    for (let index = next++; index < count; index = next++) {
      if (perSecond) await sleep(Math.max(0, began + (1_000 * index) / perSecond - performance.now()));
      await report(world, ledger, { sale: saleOf(world, from + index), programs, place: place + index });
      onAnswer?.(++answered);
    }
  };
  await Promise.all(Array.from({ length: Math.min(tills, count) }, (_, place) => till(place)));
}

/** Reports one purchase until it is answered, at another process after every failure. */
export async function report(
  world: World,
  ledger: Ledger,
  { sale, programs, place = 0 }: { sale: Sale; programs: readonly Program[]; place?: number },
): Promise<void> {
  ledger.asked += 1;
  const deadline = performance.now() + GIVE_UP_MS;
  for (let attempt = 0; performance.now() < deadline; attempt++) {
    const program = programs[(place + attempt) % programs.length];
    const status = program ? await send(world, program, sale) : 0;
    if (status === 429) ledger.turnedAway += 1;
    if (status >= 200 && status < 300) {
      ledger.lastAnswerAt = performance.now();
      return ledger.promise(sale.partner, sale.body.member, sale.body.amount);
    }
    if (status >= 400 && status < 500 && status !== 429 && status !== 408) break;
    await sleep(50 + world.random() * Math.min(100 * 2 ** attempt, 1_000));
  }
  ledger.refused += 1;
}

/** Sends a purchase once; its status, 0 for no answer. */
export async function send(world: World, program: Program, { partner, body }: Sale): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${world.tills[partner - 1]}`,
  };
  try {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const url = `${program.url}/v1/purchases`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    await answer.text();
    return answer.status;
  } catch {
    return 0;
  }
}
