import { useMemo } from 'react';

interface Share {
  colour: string;
  /** Any common unit; only the ratio counts. */
  weight: bigint;
}

const COLUMNS = 24;
const ROWS = 6;
const CELL = 10;

/** A member's points as a mosaic: each brand's stones cover its share of the value. Empty places wait to be filled. */
export function Mosaic({
  shares,
  seed,
  className = '',
}: {
  shares: readonly Share[];
  seed: string;
  className?: string;
}) {
  const stones = useMemo(() => layStones(shares, seed), [shares, seed]);
  return (
    <svg
      viewBox={`2 2 ${COLUMNS * CELL - 4} ${ROWS * CELL - 4}`}
      className={`block h-auto w-full ${className}`}
      aria-hidden="true"
    >
      {stones.map(({ outline, colour, shade }) => (
        <path key={outline} d={outline} fill={colour ?? '#ffffff'} fillOpacity={colour ? shade : 0.07} />
      ))}
    </svg>
  );
}

interface Stone {
  outline: string;
  colour: string | undefined;
  /** Opacity: real stones of one colour are not all alike. */
  shade: number;
}

function layStones(shares: readonly Share[], seed: string): Stone[] {
  const next = randomFrom(seed);
  const total = shares.reduce((sum, share) => sum + share.weight, 0n);
  const stones: Stone[] = [];
  for (let column = 0; column < COLUMNS; column++) {
    for (let row = 0; row < ROWS; row++) {
      // Bands of brands from left to right, with edges that interlock instead of straight ones.
      const place = Math.min(0.999, Math.max(0, (column + (next() - 0.5) * 3.4) / COLUMNS));
      stones.push({
        outline: cutStone(column * CELL, row * CELL, next),
        colour: total === 0n ? undefined : colourAt(shares, total, place),
        shade: 0.74 + next() * 0.26,
      });
    }
  }
  return stones;
}

function colourAt(shares: readonly Share[], total: bigint, place: number): string | undefined {
  const mark = (total * BigInt(Math.floor(place * 1000))) / 1000n;
  let passed = 0n;
  for (const { colour, weight } of shares) {
    passed += weight;
    if (mark < passed) return colour;
  }
  return shares.at(-1)?.colour;
}

/** A square with each corner moved a little, so that no two stones are alike. */
function cutStone(x: number, y: number, next: () => number): string {
  const corner = (dx: number, dy: number) =>
    `${(x + dx + (next() - 0.5) * 1.6).toFixed(1)} ${(y + dy + (next() - 0.5) * 1.6).toFixed(1)}`;
  const far = CELL - 1;
  return `M${corner(1, 1)}L${corner(far, 1)}L${corner(far, far)}L${corner(1, far)}z`;
}

/** Small repeatable random numbers in [0, 1): the same account always gets the same stones. */
function randomFrom(seed: string): () => number {
  let state = 2166136261;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 16777619);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 2246822507);
    state = Math.imul(state ^ (state >>> 13), 3266489909) ^ 0x9e3779b9;
    return (state >>> 0) / 2 ** 32;
  };
}
