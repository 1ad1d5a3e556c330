/** A brand's plastic loyalty cards: their numbers are kept as HMAC and last four digits, and find the member that they are linked to. */
import type { Address } from 'viem';
import { z } from 'zod';
import { memberNameField } from '../members/member.ts';
import type { BlindIndex } from '../shared/blind-index.ts';
import { toAddress } from '../shared/bytes.ts';
import { numberField } from '../shared/requests.ts';

/** How many cards a member may have. */
export const MAX_CARDS = 20;

const SPACING = /[\s-]/g;
const NUMBER = /^[0-9A-Z]{6,40}$/;

/** A card's number in a request: letters and digits as they are printed, in capitals, without the spaces between them. */
export const cardNumberField = z
  .string()
  .max(80)
  .transform((text) => text.normalize('NFKC').replace(SPACING, '').toUpperCase())
  .refine((number) => NUMBER.test(number), 'Send the 6 to 40 letters and digits of the card’s number.')
  .meta({ examples: ['6035 1234 5678'] });

/** The body of POST /cards: `member` is whom the card is linked to, left out for a card that waits for its owner. */
export const newCardSchema = z.strictObject({ number: cardNumberField, member: memberNameField.optional() });
/** The body of POST /cards/block and POST /cards/unlink. */
export const cardSchema = z.strictObject({ number: cardNumberField });
/** The body of POST /members/:member/cards. */
export const linkSchema = z.strictObject({
  // What the column holds.
  partner: numberField.max(2 ** 31 - 1),
  number: cardNumberField,
});

/** A brand's card by its number. */
export interface CardNumber {
  readonly partnerId: number;
  readonly number: string;
}

export interface CardRow {
  readonly id: string;
  readonly partner_id: number;
  readonly last4: string;
  readonly status: 'active' | 'blocked';
  readonly account: Buffer | null;
  readonly linked_at: Date | null;
  readonly created_at: Date;
}

/** Under which hashes a card may be stored, the newest first: the same number at another brand is another card. */
export const cardLookups = (index: BlindIndex, { partnerId, number }: CardNumber): Buffer[] =>
  index.all(number, `card ${partnerId}`);

/** A card as the API answers. */
export const presentCard = (row: CardRow) => ({
  id: row.id,
  partner: row.partner_id,
  last4: row.last4,
  status: row.status,
  ...(row.account && { member: toAddress(row.account) satisfies Address }),
  ...(row.linked_at && { linkedAt: row.linked_at.toISOString() }),
});
