import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { COALITION, RECEIPT_KEY, sale, startApi, type TestApi } from '../../helpers/api.ts';
import { freshDatabase } from '../../helpers/database.ts';
import { eventually, idsOf, openReceiver, type Receiver } from '../../helpers/receiver.ts';

const MAIN = fileURLToPath(new URL('../../../backend/main.ts', import.meta.url));
const KEY = '33'.repeat(32);
const SALES = 40;

describe('A sender of webhooks that is killed', function () {
  this.timeout(60_000);
  let api: TestApi;
  let receiver: Receiver;
  let databaseUrl: string;
  before(async () => {
    databaseUrl = await freshDatabase();
    api = await startApi({ secretsKeys: [KEY], webhooksToLoopback: true }, { databaseUrl });
    receiver = await openReceiver();
  });
  after(async () => {
    await api.program.stop();
    await receiver.stop();
  });

  const startSender = () =>
    spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        RPC_URL: 'http://127.0.0.1:9',
        CHAIN_ID: '31337',
        COALITION,
        STABLECOIN: COALITION,
        RECEIPT_KEY,
        ROLES: 'webhooks',
        SECRETS_KEYS: KEY,
        WEBHOOKS_TO_LOOPBACK: 'true',
        WEBHOOK_TIMEOUT_MS: '1500',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });

  it('with SIGKILL in the middle of deliveries loses none: the next one sends them again under their ids', async () => {
    const options = { partnerId: 1, name: 'office', scopes: ['webhooks'], actor: 'test' } as const;
    const { key } = await createApiKey(api.program.deps.prisma, options);
    const { body: hook } = await api.post('/v1/webhooks', { url: receiver.url }, key);
    // It takes the request and dies before it hears the answer.
    receiver.answer = () => {};
    const first = startSender();
    for (let index = 0; index < SALES; index++) await api.post('/v1/purchases', sale(), api.keys.aurora);
    await receiver.until(3, 20_000);
    const exit = once(first, 'exit');
    first.kill('SIGKILL');
    await exit;
    const heard = idsOf(receiver);
    expect(heard.length).to.be.within(3, 4);
    receiver.answer = (_request, response) => response.writeHead(200).end();
    const second = startSender();
    const { pool } = api.program.deps;
    await eventually(
      'all are delivered',
      async () => {
        const sql = `SELECT count(*)::int AS n FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'delivered'`;
        return (await pool.query(sql, [hook.id])).rows[0].n === SALES;
      },
      30_000,
    );
    const ids = idsOf(receiver);
    expect(new Set(ids).size).to.equal(SALES);
    for (const id of heard) expect(ids.filter((each) => each === id)).to.have.length(2);
    expect(ids).to.have.length(SALES + heard.length);
    const ended = once(second, 'exit');
    second.kill('SIGTERM');
    expect((await ended)[0]).to.equal(0);
  });
});
