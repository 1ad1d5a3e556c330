/** Receipts from a file: one JSON object a line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AuditError } from '../../backend/audit/audit.errors.ts';

/** Yields each line's object with its line number; a line that is no JSON yields its text, which no check accepts. @throws AuditError */
export async function* readReceipts(file: string): AsyncGenerator<{ document: unknown; line: number }> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() !== '') yield { document: parse(text), line };
    }
  } catch (cause) {
    const message = `The file ${file} can't be read. Check its name, or leave --receipts out.`;
    throw new AuditError('AUDIT_RECEIPTS_UNREADABLE', message, { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
