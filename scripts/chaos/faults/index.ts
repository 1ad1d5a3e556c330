/** Every fault, in the order of the table. */
import type { Fault } from '../fault.ts';
import { ANSWER_FAULTS } from './answers.ts';
import { CHAIN_FAULTS } from './chain.ts';
import { DATABASE_FAULTS } from './database.ts';
import { MEMBER_FAULTS } from './members.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { REQUEST_FAULTS } from './requests.ts';

export const FAULTS: readonly Fault[] = [
  ...ANSWER_FAULTS,
  ...CHAIN_FAULTS,
  ...DATABASE_FAULTS,
  ...MEMBER_FAULTS,
  ...PROCESS_FAULTS,
  ...REQUEST_FAULTS,
].sort((a, b) => a.of - b.of);
