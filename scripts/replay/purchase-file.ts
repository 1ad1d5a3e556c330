/**
 * Purchase files. They are told apart by their first line:
 *   CDNOW  `customer_id date number_of_cds dollar_value`, white-space separated: dates as YYYYMMDD, dollars
 *   CDNOW's published sample, which has no header and a second number of the customer's after the first
 *   CSV    `purchase_id,member,time,amount,currency,partner`: time in ISO 8601 with its zone, amount in units of the currency with at
 *          most two decimals, currency as three letters, partner as a slug or number (empty: one of the network's brands is chosen)
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CommandFailure } from '../shared/failure.ts';

/** One sale of the file. `partner` is a slug or number, or null where the file names none. `customer` is the file's own name of the member. */
export interface FilePurchase {
  readonly id: string;
  readonly customer: string;
  readonly occurredAt: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly partner: string | null;
}

/**
 * A file that was read. `namespace` keeps accounts of different files apart: a CDNOW file's customers are its own, so it is the
 * file's digest; a CSV says who its members are, so it is the same for all of them.
 */
export interface PurchaseFile {
  readonly format: 'cdnow' | 'csv';
  readonly namespace: string;
  readonly purchases: FilePurchase[];
}

const CDNOW_HEADER = ['customer_id', 'date', 'number_of_cds', 'dollar_value'];
const CSV_HEADER = ['purchase_id', 'member', 'time', 'amount', 'currency', 'partner'];
const CDNOW_LINE = /^\s*(\d+)\s+(\d{4})(\d\d)(\d\d)\s+\d+\s+(\d+(?:\.\d{1,2})?)\s*$/;
const CDNOW_SAMPLE_LINE = /^\s*(\d{5})\s+\d{4}\s+(\d{4})(\d\d)(\d\d)\s+\d+\s+(\d+(?:\.\d{1,2})?)\s*$/;
const DIGEST_LENGTH = 16;

/** Reads a purchase file. @throws CommandFailure that names the line and what to correct. */
export async function readPurchaseFile(file: string): Promise<PurchaseFile> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFailure(
      `The file ${file} can't be read. Check its name: it is taken relative to the project's folder.`,
    );
  });
  return parsePurchases(text);
}

/** Parses the text of a purchase file. @throws CommandFailure */
export function parsePurchases(text: string): PurchaseFile {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line, number }) => number === 1 || line.trim() !== '');
  const header = lines[0]?.line ?? '';
  // Line ends and a name are no part of what the file says, so a copy of it is the same file.
  const digest = createHash('sha256')
    .update(lines.map(({ line }) => line).join('\n'))
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
  const cdnow = (sales: typeof lines, pattern: RegExp): PurchaseFile => ({
    format: 'cdnow',
    namespace: digest,
    purchases: sales.map(({ line, number }) => cdnowLine(line, { pattern, number, digest })),
  });
  if (CDNOW_SAMPLE_LINE.test(header)) return cdnow(lines, CDNOW_SAMPLE_LINE);
  if (header.trim().split(/\s+/).join() === CDNOW_HEADER.join()) return cdnow(lines.slice(1), CDNOW_LINE);
  if (header.trim() === CSV_HEADER.join()) {
    return {
      format: 'csv',
      namespace: 'csv',
      purchases: uniquePurchases(lines.slice(1).map(({ line, number }) => csvLine(line, number))),
    };
  }
  throw new CommandFailure(
    `The first line is neither "${CDNOW_HEADER.join(' ')}" nor "${CSV_HEADER.join()}". Add one of them.`,
  );
}

function cdnowLine(
  line: string,
  { pattern, number, digest }: { pattern: RegExp; number: number; digest: string },
): FilePurchase {
  const fields = pattern.exec(line);
  if (!fields)
    throw new CommandFailure(
      `Line ${number} is not "customer_id YYYYMMDD number_of_cds dollar_value": ${line.trim()}`,
    );
  const [, customer = '', year, month, day, dollars = ''] = fields;
  // The file knows days only, so noon stands for all of it. Lines may repeat, so it is the line's number that tells them apart.
  const occurredAt = `${year}-${month}-${day}T12:00:00Z`;
  requireTime(occurredAt, number);
  return {
    id: `${digest}-${number}`,
    customer,
    occurredAt,
    amountMinor: minorUnits(dollars),
    currency: 'USD',
    partner: null,
  };
}

function csvLine(line: string, number: number): FilePurchase {
  const fields = splitCsv(line);
  const [id, customer, time, amount, currency, partner] = fields;
  if (fields.length !== CSV_HEADER.length || !id || !customer || !time || !amount || !currency) {
    throw new CommandFailure(`Line ${number} needs the six fields ${CSV_HEADER.join()}: ${line}`);
  }
  requireTime(time, number);
  if (!/^\d{1,10}(\.\d{1,2})?$/.test(amount))
    throw new CommandFailure(`Line ${number}: write the amount as 12.34, not as "${amount}".`);
  if (!/^[A-Z]{3}$/.test(currency))
    throw new CommandFailure(
      `Line ${number}: write the currency as three letters (USD), not as "${currency}".`,
    );
  return {
    id,
    customer,
    occurredAt: time,
    amountMinor: minorUnits(amount),
    currency,
    partner: partner || null,
  };
}

/** Splits one line of CSV; a field in double quotes may hold commas, and "" for a quote. */
function splitCsv(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"'),
  );
}

function requireTime(time: string, line: number): void {
  const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(time);
  if (zoned && !Number.isNaN(Date.parse(time))) return;
  throw new CommandFailure(`Line ${line}: write the time as 2026-03-01T12:30:00Z, not as "${time}".`);
}

/** `12.3` → 1230: by digits, because a float would lose cents. */
function minorUnits(amount: string): number {
  const [whole = '0', cents = ''] = amount.split('.');
  return Number(`${whole}${cents.padEnd(2, '0')}`);
}

function uniquePurchases(purchases: FilePurchase[]): FilePurchase[] {
  const seen = new Set<string>();
  for (const { id, partner } of purchases) {
    const key = `${partner}/${id}`;
    if (seen.has(key))
      throw new CommandFailure(
        `The purchase id ${id} stands in the file twice. Give each purchase its own id.`,
      );
    seen.add(key);
  }
  return purchases;
}
