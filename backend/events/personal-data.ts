import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';

/** What the member was told of in the last month. */
export const eventsData: PersonalSection = {
  name: 'events',
  tables: ['events'],
  read: readRows(
    `SELECT * FROM (SELECT row_number() OVER (ORDER BY tx, id) AS place, jsonb_build_object('type', type, 'at', at, 'data', data) AS item
       FROM events WHERE account = $1) e WHERE place > $2::bigint ORDER BY place LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: {
    kept: 'What was told is forgotten by itself after 30 days; until then the brands may still have to be told of it.',
  },
};
