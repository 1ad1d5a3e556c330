/** What attackers put into text fields, put into every one that the document has. */
import { expect } from 'chai';
import { describeApi } from '../../../backend/api/describe-api.ts';
import { type ApiWorld, openApiWorld } from '../../helpers/api-world.ts';
import { bodyOf, type Operation, operationsOf, readAnswer, urlOf } from '../../helpers/document.ts';
import { change, fieldsIn } from '../../helpers/schema-values.ts';

/** Longer than any honest answer, shorter than what the payloads ask the database to wait. */
const SLOW_MS = 8_000;

const TEXTS = [
  `'`,
  `' OR '1'='1`,
  `'; DROP TABLE members; --`,
  `1; SELECT pg_sleep(20); --`,
  `' UNION SELECT sha256::text FROM api_keys --`,
  `$1`,
  `{"$gt": ""}`,
  `a\r\nx-injected: yes`,
  `a%0d%0ax-injected: yes`,
  `__proto__`,
  `\${7*7}`,
  `<script>alert(1)</script>`,
];
const VALUES = [
  { $gt: '' },
  { $where: 'sleep(20000)' },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  { constructor: { prototype: { polluted: true } } },
  { toString: 'no function' },
];

describe('Injection', function () {
  this.timeout(10 * 60_000);
  let world: ApiWorld;
  let examples: Awaited<ReturnType<ApiWorld['examples']>>;
  let tables: string[];
  const operations = operationsOf(describeApi());
  const tokenOf = ({ security }: Operation): string | undefined => {
    const said = JSON.stringify(security);
    if (said.includes('webhooks') || said.includes('events')) return world.callers.auroraOffice;
    if (said.includes('key')) return world.callers.aurora;
    return said.includes('session') ? world.callers.ana : undefined;
  };
  const tablesNow = async (): Promise<string[]> => {
    const sql = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`;
    return (await world.network.deps.pool.query<{ name: string }>(sql)).rows.map(({ name }) => name);
  };

  before(async () => {
    world = await openApiWorld();
    examples = await world.examples();
    tables = await tablesNow();
  });
  after(() => world?.stop());

  async function send(
    operation: Operation,
    url: string,
    { body, headers }: { body?: string; headers: Record<string, string> },
    payload: string,
  ): Promise<number> {
    const token = tokenOf(operation);
    const startedAt = performance.now();
    const response = await fetch(world.program.url + url, {
      method: operation.method,
      ...(body !== undefined && { body }),
      headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
    });
    const { text } = await readAnswer(response);
    const told = `${operation.id} of ${url} with ${payload} → ${response.status} ${text}`;
    expect(response.status < 500 || operation.id === 'readReadiness', told).to.equal(true);
    expect(performance.now() - startedAt, told).to.be.lessThan(SLOW_MS);
    expect(response.headers.get('x-injected'), told).to.equal(null);
    expect(text, told).to.not.match(/syntax error|SQLSTATE|pg_catalog|PrismaClient|\bat .*\.ts:\d+/);
    if (response.headers.get('content-type')?.includes('html'))
      expect(text, told).to.not.include('<script>alert');
    expect(({} as { polluted?: unknown }).polluted, told).to.equal(undefined);
    return response.status;
  }

  for (const operation of operations) {
    const named = operation.parameters.filter(({ in: where }) => where !== 'header');
    const fields = operation.body ? fieldsIn(operation.body) : [];
    if (named.length + fields.length === 0) continue;
    it(`finds no way into ${operation.method} ${operation.path} (${named.length + fields.length} fields)`, async () => {
      const { params = {}, query = {}, body } = examples[operation.id] ?? {};
      const own = bodyOf(operation, body);
      for (const { name, in: where } of named)
        for (const text of TEXTS) {
          const at = where === 'path' ? 'params' : 'query';
          const parts = { params, query, [at]: { ...(at === 'params' ? params : query), [name]: text } };
          await send(operation, urlOf(operation, parts), own, text);
        }
      const isJson = typeof body === 'object' && body !== null;
      for (const { path } of isJson ? fields : [])
        for (const to of [...TEXTS, ...VALUES]) {
          const spoiled = change(body as Record<string, unknown>, path, { to });
          await send(
            operation,
            urlOf(operation, { params, query }),
            bodyOf(operation, spoiled),
            JSON.stringify(to),
          );
        }
      if (!isJson) return;
      // Keys that no object literal can have: as they come in JSON.
      for (const key of ['__proto__', 'constructor', 'prototype']) {
        const text = `{"${key}": {"polluted": true}, ${JSON.stringify(body).slice(1)}`;
        const status = await send(
          operation,
          urlOf(operation, { params, query }),
          { ...own, body: text },
          key,
        );
        if (JSON.stringify(body) !== '{}')
          expect(status, `${operation.id} took ${key}`).to.be.within(200, 499);
      }
    });
  }

  it('left the database as it was', async () => {
    expect(await tablesNow()).to.deep.equal(tables);
    const { rows } = await world.network.deps.pool.query('SELECT count(*)::int AS count FROM members');
    expect(rows[0].count).to.be.greaterThan(1);
  });

  it('of a header’s text into an answer’s is cut off', async () => {
    const id = await fetch(`${world.program.url}/v1/network`, { headers: { 'x-request-id': 'a b<c>' } });
    expect(id.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
  });
});
