/**
 * All personal data that is kept here, by domain. A table that can be tied to a member stands in one of these sections or among the exceptions;
 * a test reads the tables from the database and fails for one that is in neither.
 */
import { actsData } from '../acts/personal-data.ts';
import { cardsData } from '../cards/personal-data.ts';
import { consentsData } from '../consents/personal-data.ts';
import { contactsData } from '../contacts/personal-data.ts';
import { eventsData } from '../events/personal-data.ts';
import { keyChangesData } from '../member-keys/personal-data.ts';
import { balancesData, memberData } from '../members/personal-data.ts';
import { passkeysData } from '../passkeys/personal-data.ts';
import { purchasesData } from '../purchases/personal-data.ts';
import { refundsData } from '../refunds/personal-data.ts';
import { debtsData, returnsData } from '../returns/personal-data.ts';
import { sessionsData } from '../sessions/personal-data.ts';
import { staffData } from '../staff/personal-data.ts';
import type { PersonalSection } from './personal-section.ts';

/** Every section, in the order of an export. */
export const PERSONAL_DATA: readonly PersonalSection[] = [
  memberData,
  contactsData,
  cardsData,
  balancesData,
  purchasesData,
  returnsData,
  debtsData,
  actsData,
  refundsData,
  keyChangesData,
  consentsData,
  passkeysData,
  sessionsData,
  staffData,
  eventsData,
];

/** Tables that can be tied to a member and are in no section, each with the reason. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  audit_log: 'Entries name accounts, and repeat what the sections have; a hash chain can lose none of them.',
  chain_events: 'What anybody can read on the chain.',
  claims: 'Which sale a member fetched by a link: the sale itself is among the purchases.',
  code_counters: 'How many codes of a day were sent, by account; they are forgotten with the day.',
  sponsor_counters: 'How many acts of a day were paid for, by account; forgotten after a week.',
};
