import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { instantShape } from '../api/shapes.ts';
import { accountField } from '../shared/requests.ts';
import { codeSchema, newContactSchema } from './contact.ts';

const memberParams = z.strictObject({ member: accountField });
const contactParams = z.strictObject({
  member: accountField,
  contact: z.uuid('Send the id of a contact.'),
});

const contactShape = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(['email', 'phone']),
    value: z.string().meta({ description: 'As it is kept: lower case, or E.164.' }),
    verified: z.boolean().meta({ description: 'Only then do tills find the member by it.' }),
    addedAt: instantShape,
  })
  .meta({ id: 'Contact' });

const contactsShape = z.strictObject({ contacts: z.array(contactShape) });

export const listContactsContract = defineContract({
  name: 'listContacts',
  method: 'get',
  path: '/v1/members/:member/contacts',
  tag: 'Members',
  summary: 'List contacts',
  description: 'The member’s own, a few at the most.',
  caller: 'member',
  params: memberParams,
  answers: { 200: { description: 'The contacts.', schema: contactsShape } },
  refusals: ['SESSION_FOREIGN', 'SECRETS_KEY_MISSING', 'SECRET_UNREADABLE'],
});

export const addContactContract = defineContract({
  name: 'addContact',
  method: 'post',
  path: '/v1/members/:member/contacts',
  tag: 'Members',
  summary: 'Add a contact',
  description:
    'An e-mail address or a phone number, kept encrypted. A code is sent there, and the contact counts once the code has come back. The same contact again sends a new code.',
  caller: 'member',
  params: memberParams,
  body: newContactSchema,
  answers: {
    201: { description: 'Added.', schema: addedShape() },
    200: { description: 'The member had it already.', schema: addedShape() },
  },
  refusals: [
    'SESSION_FOREIGN',
    'CONTACTS_TOO_MANY',
    'CODES_TOO_MANY',
    'MESSAGE_UNSENT',
    'SECRETS_KEY_MISSING',
    'SECRET_UNREADABLE',
  ],
});

function addedShape() {
  return z.strictObject({
    ...contactShape.shape,
    codeSent: z.boolean().meta({
      description: 'False when it is verified already, or when this network has no way to send a code there.',
    }),
  });
}

export const verifyContactContract = defineContract({
  name: 'verifyContact',
  method: 'post',
  path: '/v1/members/:member/contacts/:contact/verify',
  tag: 'Members',
  summary: 'Verify a contact',
  description:
    'By the code that was sent there, within 15 minutes and 5 attempts. A contact finds one member: whoever proved it last.',
  caller: 'member',
  params: contactParams,
  body: codeSchema,
  answers: { 200: { description: 'Verified.', schema: contactsShape } },
  refusals: [
    'SESSION_FOREIGN',
    'CONTACT_UNKNOWN',
    'CONTACT_CODE_WRONG',
    'CONTACT_CODE_EXPIRED',
    'SECRETS_KEY_MISSING',
    'SECRET_UNREADABLE',
  ],
});

export const removeContactContract = defineContract({
  name: 'removeContact',
  method: 'delete',
  path: '/v1/members/:member/contacts/:contact',
  tag: 'Members',
  summary: 'Remove a contact',
  description:
    'It is deleted, and nobody is found by it any more. To change one, remove it and add the other.',
  caller: 'member',
  params: contactParams,
  answers: { 204: { description: 'Removed.' } },
  refusals: ['SESSION_FOREIGN', 'CONTACT_UNKNOWN'],
});
