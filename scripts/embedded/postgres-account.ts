import { spawnSync } from 'node:child_process';
import { CommandFailure } from '../shared/failure.ts';

/** PostgreSQL refuses to run as root: under root it gets an account of its own. */
const ACCOUNT = 'postgres';

/** How to run a program as PostgreSQL's account: what to put before its command line, and the ids to give its files and process. */
export interface PostgresAccount {
  ids?: { uid: number; gid: number };
  prefix: string[];
}

const isRoot = () => process.getuid?.() === 0;

function idOf(flag: '-u' | '-g'): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, ACCOUNT], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout, 10) : undefined;
}

function createAccount(): void {
  // Debian and its kin, Red Hat and its kin; then BusyBox.
  const attempts = [
    ['useradd', '--system', '--user-group', '--no-create-home', ACCOUNT],
    ['adduser', '-S', '-D', '-H', ACCOUNT],
  ];
  for (const [command = '', ...args] of attempts) if (spawnSync(command, args).status === 0) return;
}

/**
 * The account to run PostgreSQL as; under root it is created when it is missing.
 *
 * @param binary the program, and @param folder the home of its data, both of which the account must be able to enter.
 * @throws CommandFailure when there is no way to run PostgreSQL as anybody but root.
 */
export function postgresAccount(binary: string, folder: string): PostgresAccount {
  if (!isRoot()) return { prefix: [] };
  if (idOf('-u') === undefined) createAccount();
  const uid = idOf('-u');
  const gid = idOf('-g') ?? uid;
  if (uid === undefined || gid === undefined)
    throw new CommandFailure(
      `PostgreSQL refuses to run as root, and an account "${ACCOUNT}" could not be created: run as an ordinary user, or give a DATABASE_URL.`,
    );
  const ids = { uid, gid };
  const probe = ['sh', '-c', '"$0" --version && cd "$1"', binary, folder];
  const works = ([command = '', ...args]: string[], options = {}) =>
    spawnSync(command, args, { cwd: '/', ...options }).status === 0;
  if (works(probe, ids)) return { ids, prefix: [] };
  // The project lies where only root may go, such as /root: the account keeps root's right to pass, and nothing else of it.
  const right = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...right, '--'];
  if (works([...prefix, ...probe])) return { ids, prefix };
  throw new CommandFailure(
    `PostgreSQL refuses to run as root, and its account may not enter this folder: move the project out of root's home, run as an ordinary user, or give a DATABASE_URL.`,
  );
}
