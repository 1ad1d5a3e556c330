import type { ConsentPurpose } from './consent.ts';

/** A text that members agree to. Its id ends with its version; a changed text is a new one, and old ones stay, because consents name them. */
export interface ConsentText {
  readonly id: string;
  readonly purpose: string;
  readonly text: string;
}

const WITHDRAW = 'I can take this back at any time, as easily as I gave it.';

/** Every text that consents may name, the newest of a purpose last. `{brand}` stands for the brand's name. */
export const CONSENT_TEXTS: readonly ConsentText[] = [
  {
    id: 'messages.email/1',
    purpose: 'messages.email',
    text: `Tessera may send me offers and news of the brands that I collect with by e-mail. ${WITHDRAW}`,
  },
  {
    id: 'messages.push/1',
    purpose: 'messages.push',
    text: `Tessera may show me offers and news of the brands that I collect with as notifications on my devices. ${WITHDRAW}`,
  },
  {
    id: 'messages.sms/1',
    purpose: 'messages.sms',
    text: `Tessera may send me offers and news of the brands that I collect with by text message. ${WITHDRAW}`,
  },
  {
    id: 'profiling/1',
    purpose: 'profiling',
    text: `Tessera may look at what I buy with the brands that I collect with, to choose offers and recommendations for me. No decision that has legal effect for me is made so. ${WITHDRAW}`,
  },
  {
    id: 'sharing/1',
    purpose: 'sharing',
    text: `Tessera may tell {brand} who I am and what I collect and spend with other brands. ${WITHDRAW}`,
  },
];

/** The text that is to be shown for a purpose now. */
export function presentText(purpose: ConsentPurpose): ConsentText {
  const kind = purpose.startsWith('sharing:') ? 'sharing' : purpose;
  const text = CONSENT_TEXTS.findLast((other) => other.purpose === kind);
  if (!text) throw new RangeError(`There is no text for ${purpose}`);
  return text;
}
