import { transact } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import type { ContactCall } from './contact.ts';
import { contactUnknown } from './contact-unknown.ts';
import { deleteContact } from './contacts.repository.ts';

/** Deletes a contact for good. @throws DomainError CONTACT_UNKNOWN */
export function removeContact({ pool }: Pick<Deps, 'pool'>, { account, id }: ContactCall): Promise<void> {
  return transact(pool, async (tx) => {
    if (!(await deleteContact(tx, { account: fromHex(account), id }))) throw contactUnknown();
    await appendAudit(tx, {
      partner: 0,
      actor: `member:${account}`,
      action: 'contact.removed',
      subject: `contact:${id}`,
      after: {},
    });
  });
}
