import { refusal } from './refusal.ts';

/** Refusals about how members are found: contacts, cards, changing codes. */
export const CONTACT_REFUSALS = {
  CONTACT_UNKNOWN: refusal(
    404,
    'never',
    'The member has no such contact',
    'Take an id from the list of contacts.',
  ),
  CONTACTS_TOO_MANY: refusal(
    409,
    'never',
    'The member has as many contacts as a member can have',
    'Remove one that is not needed.',
  ),
  CONTACT_CODE_WRONG: refusal(422, 'never', 'The code is wrong', 'Type the code of the newest message.'),
  CONTACT_CODE_EXPIRED: refusal(
    410,
    'never',
    'The code is no longer good',
    'Add the contact again; a new code is sent then.',
  ),
  CODES_TOO_MANY: refusal(429, 'later', 'Too many codes were sent today', 'Try again tomorrow.'),
  MESSAGE_UNSENT: refusal(
    503,
    'later',
    'The message could not be sent',
    'Try again in a while; the operator sees why in the log.',
  ),
  CARD_UNKNOWN: refusal(
    404,
    'never',
    'There is no such card',
    'Check the number on the card; a card that is new has to be registered by a till of its brand.',
  ),
  CARD_TAKEN: refusal(
    409,
    'never',
    'The card is somebody else’s',
    'Check the number; whoever has the card can unlink it, and so can its brand.',
  ),
  CARD_BLOCKED: refusal(
    409,
    'never',
    'The card is blocked',
    'Take another card: this one was lost or stolen.',
  ),
  CARDS_TOO_MANY: refusal(
    409,
    'never',
    'The member has as many cards as a member can have',
    'Unlink one that is not needed.',
  ),
  PRESENCE_INVALID: refusal(
    422,
    'never',
    'The scanned code is not one of this network',
    'Scan the code that the wallet shows now, on this network’s own site.',
  ),
  PRESENCE_STALE: refusal(
    422,
    'never',
    'The scanned code has run out',
    'Scan the code that the wallet shows now; where it is always late, set the clock of the phone.',
  ),
} as const;
