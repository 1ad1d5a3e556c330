/** A program with an API on a database of its own, brands with keys, and a client that speaks like a till. */
import type { Address, Hex } from 'viem';
import { type Config, type ConfigInput, parseConfig } from '../../backend/config.ts';
import { type Program, startProgram } from '../../backend/main.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../backend/partners/set-programme.ts';
import type { Network } from '../../backend/protocol/acts.ts';
import { encodeValues } from '../../backend/protocol/values-word.ts';
import type { Clock } from '../../backend/shared/clock.ts';
import { freshDatabase } from './database.ts';

export const COALITION: Address = '0xC0A1170000000000000000000000000000000001';
export const RECEIPT_KEY: Hex = `0x${'5e'.repeat(32)}`;
const STABLECOIN = '0xd011a00000000000000000000000000000000002';
export const CHAIN_ID = 31_337;
export const NETWORK: Network = { chainId: CHAIN_ID, coalition: COALITION };
export const ORIGIN = 'https://tessera.example';
/** A port of the discard protocol: nothing answers there, as when the chain is away. */
const NO_CHAIN = 'http://127.0.0.1:9';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is outside data that a test picks apart field by field
  body: any;
}

export interface TestApi {
  program: Program;
  url: string;
  /** A till key of Aurora (partner 1, a point per 100 US cents) and of Boreal (partner 2, 3 points per 250 euro cents). */
  keys: { aurora: string; boreal: string };
  get(path: string, key?: string): Promise<Answer>;
  post(path: string, body: unknown, key?: string): Promise<Answer>;
  /** Sends text as it is, with whatever headers. */
  send(path: string, init: RequestInit): Promise<Answer>;
  /** How many rows each table has. */
  rowCounts(): Promise<Record<string, number>>;
}

const AURORA = { partnerId: 1, slug: 'aurora', colour: '#7c3aed' };
const BOREAL = { partnerId: 2, slug: 'boreal', colour: '#0ea5e9' };

/** The configuration of a test's program: an API without a chain, unless told otherwise. */
export const testConfig = (databaseUrl: string, given: Partial<ConfigInput> = {}): Config =>
  parseConfig({
    roles: ['api'],
    databaseUrl,
    databaseConnections: 10,
    rpcUrls: [NO_CHAIN],
    chainId: CHAIN_ID,
    coalition: COALITION,
    stablecoin: STABLECOIN,
    port: 0,
    origins: [ORIGIN],
    receiptKey: RECEIPT_KEY,
    logLevel: 'silent',
    publicRequestsPerMinute: 100_000,
    ...given,
  });

/** Starts an API with two brands, on a fresh database unless given another; whoever starts it stops it. */
export async function startApi(
  given: Partial<ConfigInput> = {},
  { databaseUrl, ...options }: { clock?: Clock; databaseUrl?: string } = {},
): Promise<TestApi> {
  const program = await startProgram(testConfig(databaseUrl ?? (await freshDatabase()), given), options);
  const { prisma, pool } = program.deps;
  await seedPartner(program, { id: 1, name: 'Aurora', symbol: 'AUR', value: 10_000n });
  await seedPartner(program, { id: 2, name: 'Boreal', symbol: 'BOR', value: 4_000n });
  const perDollar = { points: 1n, perMinor: 100n, currency: 'USD' };
  const perEuro = { points: 3n, perMinor: 250n, currency: 'EUR' };
  await setProgramme(prisma, { programme: { ...AURORA, earning: perDollar }, actor: 'test' });
  await setProgramme(prisma, { programme: { ...BOREAL, earning: perEuro }, actor: 'test' });
  const tillKey = async (partnerId: number) =>
    (await createApiKey(prisma, { partnerId, name: 'till', scopes: ['till'], actor: 'test' })).key;
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(program.url + path, init);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  };
  const authorization = (key?: string): Record<string, string> =>
    key ? { authorization: `Bearer ${key}` } : {};
  return {
    program,
    url: program.url,
    keys: { aurora: await tillKey(1), boreal: await tillKey(2) },
    send,
    get: (path, key) => send(path, { headers: authorization(key) }),
    post: (path, body, key) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization(key) },
        body: JSON.stringify(body),
      }),
    rowCounts: async () => {
      const { rows: tables } = await pool.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
      );
      const parts = tables.map(
        ({ name }) => `SELECT '${name}' AS name, count(*)::int AS rows FROM "${name}"`,
      );
      const { rows } = await pool.query<{ name: string; rows: number }>(parts.join(' UNION ALL '));
      return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
    },
  };
}

/** Puts a partner of four quarters' validity into the projection, as the indexer does when the hub admits one. */
async function seedPartner(
  { deps: { prisma } }: Program,
  { id, name, symbol, value }: { id: number; name: string; symbol: string; value: bigint },
): Promise<void> {
  const word = encodeValues({ values: [value, value, value, value, value], epoch: 200 });
  await prisma.partner.create({
    data: {
      id,
      name,
      symbol,
      token: new Uint8Array(20).fill(0xa0 + id),
      admin: new Uint8Array(20).fill(0xb0 + id),
      quartersPerEpoch: 1,
      validity: 4,
      transferable: false,
      coverageBps: 10_000,
      valuesWord: word.toString(),
    },
  });
}

let sales = 0;

/** A sale of 12.34 that no other test has reported; fields can be set or left out (undefined). */
export const sale = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: `sale-${++sales}`,
  member: '0x00000000000000000000000000000000000000aa',
  amount: 1234,
  currency: 'USD',
  occurredAt: '2026-03-01T12:30:00Z',
  ...fields,
});
