/** One US dollar in µUSD. */
const USD = 1_000_000n;

/** A make-believe brand: its terms on the chain, its money, and how its members earn. */
export interface DemoBrand {
  readonly slug: string;
  readonly name: string;
  readonly symbol: string;
  readonly colour: string;
  readonly quartersPerEpoch: 1 | 2 | 4;
  readonly validity: 1 | 2 | 3 | 4;
  readonly transferable: boolean;
  /** µUSD per point. */
  readonly value: bigint;
  readonly coverageBps: number;
  /** Shares of its breakage in basis points, for the members' fund and for a charity. */
  readonly fundBps: number;
  readonly charityBps: number;
  readonly breakageCharity: number;
  /** µUSD put into the reserve at the start: enough for the demo and for a replay of tens of thousands of purchases. */
  readonly deposit: bigint;
  /** `points` for every `perMinor` cents, rounded down. */
  readonly earning: { readonly points: bigint; readonly perMinor: bigint; readonly currency: 'USD' };
  /** What a purchase there costs, in cents. */
  readonly basket: { readonly least: number; readonly most: number };
}

/** Five brands that differ in everything that a brand can choose. Their order is their number in the hub. */
export const DEMO_BRANDS: readonly DemoBrand[] = [
  {
    slug: 'aurora-cafe',
    name: 'Aurora Café',
    symbol: 'AUR',
    colour: '#b45309',
    quartersPerEpoch: 1,
    validity: 4,
    transferable: false,
    value: 8_000n,
    coverageBps: 10_000,
    fundBps: 2_000,
    charityBps: 1_000,
    breakageCharity: 1,
    deposit: 60_000n * USD,
    earning: { points: 5n, perMinor: 100n, currency: 'USD' },
    basket: { least: 320, most: 2_400 },
  },
  {
    slug: 'folio-books',
    name: 'Folio Books',
    symbol: 'FOL',
    colour: '#1d4ed8',
    quartersPerEpoch: 2,
    validity: 3,
    transferable: true,
    value: 30_000n,
    coverageBps: 9_000,
    fundBps: 1_000,
    charityBps: 2_000,
    breakageCharity: 2,
    deposit: 50_000n * USD,
    earning: { points: 1n, perMinor: 100n, currency: 'USD' },
    basket: { least: 900, most: 8_500 },
  },
  {
    slug: 'field-and-basket',
    name: 'Field & Basket',
    symbol: 'FLD',
    colour: '#15803d',
    quartersPerEpoch: 1,
    validity: 2,
    transferable: false,
    value: 5_000n,
    coverageBps: 10_000,
    fundBps: 2_500,
    charityBps: 0,
    breakageCharity: 0,
    deposit: 30_000n * USD,
    earning: { points: 2n, perMinor: 100n, currency: 'USD' },
    basket: { least: 1_200, most: 14_000 },
  },
  {
    slug: 'hotel-meridian',
    name: 'Hotel Meridian',
    symbol: 'MER',
    colour: '#7e22ce',
    quartersPerEpoch: 4,
    validity: 3,
    transferable: false,
    value: 4_000n,
    coverageBps: 6_000,
    fundBps: 0,
    charityBps: 5_000,
    breakageCharity: 1,
    deposit: 80_000n * USD,
    earning: { points: 10n, perMinor: 100n, currency: 'USD' },
    basket: { least: 9_900, most: 64_000 },
  },
  {
    slug: 'studio-kinetic',
    name: 'Studio Kinetic',
    symbol: 'KIN',
    colour: '#be123c',
    quartersPerEpoch: 2,
    validity: 2,
    transferable: true,
    value: 50_000n,
    coverageBps: 7_500,
    fundBps: 1_500,
    charityBps: 1_500,
    breakageCharity: 2,
    deposit: 40_000n * USD,
    earning: { points: 1n, perMinor: 200n, currency: 'USD' },
    basket: { least: 1_800, most: 12_000 },
  },
];

/** The number of a demo brand in the hub. @throws RangeError for a slug that is none of them */
export function brandNumber(slug: string): number {
  const index = DEMO_BRANDS.findIndex((brand) => brand.slug === slug);
  if (index < 0) throw new RangeError(`There is no demo brand ${slug}`);
  return index + 1;
}
