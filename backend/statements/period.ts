/** The time that a statement is about. */
import { z } from 'zod';
import { DomainError } from '../shared/errors.ts';

/** From the second `from` up to and without `to`, in Unix seconds. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

const instant = z
  .string()
  .max(40)
  .meta({ examples: ['2026-11-01'], description: 'A day in UTC, or a moment as ISO 8601.' })
  .optional();

/** The query that names a period: `period`, or `from` and `to`. */
export const periodQuery = z.strictObject({
  period: z
    .string()
    .max(10)
    .meta({ examples: ['2026-11'], description: 'A month or a day in UTC: `2026-11`, `2026-11-22`.' })
    .optional(),
  from: instant,
  to: instant,
});

const refuse = (field: string, message: string) =>
  new DomainError('REQUEST_INVALID', {
    message: `The period is unclear at: ${field}.`,
    fields: [{ field, message }],
  });

/** @throws DomainError REQUEST_INVALID unless it is one period, with its end behind its beginning */
export function parsePeriod({ period, from, to }: z.output<typeof periodQuery>): Period {
  if (period !== undefined) {
    if (from !== undefined || to !== undefined) throw refuse('period', 'Send this alone, or from and to.');
    return namedPeriod(period);
  }
  if (from === undefined) throw refuse('from', 'Send period, or from and to.');
  if (to === undefined) throw refuse('to', 'Send period, or from and to.');
  const span = { from: secondsOf(from, 'from'), to: secondsOf(to, 'to') };
  if (span.to <= span.from) throw refuse('to', 'Send a moment after the one in from.');
  return span;
}

function namedPeriod(text: string): Period {
  const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?$/.exec(text) ?? [];
  const [y, m, d] = [Number(year), Number(month) - 1, Number(day ?? 1)];
  const from = Date.UTC(y, m, d);
  if (year === undefined || y < 1970 || new Date(from).getUTCMonth() !== m)
    throw refuse('period', 'Send a month as 2026-11, or a day as 2026-11-22.');
  const to = day === undefined ? Date.UTC(y, m + 1, 1) : Date.UTC(y, m, d + 1);
  return { from: from / 1000, to: to / 1000 };
}

const MOMENT = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

function secondsOf(text: string, field: string): number {
  const parsed = MOMENT.safeParse(text);
  const seconds = parsed.success ? Math.floor(Date.parse(parsed.data) / 1000) : Number.NaN;
  if (seconds >= 0) return seconds;
  throw refuse(field, 'Send a day, or a moment as ISO 8601, from 1970 on.');
}
