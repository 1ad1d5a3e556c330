/** Ways in which a process of the engine can die, and a network can lie. */
import type { Guard } from './engine.ts';

/** What a dead process throws from every question it still asks. */
export class Death extends Error {
  override readonly name = 'Death';
}

/**
 * A process that dies at its n-th question to chain or database (of those whose name begins with `of`): before it is asked, or after it was
 * answered and before anyone heard.
 */
export function dyingAt(
  n: number,
  moment: 'before' | 'after',
  of = '',
): { guard: Guard; died: () => string | null; asked: () => number } {
  let asked = 0;
  let died: string | null = null;
  const guard: Guard = async (what, ask) => {
    if (died !== null) throw new Death(died);
    const counts = what.startsWith(of);
    if (counts) asked += 1;
    const last = counts && asked === n;
    if (last && moment === 'before') died = `before ${what}`;
    if (died !== null) throw new Death(died);
    const answer = await ask();
    if (last) died = `after ${what}`;
    if (died !== null) throw new Death(died);
    return answer;
  };
  return { guard, died: () => died, asked: () => asked };
}

/** A small generator of random numbers (mulberry32), so that a seed repeats a failure. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A network in which answers to sends are lost after delivery, sends vanish, and anything else fails now and then. */
export function unreliable(
  random: () => number,
  rates: { lostAnswers: number; lostSends: number; failures: number },
): Guard {
  return async (what, ask) => {
    if (!what.startsWith('rpc')) return ask();
    const send = what === 'rpc eth_sendRawTransaction';
    if (send && random() < rates.lostSends) throw new Error('the send was lost');
    if (!send && random() < rates.failures) throw new Error('503 Service Unavailable');
    const answer = await ask();
    if (send && random() < rates.lostAnswers) throw new Error('socket hang up');
    return answer;
  };
}
