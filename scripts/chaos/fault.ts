import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from '../shared/failure.ts';
import type { Program } from './program.ts';
import { Ledger, sell } from './sell.ts';
import { awaitDrained, type Comparison, compare, mustAgree } from './settle.ts';
import type { World } from './world.ts';

/** What a fault came to: what was promised to tills, what the chain has of it, and how long it took to be well again. */
export interface Outcome extends Comparison {
  readonly fault: string;
  /** Points that tills and members were promised by an answer of 2xx, one a purchase; in `bad-receiver`, deliveries. */
  readonly asked: number;
  /** From the end of the fault, or of the load when that came later, until all was final; null when it never was. */
  readonly recoveredSeconds: number | null;
}

/** How much is tried. */
export interface Sizes {
  readonly purchases: number;
  readonly isLong: boolean;
}

/** One way in which a network can be broken. */
export interface Fault {
  readonly name: string;
  /** Its number in the table of the README. */
  readonly of: number;
  readonly what: string;
  /** Why it can't be tried here; absent when it can. */
  readonly cannot?: () => string | undefined;
  run(world: World, sizes: Sizes): Promise<Omit<Outcome, 'fault'>>;
}

/** How a load goes on while something is broken. */
export interface Load {
  /** Resolves when this share of it, from 0 to 1, is answered. */
  reached(share: number): Promise<void>;
  /** Resolves when all of it is. */
  readonly done: Promise<void>;
}

/** Purchases a second: slow enough for a fault to come in the middle. */
const PER_SECOND = 80;

/** Tills sell while `breaking` breaks things and mends them; then all has to drain by itself, and the chain to have every promise once. */
export async function underLoad(
  world: World,
  {
    purchases,
    programs,
    perSecond = PER_SECOND,
  }: { purchases: number; programs: readonly Program[]; perSecond?: number },
  breaking: (load: Load, ledger: Ledger) => Promise<unknown>,
): Promise<Omit<Outcome, 'fault'>> {
  const ledger = new Ledger();
  let answered = 0;
  let isOver = false;
  const onAnswer = (count: number) => {
    answered = count;
  };
  const done = sell(world, ledger, { count: purchases, programs, perSecond, onAnswer }).finally(() => {
    isOver = true;
  });
  const reached = async (share: number) => {
    while (answered < share * purchases && !isOver) await sleep(5);
  };
  await breaking({ reached, done }, ledger);
  const mendedAt = performance.now();
  await done;
  return settle(world, ledger, { mendedAt });
}

/** The end of every fault: drained, compared with the chain, audited. */
export async function settle(
  world: World,
  ledger: Ledger,
  { mendedAt = performance.now() }: { mendedAt?: number } = {},
): Promise<Omit<Outcome, 'fault'>> {
  if (ledger.refused > 0) throw new CommandFailure(`${ledger.refused} purchases were never answered.`);
  const since = Math.max(mendedAt, ledger.lastAnswerAt);
  await awaitDrained(world);
  const recoveredSeconds = Math.round((performance.now() - since) / 100) / 10;
  const comparison = await compare(world, ledger);
  await mustAgree(world);
  return { asked: ledger.points(), ...comparison, recoveredSeconds };
}
