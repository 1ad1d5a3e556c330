/** E-mail addresses and phone numbers of members: how they are written, hashed and kept. */
import type { Address } from 'viem';
import { z } from 'zod';
import type { BlindIndex } from '../shared/blind-index.ts';
import { sha256 } from '../shared/ids.ts';

export type ContactKind = 'email' | 'phone';

/** One way to reach somebody, normalised. */
export interface Contact {
  readonly kind: ContactKind;
  readonly value: string;
}

const MAX_EMAIL = 254;
const EMAIL =
  /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{1,62}$/u;
const PHONE = /^\+[1-9]\d{6,14}$/;
/** What people write between the digits of a number. */
const PHONE_SPACING = /[\s().\-/]/g;

/** Lower case, NFKC, no space around it: so the same address is the same text wherever it was typed. */
export const normaliseEmail = (text: string): string =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();

/** E.164: a plus and digits. A number without its country is none: nobody can tell whose it is. */
export const normalisePhone = (text: string): string =>
  text.normalize('NFKC').replace(PHONE_SPACING, '').replace(/^00/, '+');

/** An e-mail address in a request, normalised. */
export const emailField = z
  .string()
  .max(MAX_EMAIL)
  .transform(normaliseEmail)
  .refine((email) => EMAIL.test(email), 'Send an e-mail address, such as ana@shop.example.')
  .meta({ examples: ['ana@shop.example'] });

/** A phone number in a request, normalised. */
export const phoneField = z
  .string()
  .max(40)
  .transform(normalisePhone)
  .refine((phone) => PHONE.test(phone), 'Send a phone number with its country, such as +44 20 7946 0018.')
  .meta({ examples: ['+442079460018'] });

/** The SHA-256 of a normalised contact in a request: 64 hex digits, as advertising platforms take them. */
export const contactHashField = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'Send the SHA-256 of the normalised contact as 64 hex digits.')
  .transform((hex) => hex.toLowerCase());

/** The SHA-256 of a normalised contact as 64 lower-case hex digits: what a till may send in its place. */
export const hashContact = (value: string): string => sha256(value).toString('hex');

const context = (kind: ContactKind): string => `contact ${kind}`;

/** Under which hashes it may be stored. */
export const lookupsOf = (index: BlindIndex, kind: ContactKind, sha256Hex: string): Buffer[] =>
  index.all(sha256Hex, context(kind));

/** What a stored contact is sealed for. */
export const sealContext = (id: string): string => `contact ${id}`;

/** What a code that was sent is hashed for. */
export const codeContext = (id: string): string => `contact code ${id}`;

/** How many contacts a member may have. */
export const MAX_CONTACTS = 5;
/** How long a code is good, how often it may be mistyped, and how many are sent a day, per member and per contact. */
export const CODE_MS = 15 * 60_000;
export const MAX_FAILURES = 5;
export const CODES_PER_DAY = 8;

export interface ContactRow {
  readonly id: string;
  readonly account: Buffer;
  readonly kind: ContactKind;
  readonly lookup: Buffer;
  readonly sealed: Buffer;
  readonly verified_at: Date | null;
  readonly code_hash: Buffer | null;
  readonly code_until: Date | null;
  readonly code_failures: number;
  readonly created_at: Date;
}

/** The body of POST /members/:member/contacts: one of `email` and `phone`. */
export const newContactSchema = z
  .strictObject({ email: emailField.optional(), phone: phoneField.optional() })
  .transform(({ email, phone }, issues): Contact => {
    if (email !== undefined && phone === undefined) return { kind: 'email', value: email };
    if (phone !== undefined && email === undefined) return { kind: 'phone', value: phone };
    issues.addIssue({
      code: 'custom',
      path: ['email'],
      message: 'Send either "email" or "phone", and not both.',
    });
    return z.NEVER;
  });

/** The body of POST /members/:member/contacts/:contact/verify. */
export const codeSchema = z.strictObject({
  code: z.string().regex(/^\d{6}$/, 'Send the 6 digits of the message.'),
});

/** Whose contact. */
export interface ContactCall {
  readonly account: Address;
  readonly id: string;
}
