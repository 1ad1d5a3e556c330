import { FIRST_UUID, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** Changes of the account's keys that were handed in here. */
export const keyChangesData: PersonalSection = {
  name: 'keyChanges',
  tables: ['key_changes'],
  read: readRows(
    `SELECT id AS place, jsonb_build_object('id', id, 'key', '0x' || encode(key, 'hex'), 'role', role, 'dailyLimit', daily_limit::text,
       'nonce', nonce, 'deadline', deadline, 'signature', '0x' || encode(signature, 'hex'), 'status', status, 'reason', reason,
       'createdAt', created_at) AS item
     FROM key_changes WHERE account = $1 AND id > $2::uuid ORDER BY id LIMIT $3`,
    FIRST_UUID,
  ),
  erase: { kept: 'Changes of keys are on the chain, and say who may spend the account’s points.' },
};
