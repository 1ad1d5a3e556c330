/** CSV by RFC 4180 in UTF-8, safe to open in a spreadsheet, and sent while it is read. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Numbers and bigints are written as they are; text is written so that no spreadsheet takes it for a formula. */
export type Cell = string | number | bigint | null;

/** What a spreadsheet takes for the beginning of a formula; blanks before it do not help. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** One record with its line end. A text that would be a formula gets an apostrophe before it. */
export const csvRecord = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table: its columns, and pages of records, which are asked for one after the other. */
export interface CsvTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly pages: AsyncIterable<readonly (readonly Cell[])[]>;
}

/**
 * Sends a table as a file. The next page is read when the reader has taken most of the one before, so a table of any length takes no more
 * memory than two of its pages. What fails on the way breaks the connection off: a file that ends well is whole.
 */
export async function sendCsv(response: Response, { name, columns, pages }: CsvTable): Promise<void> {
  response
    .status(200)
    .type('text/csv; charset=utf-8')
    .set({ 'cache-control': 'no-store', 'content-disposition': `attachment; filename="${name}.csv"` });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  async function* lines() {
    yield csvRecord(columns);
    for await (const page of pages) if (page.length > 0) yield page.map(csvRecord).join('');
  }
  try {
    // One chunk in hand, whatever its size.
    await pipeline(Readable.from(lines(), { objectMode: true, highWaterMark: 1 }), response);
  } catch (error) {
    // Nobody is left to be told, unless nothing was sent yet.
    if (!response.headersSent) throw error;
    response.destroy();
  }
}
