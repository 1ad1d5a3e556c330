/** What the audit found to differ, in the order in which it was found. */

/** One difference: which law or figure, about whom, what the events say, and what was found. Integers are decimal strings. */
export interface Disagreement {
  readonly what: string;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** More are counted and not kept, so that a broken chain can't fill the memory. */
const KEPT_LIMIT = 1_000;

/** Collects differences. */
export class Disagreements {
  readonly kept: Disagreement[] = [];
  count = 0;

  /** Notes a difference if there is one, compared by value. */
  expectSame(
    what: string,
    subject: string,
    { expected, found }: { expected: unknown; found: unknown },
  ): void {
    if (String(expected).toLowerCase() !== String(found).toLowerCase())
      this.add(what, subject, { expected, found });
  }

  /** Notes a broken law. */
  add(what: string, subject: string, { expected, found }: { expected: unknown; found: unknown }): void {
    this.count += 1;
    if (this.kept.length < KEPT_LIMIT)
      this.kept.push({ what, subject, expected: String(expected), found: String(found) });
  }
}
