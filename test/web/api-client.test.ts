import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { readBalances, readNetwork, recordPurchase } from '../../web/shared/api/calls.ts';
import { problemSentence } from '../../web/shared/api/problem-sentence.ts';
import { ApiProblem } from '../../web/shared/api/request.ts';

const ACCOUNT = `0x${'ab'.repeat(20)}` as const;
const balances = {
  account: ACCOUNT,
  block: '12',
  balances: [
    {
      partner: 1,
      points: '281474976710655',
      value: '309485009821345068724781055',
      nextNonce: 3,
      buckets: [
        {
          epoch: 227,
          points: '281474976710655',
          value: '309485009821345068724781055',
          expiresAt: '2027-01-01T00:00:00Z',
        },
      ],
    },
  ],
  pending: [],
  debts: [],
};

describe('API client', () => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  let seen: {
    method?: string | undefined;
    path?: string | undefined;
    authorization?: string | undefined;
    body: string;
  };
  const realFetch = globalThis.fetch;

  before(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      seen = {
        method: request.method,
        path: request.url,
        authorization: request.headers.authorization,
        body,
      };
      answer(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // In a page, paths are relative to its own origin.
    globalThis.fetch = (path, init) => realFetch(`http://127.0.0.1:${port}${path}`, init);
  });
  after(() => {
    globalThis.fetch = realFetch;
    server.close();
    server.closeAllConnections();
  });

  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    answer = (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  };
  const failure = async (call: Promise<unknown>): Promise<ApiProblem> => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(ApiProblem);
    return error as ApiProblem;
  };

  describe('an answer as agreed', () => {
    it('keeps amounts that no number can hold', async () => {
      json(200, balances);
      const [balance] = (await readBalances(ACCOUNT)).balances;
      expect(balance?.value).to.equal(309485009821345068724781055n);
      expect(balance?.buckets[0]?.expiresAt.toISOString()).to.equal('2027-01-01T00:00:00.000Z');
    });

    it('sends the till’s key and the body as they are', async () => {
      json(201, { id: 'a', member: ACCOUNT, points: '12', status: 'accepted', receipt: {} });
      const body = {
        id: 'a',
        member: '12345678',
        amount: 1250,
        currency: 'USD',
        occurredAt: '2026-11-22T10:00:00Z',
      };
      expect((await recordPurchase(body, 'tsk_a_b')).points).to.equal(12n);
      expect(seen).to.include({ method: 'POST', path: '/v1/purchases', authorization: 'Bearer tsk_a_b' });
      expect(JSON.parse(seen.body)).to.deep.equal(body);
    });
  });

  describe('an answer of another shape', () => {
    for (const [what, body] of [
      ['an amount that is a fraction', { ...balances, block: 1.5 }],
      ['an amount that is negative', { ...balances, balances: [{ ...balances.balances[0], points: '-1' }] }],
      ['an account that is none', { ...balances, account: '0x12' }],
      ['a list that is missing', { ...balances, pending: undefined }],
      ['half a JSON', '{"account": "0x'],
    ] as const)
      it(`refuses ${what}`, async () => {
        json(200, body);
        const problem = await failure(readBalances(ACCOUNT));
        expect(problem.code).to.equal('UNREADABLE');
        expect(problem.unknownOutcome).to.equal(true);
      });
  });

  describe('a problem document', () => {
    it('carries code, field and remedy', async () => {
      json(404, {
        title: 'No member is known by this',
        status: 404,
        detail: 'Check the code.',
        code: 'MEMBER_UNKNOWN',
        errors: [{ field: 'member', message: 'no such code' }],
      });
      const problem = await failure(readBalances(ACCOUNT));
      expect(problem).to.include({ code: 'MEMBER_UNKNOWN', status: 404, unknownOutcome: false });
      expect(problemSentence(problem)).to.equal('Check the code. No such code');
    });

    it('tells a member how long to wait', async () => {
      json(429, { title: 'Too many requests', status: 429, code: 'RATE_LIMITED' }, { 'retry-after': '7' });
      const problem = await failure(readBalances(ACCOUNT));
      expect(problem.retryAfterSeconds).to.equal(7);
      expect(problemSentence(problem)).to.equal('That was a bit fast. Wait a moment and try again. (7 s)');
    });

    it('does without one: a proxy answers with HTML', async () => {
      answer = (response) => {
        response.writeHead(502, { 'content-type': 'text/html' });
        response.end('<h1>Bad gateway</h1>');
      };
      const problem = await failure(readNetwork());
      expect(problem).to.include({ code: 'REFUSED', status: 502, unknownOutcome: true });
      expect(problem.detail).not.to.contain('<');
    });
  });

  it('says that nobody answers', async () => {
    answer = (response) => response.destroy();
    const problem = await failure(readNetwork());
    expect(problem).to.include({ code: 'OFFLINE', unknownOutcome: true });
  });

  it('says nothing of an error’s inside', () => {
    expect(problemSentence(new Error('0xdeadbeef at line 3'))).to.equal(
      'Something went wrong on this page. Reload it and try again.',
    );
  });
});
