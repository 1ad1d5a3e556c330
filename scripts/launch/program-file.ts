import { join } from 'node:path';
import { z } from 'zod';
import { readKept, writeKept } from './kept-file.ts';

/** Where the program's database and chain are, as environment variables; no key is among them. */
const programSchema = z.strictObject({
  DATABASE_URL: z.string(),
  RPC_URL: z.string(),
  CHAIN_ID: z.string(),
  COALITION: z.string(),
  STABLECOIN: z.string(),
  DEPLOYED_AT_BLOCK: z.string(),
  CONFIRMATIONS: z.string(),
});
export type ProgramPlace = z.output<typeof programSchema>;

const fileOf = (data: string) => join(data, 'program.json');

/** Keeps where the program is, for the operator's commands. */
export const keepProgramPlace = (data: string, place: ProgramPlace): void => writeKept(fileOf(data), place);

/** Where the program of a data folder was at its last start; undefined before its first. */
export const readProgramPlace = (data: string): ProgramPlace | undefined =>
  readKept(fileOf(data), programSchema);
