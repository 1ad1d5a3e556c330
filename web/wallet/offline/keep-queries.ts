import type { QueryClient } from '@tanstack/react-query';

const SLOT = 'tessera.kept';
const SAVE_MS = 500;
/** What a member wants to see without a network, too. */
const KEPT = ['partners', 'charities', 'balances', 'history'];

interface Kept {
  /** The program that wrote it: another one may mean other shapes. */
  program: string;
  queries: { key: readonly unknown[]; data: unknown; at: number }[];
}

/** Brings back what was last seen on this device, each with its moment, and keeps what is seen from now on. All stays in this browser. */
export function keepQueries(queries: QueryClient): void {
  for (const { key, data, at } of read()) queries.setQueryData(key, data, { updatedAt: at });
  let timer: ReturnType<typeof setTimeout> | undefined;
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.state.status !== 'success') return;
    if (!KEPT.includes(String(query.queryKey[0]))) return;
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      save(queries);
    }, SAVE_MS);
  });
}

function read(): Kept['queries'] {
  try {
    const kept = JSON.parse(localStorage.getItem(SLOT) ?? 'null', revive) as Kept | null;
    return kept?.program === program() ? kept.queries : [];
  } catch {
    return [];
  }
}

function save(queries: QueryClient): void {
  const found = queries.getQueryCache().getAll();
  const kept: Kept = {
    program: program(),
    queries: found
      .filter(({ queryKey, state }) => KEPT.includes(String(queryKey[0])) && state.data !== undefined)
      .map(({ queryKey, state }) => ({
        key: queryKey,
        data: firstPageOf(state.data),
        at: state.dataUpdatedAt,
      })),
  };
  try {
    localStorage.setItem(SLOT, JSON.stringify(kept, write));
  } catch {
    // No room, or storage is switched off: then the page shows nothing without a network, and loses nothing by it.
  }
}

/** Of a list that was read page after page only the newest is kept. */
function firstPageOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('pageParams' in data) || !('pages' in data)) return data;
  const { pages, pageParams } = data as { pages: unknown[]; pageParams: unknown[] };
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}

/** The address of the page's script has the hash of the whole program in it. */
const program = (): string => document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? '';

function write(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const plain = this[key];
  if (typeof plain === 'bigint') return { bigint: plain.toString() };
  if (plain instanceof Date) return { date: plain.getTime() };
  return value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('bigint' in value && typeof value.bigint === 'string') return BigInt(value.bigint);
  if ('date' in value && typeof value.date === 'number') return new Date(value.date);
  return value;
}
