/** What a till may know of a customer, one thing at a time. */
import { z } from 'zod';
import { cardNumberField } from '../cards/card.ts';
import {
  type ContactKind,
  contactHashField,
  emailField,
  hashContact,
  phoneField,
} from '../contacts/contact.ts';
import type { MemberName } from '../members/member.ts';
import { accountField } from '../shared/requests.ts';

/** How a member is looked up; a contact only ever goes on as its SHA-256. */
export type Lookup =
  | { readonly by: 'name'; readonly name: MemberName }
  | { readonly by: 'qr'; readonly qr: string }
  | { readonly by: 'card'; readonly number: string }
  | { readonly by: ContactKind; readonly sha256: string };

const KEYS = 'code, account, qr, card, email, phone, emailSha256, phoneSha256';

/** The body of POST /members/lookup: exactly one of its fields. */
export const lookupSchema = z
  .strictObject({
    code: z
      .string()
      .regex(/^[0-9]{8}$/, 'Send the 8 digits that the wallet shows.')
      .optional()
      .describe('The 8 digits that the wallet shows.'),
    account: accountField.optional(),
    qr: z.string().min(1).max(300).optional().describe('What was scanned off the wallet’s screen.'),
    card: cardNumberField.optional().describe('The number of a card of the key’s own brand.'),
    email: emailField.optional(),
    phone: phoneField.optional(),
    emailSha256: contactHashField
      .optional()
      .describe('SHA-256 of the address in lower case (NFKC, no space around it).'),
    phoneSha256: contactHashField
      .optional()
      .describe('SHA-256 of the number in E.164, such as +442079460018.'),
  })
  .transform((given, issues): Lookup => {
    const [first, ...others] = Object.entries(given).filter(([, value]) => value !== undefined);
    const { code, account, qr, card, email, phone, emailSha256, phoneSha256 } = given;
    if (first && others.length === 0) {
      if (code !== undefined) return { by: 'name', name: { code } };
      if (account !== undefined) return { by: 'name', name: { account } };
      if (qr !== undefined) return /^\d{8}$/.test(qr) ? { by: 'name', name: { code: qr } } : { by: 'qr', qr };
      if (card !== undefined) return { by: 'card', number: card };
      if (email !== undefined) return { by: 'email', sha256: hashContact(email) };
      if (phone !== undefined) return { by: 'phone', sha256: hashContact(phone) };
      if (emailSha256 !== undefined) return { by: 'email', sha256: emailSha256 };
      if (phoneSha256 !== undefined) return { by: 'phone', sha256: phoneSha256 };
    }
    issues.addIssue({
      code: 'custom',
      path: [others[0]?.[0] ?? 'code'],
      message: `Send exactly one of: ${KEYS}.`,
    });
    return z.NEVER;
  });
