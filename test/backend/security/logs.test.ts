/** The real program at level trace, in a process of its own, and everything that it writes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { openDatabase } from '../../../backend/database/database.ts';
import { migrateDatabase } from '../../../backend/database/migrate.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../../backend/partners/set-programme.ts';
import { domainOf, SIGN_IN_TYPES } from '../../../backend/protocol/acts.ts';
import { CHAIN_ID, COALITION, ORIGIN, RECEIPT_KEY } from '../../helpers/api.ts';
import { freshDatabase } from '../../helpers/database.ts';
import { eoaMember } from '../../helpers/members.ts';

const RELAY_KEY = `0x${'4b'.repeat(32)}`;
const SECRETS_KEY = '5c'.repeat(32);
const RPC_SECRET = 'f00dfacecafe0123456789';
const STARTED = /"url":"(http:\/\/localhost:\d+)"/;

interface Running {
  readonly url: string;
  written(): string;
  stop(): Promise<void>;
}

/** An endpoint that nobody answers at, named by an URL with a key as providers have them. */
async function startServer(databaseUrl: string): Promise<Running> {
  const child = spawn(process.execPath, ['backend/main.ts'], {
    env: {
      PATH: process.env.PATH,
      ROLES: 'api,relay,jobs,webhooks',
      DATABASE_URL: databaseUrl,
      RPC_URL: `http://127.0.0.1:9/v3/${RPC_SECRET}`,
      PUBLIC_RPC_URL: 'http://127.0.0.1:9',
      CHAIN_ID: String(CHAIN_ID),
      COALITION,
      STABLECOIN: '0xd011a00000000000000000000000000000000002',
      PORT: '0',
      ORIGINS: ORIGIN,
      RECEIPT_KEY,
      RELAY_KEYS: RELAY_KEY,
      SECRETS_KEYS: SECRETS_KEY,
      LOG_LEVEL: 'trace',
    },
  });
  let text = '';
  child.stdout.on('data', (part) => (text += part));
  child.stderr.on('data', (part) => (text += part));
  const deadline = Date.now() + 60_000;
  while (!STARTED.test(text)) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`It did not start: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: STARTED.exec(text)?.[1] ?? '',
    written: () => text,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

describe('Logs', function () {
  this.timeout(120_000);
  let server: Running;
  const secrets = new Map<string, string>();

  before(async () => {
    const databaseUrl = await freshDatabase();
    await migrateDatabase(databaseUrl);
    const { prisma, close } = openDatabase({ url: databaseUrl, maxConnections: 2, onError: () => {} });
    const programme = { partnerId: 1, slug: 'aurora', colour: '#7c3aed' };
    const earning = { points: 1n, perMinor: 100n, currency: 'USD' };
    await setProgramme(prisma, { programme: { ...programme, earning }, actor: 'test' });
    const scopes = ['till', 'webhooks', 'events'] as const;
    const { key } = await createApiKey(prisma, { partnerId: 1, name: 'till', scopes, actor: 'test' });
    await close();
    secrets.set('API key', key);
    secrets.set('API key with a wrong end', `${key.slice(0, -4)}AAAA`);
    secrets.set('receipt key', RECEIPT_KEY.slice(2));
    secrets.set('relay key', RELAY_KEY.slice(2));
    secrets.set('key of the secrets', SECRETS_KEY);
    secrets.set('key of the RPC endpoint', RPC_SECRET);
    secrets.set('database URL', databaseUrl);
    server = await startServer(databaseUrl);
    await traffic();
  });
  after(() => server?.stop());

  const send = async (method: string, path: string, bearer?: string, body?: unknown) => {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...(bearer && { authorization: `Bearer ${bearer}`, cookie: `token=${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  };

  /** What tills, members and people who mistake one field for another send. */
  async function traffic(): Promise<void> {
    const key = secrets.get('API key') ?? '';
    const { account, wallet } = eoaMember('who reads logs');
    const message = { account, origin: ORIGIN, issuedAt: Math.floor(Date.now() / 1000) };
    const types = { SignIn: [...SIGN_IN_TYPES.SignIn] };
    const network = { chainId: CHAIN_ID, coalition: COALITION };
    const signature = await wallet.signTypedData(domainOf(network), types, message);
    const { token } = (await send('POST', '/v1/sessions', undefined, { ...message, signature })).body;
    secrets.set('session’s token', token);
    secrets.set('signature', signature);
    const sale = {
      id: 'a',
      member: account,
      amount: 1250,
      currency: 'USD',
      occurredAt: '2026-03-01T12:30:00Z',
    };
    expect((await send('POST', '/v1/purchases', key, sale)).status).to.equal(201);
    expect((await send('POST', '/v1/purchases', key, { ...sale, amount: 1 })).status).to.equal(409);
    const hook = await send('POST', '/v1/webhooks', key, { url: 'https://shop.example/hook' });
    secrets.set('webhook’s secret', hook.body.secret);
    secrets.set('voucher', 'VOUCHERCODE42');
    for (const bearer of [secrets.get('API key with a wrong end'), token, `${token}x`, `${key}x`]) {
      await send('GET', '/v1/till', bearer);
      await send('GET', '/v1/members/me/sessions', bearer);
    }
    for (const secret of [key, token]) {
      await send('GET', `/v1/${secret}`);
      await send('GET', `/v1/till?key=${secret}`);
      await send('POST', '/v1/payments', key, { id: secret, [secret]: secret });
      await send('POST', `/v1/sessions/${secret}`, undefined, { token: secret });
    }
    await send('POST', '/v1/vouchers/VOUCHERCODE42/use', key, {});
    // Nobody answers for the chain, and its client says in its errors whom it asked.
    expect((await send('GET', `/v1/members/${account}/keys`)).status).to.equal(503);
    await send('GET', '/readyz');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }

  it('tell of what happened, at level trace', () => {
    const text = server.written();
    for (const words of ['request answered', 'request refused', 'request failed', 'CHAIN_UNAVAILABLE'])
      expect(text).to.include(words);
    expect(text.split('\n').length).to.be.greaterThan(30);
  });

  it('never hold a key, a token, a signature, a voucher or a secret', () => {
    const text = server.written();
    for (const [name, secret] of secrets) {
      expect(secret.length, name).to.be.greaterThan(8);
      expect(text.includes(secret), `the ${name} is in the log`).to.equal(false);
      expect(text.includes(Buffer.from(secret).toString('base64')), `the ${name} in base64`).to.equal(false);
      expect(text.includes(encodeURIComponent(secret)), `the ${name} in an URL`).to.equal(false);
    }
  });
});
