import { expect } from 'chai';
import fc from 'fast-check';
import { type Line, splitLines } from '../../../backend/shared/split-lines.ts';

async function split(pieces: readonly Uint8Array[], limit = 1_000): Promise<Line[]> {
  const lines: Line[] = [];
  const source = (async function* () {
    yield* pieces;
  })();
  for await (const some of splitLines(source, { limit })) lines.push(...some);
  return lines;
}

const bytes = (text: string) => Buffer.from(text);

describe('splitLines', () => {
  it('numbers lines from 1, leaves empty ones out, and takes a last one without its end', async () => {
    expect(await split([bytes('a\r\n\n  \nb\nc')])).to.deep.equal([
      { number: 1, text: 'a' },
      { number: 4, text: 'b' },
      { number: 5, text: 'c' },
    ]);
  });

  it('finds the same lines wherever the pieces are cut, in the middle of a character too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 20 }),
        fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }),
        async (texts, cuts) => {
          const whole = bytes(texts.join('\n'));
          const pieces: Uint8Array[] = [];
          for (let at = 0, cut = 0; at < whole.length; cut++) {
            const size = 1 + (cuts[cut % cuts.length] ?? 0);
            pieces.push(whole.subarray(at, at + size));
            at += size;
          }
          expect(await split(pieces)).to.deep.equal(await split([whole]));
        },
      ),
    );
  });

  it('keeps nothing of a line that is too long, and goes on after it', async () => {
    const long = bytes('x'.repeat(40));
    expect(await split([bytes('first\n'), long, long, bytes('\n'), bytes('12345\n')], 5)).to.deep.equal([
      { number: 1, text: 'first' },
      { number: 2, text: null },
      { number: 3, text: '12345' },
    ]);
    expect(await split([bytes('123456')], 5)).to.deep.equal([{ number: 1, text: null }]);
  });
});
