import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { createMessenger, type Messenger } from '../messages/messenger.ts';
import { ownAccount } from '../sessions/own-account.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { addContact } from './add-contact.ts';
import {
  addContactContract,
  listContactsContract,
  removeContactContract,
  verifyContactContract,
} from './contacts.contracts.ts';
import { listContacts } from './list-contacts.ts';
import { removeContact } from './remove-contact.ts';
import { verifyContact } from './verify-contact.ts';

/** /members/:member/contacts and what is under it, for the member's own session. */
export const contactsRouter = (deps: Deps, messenger: Messenger = createMessenger(deps.config)): Router =>
  serve(deps, [
    on(listContactsContract, async ({ params, request }) => ({
      body: { contacts: await listContacts(deps, ownAccount(request, params.member)) },
    })),
    on(addContactContract, async ({ params, body: contact, request }) => {
      const account = ownAccount(request, params.member);
      const { id, isNew, codeSent } = await addContact({ ...deps, messenger }, { account, contact });
      const added = (await listContacts(deps, account)).find((other) => other.id === id);
      if (!added) throw new DomainError('INTERNAL', { message: `Contact ${id} vanished.` });
      return { status: isNew ? 201 : 200, body: { ...added, codeSent } };
    }),
    on(verifyContactContract, async ({ params, body, request }) => {
      const account = ownAccount(request, params.member);
      await verifyContact(deps, { account, id: params.contact, code: body.code });
      return { body: { contacts: await listContacts(deps, account) } };
    }),
    on(removeContactContract, async ({ params, request }) => {
      await removeContact(deps, { account: ownAccount(request, params.member), id: params.contact });
      return { status: 204 };
    }),
  ]);
