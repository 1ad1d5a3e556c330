/** What the auditor's page gives out as files. Integers beyond 2^53 are decimal strings in JSON. */
import type { PlacedEvent } from '../../../backend/audit/chain-event.ts';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import type { AuthorityEvent } from '../ledger/authority.ts';
import type { Ledger } from '../ledger/read-ledger.ts';
import { type Sample, standingOf } from '../ledger/series.ts';

type Cell = string | number | bigint | boolean | undefined;

/** Text for JSON: bigints as decimal strings, maps as lists of pairs. */
export const toJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_key, each) => (typeof each === 'bigint' ? each.toString() : each instanceof Map ? [...each] : each),
    2,
  );

/** Rows as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export const toCsv = (titles: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [titles, ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');

function quote(cell: Cell): string {
  const text = String(cell ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

type AnyEvent = PlacedEvent | AuthorityEvent;

/** All events in the order of the chain, those of the roles among them. */
export const allEvents = ({ gathered, authority }: Ledger): AnyEvent[] =>
  [...gathered.events, ...authority.events].sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);

const plain = (event: AnyEvent) => ({
  block: event.block,
  logIndex: event.logIndex,
  time: new Date(event.timestamp * 1000).toISOString(),
  transaction: event.transaction,
  ...('token' in event ? { token: event.token } : {}),
  event: event.eventName,
  args: event.args,
});

/** Events as a list of objects. */
export const eventsJson = (events: readonly AnyEvent[]): string => toJson(events.map(plain));

/** Events a row each, with their arguments as JSON in the last column. */
export const eventsCsv = (events: readonly AnyEvent[]): string =>
  toCsv(
    ['block', 'log_index', 'time', 'transaction', 'token', 'event', 'args'],
    events
      .map(plain)
      .map((event) => [
        event.block,
        event.logIndex,
        event.time,
        event.transaction,
        'token' in event ? event.token : '',
        event.event,
        JSON.stringify(event.args, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)),
      ]),
  );

/** The figures of one block, brand by brand. */
export const figuresCsv = ({ partners, block, at }: CoalitionFigures): string =>
  toCsv(
    [
      'block',
      'time',
      'partner',
      'name',
      'token',
      'supply',
      'liability_micro_usd',
      'required_micro_usd',
      'reserve_micro_usd',
      'match_budget_micro_usd',
      'freed_micro_usd',
      'coverage_policy_bps',
      'last_batch',
      'halted',
      'leaving',
    ],
    partners.map((p) => [
      block,
      at.toISOString(),
      p.partner,
      p.name,
      p.token,
      p.supply,
      p.liability,
      p.required,
      p.reserve,
      p.matchBudget,
      p.freed,
      p.coverageBps,
      p.lastBatch,
      p.halted,
      p.leaving,
    ]),
  );

/** The drawn history, a row for a brand at a moment. */
export const historyCsv = (samples: readonly Sample[]): string =>
  toCsv(
    ['time', 'block', 'partner', 'supply', 'liability_micro_usd', 'reserve_micro_usd'],
    samples.flatMap((sample) =>
      [...sample.brands.keys()].map((partner) => {
        const standing = standingOf(sample, partner);
        return [
          new Date(sample.at * 1000).toISOString(),
          sample.block,
          partner,
          standing?.supply,
          standing?.liability,
          standing?.reserve,
        ];
      }),
    ),
  );

/** What differs between events and contracts. */
export const findingsJson = ({ audit }: Ledger): string =>
  toJson({ ...audit.result, hash: audit.block.hash });
