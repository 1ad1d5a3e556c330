/** An audit as files: everything in JSON, the tables in CSV. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Audit } from '../../backend/audit/audit-coalition.ts';
import { clockAt } from '../../backend/audit/books.ts';
import { balanceAt, decodeWord } from '../../backend/protocol/account-word.ts';

const cell = (value: unknown): string => {
  const text = String(value ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const row = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\n`;

/** Writes audit.json, partners.csv, charities.csv, accounts.csv and disagreements.csv into `folder`, which is made if it is missing. */
export async function writeAudit(audit: Audit, folder: string): Promise<void> {
  const { result, block, books } = audit;
  await mkdir(folder, { recursive: true });
  const write = (name: string, lines: readonly (readonly unknown[])[]) =>
    writeFile(join(folder, name), lines.map(row).join(''));
  await writeFile(
    join(folder, 'audit.json'),
    `${JSON.stringify({ ...result, blockHash: block.hash, timestamp: block.timestamp }, null, 2)}\n`,
  );
  await write('partners.csv', [
    ['name', 'supply', 'liability_micro_usd', 'reserve_micro_usd', 'coverage_bps'],
    ...result.partners.map(({ name, supply, liability, reserve, coverage }) => [
      name,
      supply,
      liability,
      reserve,
      coverage,
    ]),
  ]);
  await write('charities.csv', [
    ['charity', 'name', 'payout', 'payable_micro_usd'],
    ...[...books.charities.values()].map(({ charity, name, payout, payable }) => [
      charity,
      name,
      payout,
      payable,
    ]),
  ]);
  await write('disagreements.csv', [
    ['what', 'subject', 'expected', 'found'],
    ...result.disagreements.map(({ what, subject, expected, found }) => [what, subject, expected, found]),
  ]);
  // Accounts can be many, so they go out one by one.
  await pipeline(Readable.from(accountRows(audit)), createWriteStream(join(folder, 'accounts.csv')));
}

function* accountRows({ books, block }: Audit): Generator<string> {
  yield row(['partner', 'account', 'points', 'next_nonce', 'word']);
  for (const book of books.partners.values()) {
    const clock = clockAt(book, block.timestamp);
    for (const [account, packed] of book.accounts) {
      const word = decodeWord(packed);
      yield row([book.name, account, balanceAt(word, clock), word.nextNonce, `0x${packed.toString(16)}`]);
    }
  }
}
