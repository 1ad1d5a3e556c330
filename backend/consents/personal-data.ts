import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';
import { withdrawConsents } from './record-consent.ts';

/** The register of what the member allowed. Erasure takes everything back; that it was once allowed has to be provable (GDPR, 7(1)). */
export const consentsData: PersonalSection = {
  name: 'consents',
  tables: ['consents'],
  read: readRows(
    `SELECT id AS place, jsonb_build_object('purpose', purpose, 'granted', granted, 'text', text, 'origin', origin, 'at', at,
       'proof', jsonb_build_object('seq', audit_seq::text, 'hash', '0x' || encode(audit_hash, 'hex'))) AS item
     FROM consents WHERE account = $1 AND id > $2::bigint ORDER BY id LIMIT $3`,
    FIRST_NUMBER,
  ),
  erase: withdrawConsents,
};
