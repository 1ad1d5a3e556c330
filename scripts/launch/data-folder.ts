import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { endLeftoverChain } from '../embedded/chain.ts';
import { endLeftoverPostgres } from '../embedded/postgres.ts';
import { CommandFailure } from '../shared/failure.ts';
import { takeLock } from '../shared/folder-lock.ts';

const LOCK = 'start.lock';
/** What belongs to installing and building, not to the network: it stays when the network begins anew. */
const NOT_KEPT_HERE = [LOCK, 'setup.lock', 'build.lock'];

export const postgresFolder = (data: string) => join(data, 'postgres');
export const chainFolder = (data: string) => join(data, 'chain');

/** A path as the user would type it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}

/**
 * Takes the folder for this process, so that no two networks run on one. Gives what gives it back.
 *
 * @throws CommandFailure when another one runs there, or when the folder isn't the user's.
 */
export async function takeDataFolder(data: string): Promise<() => void> {
  const lock = join(data, LOCK);
  try {
    mkdirSync(data, { recursive: true });
    const holder = await takeLock(lock);
    if (holder)
      throw new CommandFailure(
        `Tessera already runs on ${shown(data)} (process ${holder.pid}): stop it first, or start a second one beside it with npm start -- --data FOLDER --port N.`,
      );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new CommandFailure(
      `${shown(data)} belongs to another user: run as that user, remove it, or choose another with --data FOLDER.`,
    );
  }
  return () => rmSync(lock, { force: true });
}

/** Forgets everything that is kept in a folder which `takeDataFolder` took, servers that a kill left running on it included. */
export async function forgetData(data: string): Promise<void> {
  if (!existsSync(data)) return;
  await Promise.all([endLeftoverPostgres(postgresFolder(data)), endLeftoverChain(chainFolder(data))]);
  for (const name of readdirSync(data))
    if (!NOT_KEPT_HERE.includes(name)) rmSync(join(data, name), { recursive: true, force: true });
}
