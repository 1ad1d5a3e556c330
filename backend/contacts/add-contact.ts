import { randomInt, randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Address } from 'viem';
import { transact } from '../database/transact.ts';
import type { Messenger } from '../messages/messenger.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { type BlindIndex, createBlindIndex } from '../shared/blind-index.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { createSealer } from '../shared/seal.ts';
import {
  CODE_MS,
  CODES_PER_DAY,
  type Contact,
  type ContactRow,
  codeContext,
  hashContact,
  lookupsOf,
  MAX_CONTACTS,
  sealContext,
} from './contact.ts';
import {
  countCode,
  findContact,
  insertContact,
  lockFor,
  markVerified,
  selectContacts,
  setCode,
} from './contacts.repository.ts';

export interface AddContactDeps extends Pick<Deps, 'pool' | 'clock' | 'config'> {
  readonly messenger: Messenger;
}

/**
 * Adds a contact to a member and sends it a code; it counts for nothing before the code comes back (`verifyContact`). The same contact again
 * sends a new code. Where the network has no way to send one, the contact is kept and stays unverified; only a demo believes it.
 * @throws DomainError CONTACTS_TOO_MANY, CODES_TOO_MANY, MESSAGE_UNSENT, SECRETS_KEY_MISSING
 */
export async function addContact(
  deps: AddContactDeps,
  { account, contact }: { account: Address; contact: Contact },
): Promise<{ id: string; isNew: boolean; codeSent: boolean }> {
  const { pool, clock, config, messenger } = deps;
  const index = createBlindIndex(config.secretsKeys);
  const lookups = lookupsOf(index, contact.kind, hashContact(contact.value));
  const canSend = messenger.has(contact.kind);
  const owner = fromHex(account);
  const { row, isNew } = await transact(pool, async (tx) => {
    await lockFor(tx, owner);
    const known = (await selectContacts(tx, owner)).find(({ lookup }) =>
      lookups.some((l) => l.equals(lookup)),
    );
    const added = known ?? (await insert(tx, { account, contact, lookups, deps }));
    if (!added.verified_at && config.demo && !canSend)
      await markVerified(tx, { contact: added, lookups, at: clock.now() });
    return { row: added, isNew: !known };
  });
  const codeSent = canSend && row.verified_at === null;
  if (codeSent) await sendCode(deps, { row, contact, index });
  return { id: row.id, isNew, codeSent };
}

async function insert(
  tx: PoolClient,
  given: { account: Address; contact: Contact; lookups: readonly Buffer[]; deps: AddContactDeps },
): Promise<ContactRow> {
  const { account, contact, lookups, deps } = given;
  const owner = fromHex(account);
  const [lookup] = lookups;
  if (!lookup) throw new DomainError('SECRETS_KEY_MISSING');
  if ((await selectContacts(tx, owner)).length >= MAX_CONTACTS)
    throw new DomainError('CONTACTS_TOO_MANY', { details: { limit: MAX_CONTACTS } });
  const id = randomUUID();
  const sealed = createSealer(deps.config.secretsKeys).seal(contact.value, sealContext(id));
  await insertContact(tx, {
    id,
    account: owner,
    kind: contact.kind,
    lookup,
    sealed,
    createdAt: deps.clock.now(),
  });
  await appendAudit(tx, {
    partner: 0,
    actor: `member:${account}`,
    action: 'contact.added',
    subject: `contact:${id}`,
    after: { kind: contact.kind },
  });
  const row = await findContact(tx, { account: owner, id });
  if (!row) throw new DomainError('INTERNAL', { message: `Contact ${id} vanished.` });
  return row;
}

/** Sends a new code, within what an account and a contact may ask for in a day: messages cost money, and nobody wants many. */
async function sendCode(
  { pool, clock, config, messenger }: AddContactDeps,
  { row, contact, index }: { row: ContactRow; contact: Contact; index: BlindIndex },
): Promise<void> {
  const now = clock.now();
  for (const subject of [row.account, row.lookup])
    if ((await countCode(pool, subject, now)) > CODES_PER_DAY)
      throw new DomainError('CODES_TOO_MANY', { details: { limit: CODES_PER_DAY } });
  const code = String(randomInt(10 ** 6)).padStart(6, '0');
  const codeHash = index.of(code, codeContext(row.id));
  await setCode(pool, { id: row.id, codeHash, until: new Date(now.getTime() + CODE_MS) });
  await messenger.send({
    channel: contact.kind,
    to: contact.value,
    subject: `${code} is your ${config.name} code`,
    text: `${code} is your ${config.name} code. It is good for ${CODE_MS / 60_000} minutes. If you did not ask for it, ignore this message.`,
  });
}
