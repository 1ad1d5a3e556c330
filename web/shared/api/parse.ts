/** Turns one untrusted JSON value into `T`, or throws a ShapeError naming the place that is wrong. */
export type Parse<T> = (input: unknown, at: string) => T;
export type Parsed<P> = P extends Parse<infer T> ? T : never;

/** The answer does not have the agreed shape; nothing of it may be shown. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

function refuse(at: string, wanted: string): never {
  throw new ShapeError(`${at}: expected ${wanted}`);
}

export const text: Parse<string> = (input, at) => (typeof input === 'string' ? input : refuse(at, 'a text'));

export const flag: Parse<boolean> = (input, at) =>
  typeof input === 'boolean' ? input : refuse(at, 'true or false');

/** A number without loss: an id, a block, basis points. */
export const integer: Parse<number> = (input, at) =>
  Number.isSafeInteger(input) ? (input as number) : refuse(at, 'an integer');

/** Points or µUSD: a decimal string, or a JSON integer where it is small. */
export const amount: Parse<bigint> = (input, at) => {
  if (typeof input === 'string' && /^\d{1,78}$/.test(input)) return BigInt(input);
  if (Number.isSafeInteger(input) && (input as number) >= 0) return BigInt(input as number);
  return refuse(at, 'a decimal string');
};

/** A moment: ISO 8601, or whole seconds since 1970. */
export const instant: Parse<Date> = (input, at) => {
  const date = new Date(typeof input === 'number' ? input * 1000 : text(input, at));
  return Number.isNaN(date.getTime()) ? refuse(at, 'a date') : date;
};

export const hex: Parse<`0x${string}`> = (input, at) =>
  typeof input === 'string' && /^0x[0-9a-fA-F]*$/.test(input)
    ? (input as `0x${string}`)
    : refuse(at, '0x and hex digits');

export const address: Parse<`0x${string}`> = (input, at) =>
  /^0x[0-9a-fA-F]{40}$/.test(String(input)) ? hex(input, at) : refuse(at, 'an address');

/** Whatever stands there; its own module parses it later. */
export const unparsed: Parse<unknown> = (input) => input;

export function oneOf<const T extends string>(...words: readonly T[]): Parse<T> {
  return (input, at) => words.find((word) => word === input) ?? refuse(at, words.join(' or '));
}

export function list<T>(item: Parse<T>): Parse<T[]> {
  return (input, at) =>
    Array.isArray(input) ? input.map((value, i) => item(value, `${at}[${i}]`)) : refuse(at, 'a list');
}

/** `null` and a missing field both become `undefined`. */
export function optional<T>(inner: Parse<T>): Parse<T | undefined> {
  return (input, at) => (input === undefined || input === null ? undefined : inner(input, at));
}

/** An object with at least these fields; others are dropped. */
export function fields<S extends Record<string, Parse<unknown>>>(
  shape: S,
): Parse<{ [K in keyof S]: Parsed<S[K]> }> {
  return (input, at) => {
    if (typeof input !== 'object' || input === null) return refuse(at, 'an object');
    const source = input as Record<string, unknown>;
    const parsed = Object.entries(shape).map(([name, parse]) => [name, parse(source[name], `${at}.${name}`)]);
    return Object.fromEntries(parsed) as { [K in keyof S]: Parsed<S[K]> };
  };
}
