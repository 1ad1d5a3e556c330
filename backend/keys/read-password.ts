import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { KeystoreError } from './keystore.ts';

/** What stands for "ask me" in place of a password's file. */
const PROMPT = 'prompt';

/**
 * The password of the keystores: the first line of a file, or what is typed at the terminal when `from` is `prompt`, without being shown.
 * @throws KeystoreError when there is no such file, or no terminal to ask at
 */
export async function readPassword(from: string | undefined): Promise<string> {
  if (from === undefined)
    throw new KeystoreError(
      'A keystore needs KEYSTORE_PASSWORD_FILE: the path of a file with its password, or "prompt".',
    );
  if (from === PROMPT) return askPassword('Password of the keystores: ');
  const text = await readFile(from, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KeystoreError(`The password file ${from} can’t be read (${error.code}).`);
  });
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/** Asks at the terminal, without an echo. @throws KeystoreError without a terminal */
export async function askPassword(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new KeystoreError('There is no terminal to ask for a password at: give a file.');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
