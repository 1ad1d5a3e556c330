/** Acts in plain words: what a member reads before signing. */
import type { Act } from './acts.ts';

/** The names of an act's parties, as members know them. */
export interface ActNames {
  readonly issuer: string;
  readonly counterparty: string;
}

const MICRO_USD_PER_CENT = 10_000n;

/** A whole number with thousands separators: `12,345`. */
export const formatInteger = (value: bigint): string =>
  value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Points with their brand: `1 Aurora point`, `1,200 Aurora points`. */
export const formatPoints = (points: bigint, brand: string): string =>
  `${formatInteger(points)} ${brand} ${points === 1n ? 'point' : 'points'}`;

/**
 * µUSD as dollars, rounded down to cents so that a member is never promised more than is paid: `$12.34`.
 * Values under a cent are shown in full, because "$0.00" would say nothing: `$0.0042`.
 */
export function formatUsd(value: bigint): string {
  if (value > 0n && value < MICRO_USD_PER_CENT)
    return `$0.${value.toString().padStart(6, '0').replace(/0+$/, '')}`;
  const cents = (value / MICRO_USD_PER_CENT).toString().padStart(3, '0');
  return `$${formatInteger(BigInt(cents.slice(0, -2)))}.${cents.slice(-2)}`;
}

/** One act as one sentence, with the least that the member accepts in return. */
export function sentence(act: Act, names: ActNames): string {
  const points = formatPoints(act.amount, names.issuer);
  switch (act.kind) {
    case 'redemption':
      return `Spend ${points} at ${names.counterparty}, worth at least ${formatUsd(act.minimum)}.`;
    case 'exchange':
      return `Exchange ${points} for at least ${formatPoints(act.minimum, names.counterparty)}.`;
    case 'donation':
      return `Give ${points} to ${names.counterparty}, worth at least ${formatUsd(act.minimum)}.`;
    case 'gift':
      return `Send ${points} to ${names.counterparty}.`;
    case 'cancellation':
      return `Cancel what you signed as number ${act.nonce} with your ${names.issuer} points.`;
  }
}
