import { FIRST_UUID, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** For which brands the member works. */
export const staffData: PersonalSection = {
  name: 'workplaces',
  tables: ['staff_members'],
  read: readRows(
    `SELECT id AS place, jsonb_build_object('partner', partner_id, 'role', role, 'name', name, 'joinedAt', joined_at) AS item
     FROM staff_members WHERE account = $1 AND id > $2::uuid ORDER BY id LIMIT $3`,
    FIRST_UUID,
  ),
  erase: { kept: 'Who works for a brand is the brand’s record: whoever manages its people removes you.' },
};
