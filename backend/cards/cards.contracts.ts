import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, instantShape, numberShape } from '../api/shapes.ts';
import { accountField } from '../shared/requests.ts';
import { cardSchema, linkSchema, newCardSchema } from './card.ts';

const cardShape = z
  .strictObject({
    id: z.uuid(),
    partner: numberShape,
    last4: z.string().meta({ description: 'The end of its number; the rest is kept as a hash only.' }),
    status: z.enum(['active', 'blocked']),
    member: addressShape.optional().meta({ description: 'Whose it is; missing while it is nobody’s.' }),
    linkedAt: instantShape.optional(),
  })
  .meta({ id: 'Card', description: 'A plastic card of a brand.' });

const memberParams = z.strictObject({ member: accountField });
const cardParams = z.strictObject({ member: accountField, card: z.uuid('Send the id of a card.') });
const changed = { 200: { description: 'The card as it is now.', schema: cardShape } };

export const registerCardContract = defineContract({
  name: 'registerCard',
  method: 'post',
  path: '/v1/cards',
  tag: 'Tills',
  summary: 'Register a card',
  description:
    'A card of the key’s own brand; with a `member`, it is linked to whoever shows that code. Without one it waits until a till or its owner links it. Safe to repeat.',
  caller: { key: 'till' },
  body: newCardSchema,
  answers: {
    201: { description: 'A new card.', schema: cardShape },
    200: { description: 'The card was known; as it is now.', schema: cardShape },
  },
  refusals: ['MEMBER_UNKNOWN', 'CARD_TAKEN', 'CARD_BLOCKED', 'CARDS_TOO_MANY', 'SECRETS_KEY_MISSING'],
});

export const blockCardContract = defineContract({
  name: 'blockCard',
  method: 'post',
  path: '/v1/cards/block',
  tag: 'Tills',
  summary: 'Block a lost card',
  description: 'It finds nobody any more, and can’t be linked.',
  caller: { key: 'till' },
  body: cardSchema,
  answers: changed,
  refusals: ['CARD_UNKNOWN', 'SECRETS_KEY_MISSING'],
});

export const unlinkCardContract = defineContract({
  name: 'unlinkCard',
  method: 'post',
  path: '/v1/cards/unlink',
  tag: 'Tills',
  summary: 'Free a card',
  description: 'It is nobody’s from then on, and good again if it was blocked.',
  caller: { key: 'till' },
  body: cardSchema,
  answers: changed,
  refusals: ['CARD_UNKNOWN', 'SECRETS_KEY_MISSING'],
});

export const listCardsContract = defineContract({
  name: 'listCards',
  method: 'get',
  path: '/v1/members/:member/cards',
  tag: 'Members',
  summary: 'List cards',
  description: 'The member’s own of all brands, a few at the most.',
  caller: 'member',
  params: memberParams,
  answers: { 200: { description: 'The cards.', schema: z.strictObject({ cards: z.array(cardShape) }) } },
  refusals: ['SESSION_FOREIGN'],
});

export const linkCardContract = defineContract({
  name: 'linkCard',
  method: 'post',
  path: '/v1/members/:member/cards',
  tag: 'Members',
  summary: 'Link a card',
  description:
    'One that its brand has registered and that is nobody’s. Few numbers may be tried in a minute.',
  caller: 'member',
  params: memberParams,
  body: linkSchema,
  answers: changed,
  refusals: [
    'SESSION_FOREIGN',
    'CARD_UNKNOWN',
    'CARD_TAKEN',
    'CARD_BLOCKED',
    'CARDS_TOO_MANY',
    'SECRETS_KEY_MISSING',
  ],
});

export const blockOwnCardContract = defineContract({
  name: 'blockOwnCard',
  method: 'post',
  path: '/v1/members/:member/cards/:card/block',
  tag: 'Members',
  summary: 'Block one’s lost card',
  description: 'Whoever found it earns nothing with it and to nobody. Only its brand can make it good again.',
  caller: 'member',
  params: cardParams,
  body: z.strictObject({}),
  answers: changed,
  refusals: ['SESSION_FOREIGN', 'CARD_UNKNOWN'],
});

export const unlinkOwnCardContract = defineContract({
  name: 'unlinkOwnCard',
  method: 'delete',
  path: '/v1/members/:member/cards/:card',
  tag: 'Members',
  summary: 'Unlink one’s card',
  description: 'It is nobody’s from then on; a blocked one stays blocked.',
  caller: 'member',
  params: cardParams,
  answers: { 204: { description: 'Unlinked.' } },
  refusals: ['SESSION_FOREIGN', 'CARD_UNKNOWN'],
});
