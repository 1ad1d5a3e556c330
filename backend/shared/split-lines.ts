/** One line of a text that arrives in pieces; `text` is null when the line was longer than the limit. Lines are numbered from 1. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
}

const LF = 0x0a;

/**
 * Cuts bytes into lines of UTF-8 text, those of one piece as one array; empty lines are numbered and left out, a carriage return at the end of
 * a line is not part of it. Of a line that is longer than `limit` bytes nothing is kept, so memory is bounded whatever arrives.
 */
export async function* splitLines(
  pieces: AsyncIterable<Uint8Array>,
  { limit }: { limit: number },
): AsyncGenerator<Line[], void, undefined> {
  let kept: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const keep = (part: Uint8Array) => {
    size += part.length;
    if (size <= limit) kept.push(part);
    else kept = [];
  };
  const finish = (): Line[] => {
    const text = size > limit ? null : Buffer.concat(kept, size).toString('utf8').trim();
    kept = [];
    size = 0;
    number += 1;
    return text === '' ? [] : [{ number, text }];
  };
  for await (const piece of pieces) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = piece.indexOf(LF); end >= 0; end = piece.indexOf(LF, from)) {
      keep(piece.subarray(from, end));
      lines.push(...finish());
      from = end + 1;
    }
    if (from < piece.length) keep(piece.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (size > 0) yield finish();
}
