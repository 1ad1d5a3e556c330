import { type ReactNode, useState } from 'react';
import { formatWhole } from '../shared/ui/format.ts';

/** A row of a table: what it is known by, then its cells. `key` tells rows apart. */
export interface Row {
  readonly key: string;
  readonly cells: readonly ReactNode[];
}

/** What is shown of a long table at first. */
const FIRST_ROWS = 50;

/** A table that scrolls sideways on a phone, by keyboard too. The first column is text, `numbers` columns at the end are figures. */
export function Table({
  label,
  titles,
  rows,
  numbers = 0,
  empty = 'Nothing so far.',
  tall = false,
}: {
  label: string;
  titles: readonly string[];
  rows: readonly Row[];
  numbers?: number;
  empty?: string;
  tall?: boolean;
}) {
  const [whole, setWhole] = useState(false);
  if (rows.length === 0) return <p className="text-muted">{empty}</p>;
  const shown = whole ? rows : rows.slice(0, FIRST_ROWS);
  const isNumber = (column: number) => column >= titles.length - numbers;
  return (
    <>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className={`overflow-x-auto print:max-h-none ${tall ? 'max-h-96 overflow-y-auto' : ''}`}
      >
        <table className="w-full text-left text-sm tabular-nums">
          <thead className="text-muted">
            <tr>
              {titles.map((title, column) => (
                <th
                  key={title}
                  scope="col"
                  className={`py-2 pr-4 font-semibold whitespace-nowrap last:pr-0 ${isNumber(column) ? 'text-right' : ''}`}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, cells }) => (
              <tr key={key} className="border-t border-line align-top">
                {cells.map((cell, column) => (
                  <td
                    key={titles[column]}
                    className={`py-2 pr-4 last:pr-0 ${isNumber(column) ? 'text-right whitespace-nowrap' : ''}`}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < rows.length ? (
        <button
          type="button"
          className="button button-quiet mt-4 print:hidden"
          onClick={() => setWhole(true)}
        >
          Show all {formatWhole(rows.length)}
        </button>
      ) : null}
    </>
  );
}

/** A titled part of a page. */
export function Panel({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section className="panel p-5" aria-label={title}>
      <h2 className="text-xl font-bold tracking-tight">{title}</h2>
      {about ? <p className="mt-1 max-w-3xl text-muted wrap-anywhere">{about}</p> : null}
      <div className="mt-4">{children}</div>
    </section>
  );
}

/** An address or a hash: whole for whoever copies it, and as wide as there is room. */
export const Hex = ({ children }: { children: string }) => (
  <code className="block min-w-52 text-xs break-all">{children}</code>
);

/** An instant of the chain, in Unix seconds, in UTC to the minute: "2026-11-22 09:41". */
export const utc = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
