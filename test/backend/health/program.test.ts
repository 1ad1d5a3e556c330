import { connect } from 'node:net';
import { expect } from 'chai';
import { parseConfig } from '../../../backend/config.ts';
import { createLogger } from '../../../backend/shared/logger.ts';
import { sale, startApi, type TestApi, testConfig } from '../../helpers/api.ts';

describe('Program', function () {
  this.timeout(60_000);

  describe('endpoints for those who run it', () => {
    let api: TestApi;
    before(async () => {
      api = await startApi();
    });
    after(() => api.program.stop());

    it('/healthz says that the process lives', async () => {
      expect(await api.get('/healthz')).to.deep.include({ status: 200, body: { status: 'alive' } });
    });

    it('/readyz says what is missing: the chain does not answer', async () => {
      const { status, body } = await api.get('/readyz');
      expect(status).to.equal(503);
      expect(body).to.include({ ready: false, database: 'ok', chain: 'does not answer', indexerLag: null });
    });

    it('/metrics counts purchases and requests by route', async () => {
      await api.post('/v1/purchases', sale(), api.keys.aurora);
      await api.get('/v1/no/such/route');
      const { body } = await api.get('/metrics');
      expect(body).to.contain('tessera_purchases_total{outcome="recorded"} 1');
      expect(body).to.match(
        /tessera_http_request_seconds_count\{method="POST",route="\/v1\/purchases",status="201"\} 1/,
      );
      expect(body).to.match(/route="other",status="404"\} 1/);
      expect(body).to.not.contain('no/such/route');
    });

    it('answers with headers that keep pages to themselves', async () => {
      const { headers } = await api.get('/v1/network');
      expect(headers.get('content-security-policy')).to.contain(
        `default-src 'self';connect-src 'self' http://127.0.0.1:9;`,
      );
      expect(headers.get('content-security-policy')).to.contain(`frame-ancestors 'none'`);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('x-powered-by')).to.equal(null);
      expect(headers.get('ratelimit')).to.match(/^"public"; r=\d+; t=\d+$/);
    });

    it('takes a sane request id over, and no other', async () => {
      const ask = async (id: string) =>
        (await api.send('/v1/network', { headers: { 'x-request-id': id } })).headers.get('x-request-id');
      expect(await ask('till-7.order-1')).to.equal('till-7.order-1');
      expect(await ask('a b" onload=')).to.match(/^[0-9a-f-]{36}$/);
    });
  });

  describe('limits', () => {
    it('turn a flood without a key away, with the time to wait, and let keys pass', async () => {
      const api = await startApi({ publicRequestsPerMinute: 5 });
      try {
        const answers = [];
        for (let index = 0; index < 8; index++) answers.push(await api.get('/v1/network'));
        expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200, 429, 429, 429]);
        expect(answers[7]?.body).to.include({ code: 'RATE_LIMITED', retry: 'later' });
        expect(Number(answers[7]?.headers.get('retry-after'))).to.be.within(1, 60);
        expect((await api.post('/v1/purchases', sale(), api.keys.aurora)).status).to.equal(201);
        expect((await api.get('/healthz')).status).to.equal(200);
      } finally {
        await api.program.stop();
      }
    });
  });

  describe('overload', () => {
    it('is answered with 429 and a time to wait, and repeating gets every purchase recorded', async () => {
      const api = await startApi({ purchaseQueueLimit: 3 });
      try {
        const sales = Array.from({ length: 60 }, () => sale());
        const report = (body: unknown) => api.post('/v1/purchases', body, api.keys.aurora);
        const answers = await Promise.all(sales.map(report));
        const turnedAway = answers.filter(({ status }) => status !== 201);
        expect(turnedAway.length).to.be.greaterThan(0);
        for (const { status, body, headers } of turnedAway) {
          expect([status, body.code, body.retry]).to.deep.equal([429, 'OVERLOADED', 'same-key']);
          expect(headers.get('retry-after')).to.equal('1');
        }
        for (const body of sales) expect((await report(body)).status).to.be.oneOf([200, 201]);
        expect((await api.rowCounts()).purchases).to.equal(60);
      } finally {
        await api.program.stop();
      }
    });
  });

  describe('stop', () => {
    it('answers every request in flight, then refuses connections', async () => {
      const api = await startApi();
      const { port } = new URL(api.url);
      const asked = Array.from({ length: 60 }, () => api.post('/v1/purchases', sale(), api.keys.aurora));
      // Until the first answer arrives, so that the server is in the middle of them.
      await Promise.race(asked);
      await api.program.stop();
      const outcomes = await Promise.allSettled(asked);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      const answered = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' ? [outcome.value.status] : [],
      );
      expect(new Set(answered)).to.deep.equal(new Set([201]));
      // Those that had no connection yet may find the door closed; none may be cut in the middle.
      expect(answered.length + refused.length).to.equal(60);
      const late = await new Promise((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => resolve('connected'));
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(late).to.equal('ECONNREFUSED');
    });

    it('may be called twice, and with nothing to do', async () => {
      const api = await startApi();
      await Promise.all([api.program.stop(), api.program.stop()]);
    });
  });

  describe('configuration', () => {
    it('names every setting that is wrong', () => {
      const wrong = {
        databaseUrl: 'mysql://x',
        rpcUrls: [],
        coalition: '0x1',
        receiptKey: `0x${'00'.repeat(32)}`,
      };
      expect(() => parseConfig(wrong)).to.throw(
        /databaseUrl.*rpcUrls.*chainId.*coalition.*stablecoin.*receiptKey/s,
      );
    });

    it('refuses settings that it does not know', () => {
      expect(() => testConfig('postgresql://localhost/x', { colour: 'red' } as object)).to.throw(/colour/);
    });
  });

  describe('logger', () => {
    it('blots out keys, tokens and signatures, wherever they stand', () => {
      const lines: string[] = [];
      const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
      logger.info(
        {
          authorization: 'hush1',
          config: { receiptKey: 'hush2', relayKeys: ['hush3'], databaseUrl: 'hush4' },
        },
        'a',
      );
      logger.info(
        { act: { signature: 'hush5' }, request: { headers: { authorization: 'hush6' } }, token: 'hush7' },
        'b',
      );
      expect(lines.join('')).to.not.contain('hush');
      expect(lines.join('').match(/\[redacted\]/g)).to.have.length(7);
    });
  });
});
