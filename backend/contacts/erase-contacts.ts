import type { Address } from 'viem';
import type { Queryable } from '../database/transact.ts';
import { fromHex } from '../shared/bytes.ts';
import { deleteContacts } from './contacts.repository.ts';

/** Deletes all contacts of a member, in the caller's transaction; returns how many there were. */
export const eraseContacts = (tx: Queryable, account: Address): Promise<number> =>
  deleteContacts(tx, fromHex(account));
