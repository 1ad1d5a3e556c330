/** The small faults that `npm run mutate` puts into the contracts, one at a time. */

/** One fault: a line of a file, as it is and as it is to be. */
export interface Mutant {
  readonly file: string;
  /** From 1 up. */
  readonly line: number;
  /** What was done to the line, in a few words. */
  readonly fault: string;
  readonly before: string;
  readonly after: string;
}

type Fault = readonly [fault: string, after: string];

/** What stands for what. Spaces keep the single operators apart from `<<`, `->`, `=>` and the like. */
const SWAPS: readonly (readonly [from: string, to: string])[] = [
  [' < ', ' <= '],
  [' <= ', ' < '],
  [' > ', ' >= '],
  [' >= ', ' > '],
  [' == ', ' != '],
  [' != ', ' == '],
  [' && ', ' || '],
  [' || ', ' && '],
  [' + ', ' - '],
  [' - ', ' + '],
  [' * ', ' / '],
  [' / ', ' * '],
  [' % ', ' / '],
  [' << ', ' >> '],
  [' >> ', ' << '],
  [' & ', ' | '],
  [' | ', ' & '],
  [' += ', ' -= '],
  [' -= ', ' += '],
  [' |= ', ' = '],
  ['++', '--'],
  ['if (!', 'if ('],
  ['CURRENT', 'NEXT'],
  ['lt(', 'gt('],
  ['gt(', 'lt('],
];

const MODIFIERS =
  /\b(onlyCoalition|restricted|nonReentrant|whenNotHalted|whenWithdrawalsOpen|onlyPartnerAdmin\(partner\)) ?/g;
const NUMBER = /(?<![\w.])\d[\d_]*(?![\w.])/g;
/** A line that is one whole statement and declares nothing: a call, or an assignment to what is there. */
const STATEMENT = /^\s*[a-zA-Z_][\w.]*(\[[^\]]*\])*(\(.*\)|(\.\w+)? [-+|]?= .*);$/;
const KEPT = /^\s*(return|revert|emit|delete|using|import|pragma|error|event)\b/;
const NO_CODE = /^\s*(\/\/|\/\*|\*|import\b|pragma\b|using\b|event\b|error\b|\}?$)/;

const replaceAt = (line: string, at: number, from: string, to: string) =>
  line.slice(0, at) + to + line.slice(at + from.length);

function swaps(line: string): Fault[] {
  return SWAPS.flatMap(([from, to]) => {
    const faults: Fault[] = [];
    for (let at = line.indexOf(from); at >= 0; at = line.indexOf(from, at + from.length))
      faults.push([`${from.trim()} becomes ${to.trim()}`, replaceAt(line, at, from, to)]);
    return faults;
  });
}

function numbers(line: string): Fault[] {
  return [...line.matchAll(NUMBER)].map(({ 0: digits, index }) => {
    const more = `${BigInt(digits.replaceAll('_', '')) + 1n}`;
    return [`${digits} becomes ${more}`, replaceAt(line, index, digits, more)];
  });
}

function removals(line: string, next: string): Fault[] {
  const faults: Fault[] = [...line.matchAll(MODIFIERS)]
    .filter(() => !line.trimStart().startsWith('modifier'))
    .map(({ 0: modifier, index }) => [`${modifier.trim()} is gone`, replaceAt(line, index, modifier, '')]);
  if (/^\s*if \(.*\) revert .*;$/.test(line)) faults.push(['a check is gone', '']);
  if (/^\s*if \(.*\) \{$/.test(line) && /^\s*revert\b/.test(next))
    faults.push(['a check is gone', line.replace(/if \(.*\) \{$/, 'if (false) {')]);
  if (STATEMENT.test(line) && !KEPT.test(line)) faults.push(['a statement is gone', '']);
  return faults;
}

/** Every fault that can be put into a file, in the order of its lines. Comments and declarations of names are left alone. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const lines = source.split('\n');
  return lines.flatMap((line, index) => {
    if (NO_CODE.test(line)) return [];
    const [code = '', ...comment] = line.split(/(?= \/\/)/);
    const faults = [...swaps(code), ...numbers(code), ...removals(code, lines[index + 1] ?? '')];
    return faults.map(([fault, after]) => {
      const whole = after === '' ? '' : after + comment.join('');
      return { file, line: index + 1, fault, before: line, after: whole };
    });
  });
}

/** The same mutants in an order that depends on nothing but the seed: Fisher and Yates with Mulberry32. */
export function shuffled(mutants: readonly Mutant[], seed: number): Mutant[] {
  let state = seed;
  const draw = (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const order = [...mutants];
  for (let last = order.length - 1; last > 0; last--) {
    const other = draw(last + 1);
    [order[last], order[other]] = [order[other] as Mutant, order[last] as Mutant];
  }
  return order;
}
