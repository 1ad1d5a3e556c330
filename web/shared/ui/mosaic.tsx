import { useMemo } from 'react';

interface Share {
  colour: string;
  /** Any common unit; only the ratio counts. */
  weight: bigint;
}

const COLUMNS = 22;
const ROWS = 5;
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
      viewBox={`0 0 ${COLUMNS * CELL} ${ROWS * CELL}`}
      className={className}
      aria-hidden="true"
      preserveAspectRatio="xMidYMid slice"
    >
      {stones.map(({ outline, colour }) => (
        <path key={outline} d={outline} fill={colour ?? '#ffffff'} fillOpacity={colour ? 1 : 0.07} />
      ))}
    </svg>
  );
}

function layStones(
  shares: readonly Share[],
  seed: string,
): { outline: string; colour: string | undefined }[] {
  const next = randomFrom(seed);
  const total = shares.reduce((sum, share) => sum + share.weight, 0n);
  const stones: { outline: string; colour: string | undefined }[] = [];
  for (let column = 0; column < COLUMNS; column++) {
    for (let row = 0; row < ROWS; row++) {
      // Bands of brands from left to right, with edges that interlock instead of straight ones.
      const place = Math.min(0.999, Math.max(0, (column + (next() - 0.5) * 3.4) / COLUMNS));
      stones.push({
        outline: cutStone(column * CELL, row * CELL, next),
        colour: total === 0n ? undefined : colourAt(shares, total, place),
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
