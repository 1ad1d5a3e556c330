import { createHash } from 'node:crypto';

/** A whole number from `least` to `most` that is always the same for the same words: the demo must come out alike after every kill. */
export function pick(words: string, least: number, most: number): number {
  const draw = createHash('sha256').update(words).digest().readUIntBE(0, 6);
  return least + (draw % (most - least + 1));
}
