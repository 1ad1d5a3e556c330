import { DomainError } from './errors.ts';
import { PAGE_LIMIT } from './requests.ts';

/** Which page of a list by number is asked for. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

const CURSOR = /^after-([1-9]\d{0,9})$/;

/** What is refused about a cursor that we never gave. */
export const foreignCursor = (cause?: unknown): DomainError =>
  new DomainError('REQUEST_INVALID', {
    message: 'The cursor is not one of ours.',
    fields: [{ field: 'cursor', message: 'Send "next" of the page before, or nothing.' }],
    cause,
  });

/**
 * One page of a list in the order of its numbers. `read` gets the number after which the page begins and how many rows are wanted, one more
 * than the page has. @throws DomainError REQUEST_INVALID for a foreign cursor
 */
export async function readPage<Row extends { id: number }>(
  { cursor, limit = PAGE_LIMIT }: PageRequest,
  read: (after: number, take: number) => Promise<Row[]>,
): Promise<{ rows: Row[]; next: string | null }> {
  const after = cursor === undefined ? '0' : Buffer.from(cursor, 'base64url').toString();
  const number = cursor === undefined ? 0 : Number(CURSOR.exec(after)?.[1] ?? Number.NaN);
  if (!(number < 2 ** 31)) throw foreignCursor();
  const found = await read(number, limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const next = found.length > limit && last ? Buffer.from(`after-${last.id}`).toString('base64url') : null;
  return { rows, next };
}
