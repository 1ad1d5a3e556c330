/** The little of the contract ABI that the first figures need: words of 32 bytes, one after the other. */
import type { Hex } from 'viem';
import { RpcProblem } from './rpc.ts';

const DIGITS = 64;

/** The words of an answer as integers, at least `least` of them. @throws RpcProblem for anything else, an account without code for one */
export function wordsOf(answer: unknown, least: number): bigint[] {
  if (typeof answer !== 'string' || !/^0x([0-9a-fA-F]{64})*$/.test(answer))
    throw new RpcProblem('unreadable', 'the answer is not made of words');
  const words: bigint[] = [];
  for (let at = 2; at < answer.length; at += DIGITS) words.push(BigInt(`0x${answer.slice(at, at + DIGITS)}`));
  if (words.length < least) throw new RpcProblem('unreadable', 'the answer is too short');
  return words;
}

/** The word at a place. @throws RpcProblem when there is none */
export function wordAt(words: readonly bigint[], at: number): bigint {
  const word = words[at];
  if (word === undefined) throw new RpcProblem('unreadable', 'the answer is too short');
  return word;
}

/** A word as an address, in lower case. */
export const addressOf = (word: bigint): Hex => `0x${word.toString(16).padStart(40, '0').slice(-40)}`;

/** A word as the argument of a call. */
export const argument = (value: bigint | Hex): string => BigInt(value).toString(16).padStart(DIGITS, '0');

/** The one string of an answer. Bytes that are no UTF-8 become U+FFFD. @throws RpcProblem */
export function stringOf(answer: unknown): string {
  const words = wordsOf(answer, 2);
  const length = Number(wordAt(words, 1));
  if (length > (words.length - 2) * 32) throw new RpcProblem('unreadable', 'the answer is too short');
  const digits = String(answer).slice(2 + 2 * DIGITS, 2 + 2 * DIGITS + 2 * length);
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(bytes);
}
