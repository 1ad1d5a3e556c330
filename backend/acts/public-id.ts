import type { Hex } from 'viem';

/** Bits of a UUID that say its version (8, "custom") and variant (RFC 9562). */
const VERSION_DIGIT = '8';
const VARIANT_DIGIT = 'a';

/**
 * The id under which anybody may know an act: made of its EIP-712 digest, as a UUID. An act's own id is random, and whoever has it may see the
 * voucher; but once an act is sent, everybody can read it with its signature, submit it again, and must not learn the voucher by that.
 */
export function publicActId(digest: Hex): string {
  const hex = digest.slice(2);
  const third = `${VERSION_DIGIT}${hex.slice(12, 15)}`;
  const fourth = `${VARIANT_DIGIT}${hex.slice(15, 18)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${third}-${fourth}-${hex.slice(18, 30)}`;
}

/** The 48 leading bits of the digest that a public id was made of: a range of digests to look in. */
export const digestPrefixOf = (publicId: string): string => publicId.replaceAll('-', '').slice(0, 12);
