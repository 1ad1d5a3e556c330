/** Where a member can be. A sheet over Home has an address too, so that the way back closes it and a link opens it. */
export type Route =
  | { page: 'home' | 'shops' | 'code' | 'history' | 'me' | 'claim' }
  | { page: 'brand' | 'charity' | 'receipt' | 'act' | 'pay'; id: string }
  | { page: 'spend' | 'swap' | 'give'; from: number | undefined; to: number | undefined }
  | { page: 'unknown' };

export type Tab = 'home' | 'shops' | 'code' | 'history' | 'me';

const PLAIN = ['shops', 'code', 'history', 'me', 'claim'] as const;
const WITH_ID = ['brand', 'charity', 'receipt', 'act', 'pay'] as const;
const SHEETS = ['spend', 'swap', 'give'] as const;

const oneOf = <const T extends string>(words: readonly T[], word: string): T | undefined =>
  words.find((known) => known === word);

/** The route of a path with its query: "/brand/3", "/give?to=2". */
export function routeOf(path: string): Route {
  const { pathname, searchParams } = new URL(path, 'http://wallet');
  const [name = '', id = '', ...rest] = pathname.slice(1).replace(/\/$/, '').split('/');
  if (rest.length > 0) return { page: 'unknown' };
  if (name === '') return { page: 'home' };
  const plain = oneOf(PLAIN, name);
  if (plain && !id) return { page: plain };
  const one = oneOf(WITH_ID, name);
  if (one && id) return { page: one, id: readable(id) };
  const sheet = oneOf(SHEETS, name);
  if (sheet && !id)
    return { page: sheet, from: numberIn(searchParams, 'from'), to: numberIn(searchParams, 'to') };
  return { page: 'unknown' };
}

function readable(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

/** What stood behind the # before pages had paths, and still does in printed codes: "#pay=ID" is "/pay/ID". `undefined`: no such page. */
export function pathOfFragment(fragment: string): string | undefined {
  const [name = '', id = ''] = fragment.split('=', 2);
  if (name === 'home') return '/';
  if (oneOf(PLAIN, name) && !id) return `/${name}`;
  return oneOf(WITH_ID, name) && id ? `/${name}/${id}` : undefined;
}

/** The tab that a page belongs to. */
export function tabOf({ page }: Route): Tab | undefined {
  switch (page) {
    case 'shops':
    case 'charity':
      return 'shops';
    case 'receipt':
    case 'act':
      return 'history';
    case 'code':
    case 'history':
    case 'me':
      return page;
    case 'unknown':
    case 'claim':
    case 'pay':
      return undefined;
    default:
      return 'home';
  }
}
