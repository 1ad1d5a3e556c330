import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { encodeErrorResult, type Hex } from 'viem';
import { CoalitionAbi, PointsTokenAbi } from '../../../artifacts/abi.ts';
import { checkDeployment } from '../../../backend/chain/check-deployment.ts';
import { parseRevert, revertToError } from '../../../backend/chain/decode-revert.ts';
import { openChain } from '../../../backend/chain/open-chain.ts';
import { simulate } from '../../../backend/chain/simulate.ts';
import type { Deps } from '../../../backend/shared/deps.ts';
import { DomainError } from '../../../backend/shared/errors.ts';

const MEMBER = '0x00000000000000000000000000000000000000AA';

/** A node that answers every request by `answer`, and counts them. */
async function startNode(answer: (method: string) => { status?: number; body: unknown }) {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const parsed: unknown = JSON.parse(text);
      const calls = (Array.isArray(parsed) ? parsed : [parsed]) as { id: number; method: string }[];
      const answers = calls.map(({ id, method }) => {
        seen.push(method);
        return { id, ...answer(method) };
      });
      response.statusCode = answers[0]?.status ?? 200;
      const bodies = answers.map(({ id, body }) =>
        typeof body === 'object' ? { jsonrpc: '2.0', id, ...body } : body,
      );
      const first = bodies[0];
      response.end(
        typeof first === 'string' ? first : JSON.stringify(Array.isArray(parsed) ? bodies : first),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, stop: () => server.close() };
}

describe('Chain client', () => {
  const stops: (() => void)[] = [];
  const node = async (answer: Parameters<typeof startNode>[0]) => {
    const started = await startNode(answer);
    stops.push(started.stop);
    return started;
  };
  after(() => {
    for (const stop of stops) stop();
  });
  const good = () => node(() => ({ body: { result: '0x7a69' } }));

  describe('with several endpoints', () => {
    const bad: [string, () => { status?: number; body: unknown }][] = [
      ['an internal error', () => ({ status: 500, body: '<html>oops</html>' })],
      ['a limit', () => ({ status: 429, body: 'slow down' })],
      ['half a JSON', () => ({ body: '{"jsonrpc":"2.0","id":1,"res' })],
    ];
    for (const [name, answer] of bad)
      it(`passes over one that answers ${name}`, async () => {
        const [first, second] = [await node(answer), await good()];
        const { chain } = openChain({ rpcUrls: [first.url, second.url], chainId: 31_337, timeoutMs: 1_000 });
        expect(await chain.getChainId()).to.equal(31_337);
        expect(first.seen.length).to.be.greaterThan(0);
      });

    it('passes over one that is away, and one that does not answer in time', async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const rpcUrls = ['http://127.0.0.1:9', `http://127.0.0.1:${port}`, (await good()).url];
      const { chain } = openChain({ rpcUrls, chainId: 31_337, timeoutMs: 200 });
      expect(await chain.getChainId()).to.equal(31_337);
      silent.closeAllConnections();
      silent.close();
    });

    it('takes a revert for an answer, and asks nobody else', async () => {
      const args = [MEMBER, 20n, 100n] as const;
      const data = encodeErrorResult({ abi: PointsTokenAbi, errorName: 'PointsInsufficient', args });
      const error = { code: 3, message: 'execution reverted', data };
      const [first, second] = [await node(() => ({ body: { error } })), await good()];
      const clients = openChain({ rpcUrls: [first.url, second.url], chainId: 31_337 });
      expect(await simulate(clients, { to: MEMBER, data: '0x' })).to.deep.equal({ revert: data });
      expect(second.seen).to.deep.equal([]);
    });

    it('says CHAIN_UNAVAILABLE when nobody answers', async () => {
      const clients = openChain({ rpcUrls: ['http://127.0.0.1:9'], chainId: 31_337, timeoutMs: 200 });
      const outcome = await simulate(clients, { to: MEMBER, data: '0x' }).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(DomainError);
      expect((outcome as DomainError).code).to.equal('CHAIN_UNAVAILABLE');
    });
  });

  it('refuses another chain by name', async () => {
    const { url } = await good();
    const clients = openChain({ rpcUrls: [url], chainId: 1 });
    const config = { chainId: 1 } as Deps['config'];
    const outcome = await checkDeployment({ ...clients, config }).catch((error: unknown) => error);
    expect((outcome as DomainError).code).to.equal('CHAIN_FOREIGN');
    expect((outcome as DomainError).details).to.deep.equal({
      what: 'chain id',
      expected: '1',
      found: '31337',
    });
  });
});

describe('Reverts', () => {
  it('have one name from the chain to the screen, with the same facts', () => {
    const cases: [Hex, string, Record<string, unknown>][] = [
      [
        encodeErrorResult({
          abi: PointsTokenAbi,
          errorName: 'PointsInsufficient',
          args: [MEMBER, 20n, 100n],
        }),
        'POINTS_INSUFFICIENT',
        { error: 'PointsInsufficient', member: MEMBER, available: '20', requested: '100' },
      ],
      [
        encodeErrorResult({ abi: CoalitionAbi, errorName: 'ReserveInsufficient', args: [7, 5n, 9n] }),
        'RESERVE_INSUFFICIENT',
        { error: 'ReserveInsufficient', partner: 7, available: '5', requested: '9' },
      ],
      [
        encodeErrorResult({ abi: PointsTokenAbi, errorName: 'PointsNonceUnusable', args: [MEMBER, 3n, 4n] }),
        'ACT_NONCE_USED',
        { error: 'PointsNonceUnusable', member: MEMBER, nonce: '3', next: '4' },
      ],
      [
        encodeErrorResult({
          abi: PointsTokenAbi,
          errorName: 'PointsNonceUnusable',
          args: [MEMBER, 3_000n, 4n],
        }),
        'ACT_NONCE_TOO_FAR',
        { error: 'PointsNonceUnusable', member: MEMBER, nonce: '3000', next: '4' },
      ],
      [
        encodeErrorResult({ abi: CoalitionAbi, errorName: 'CoalitionHalted' }),
        'COALITION_HALTED',
        { error: 'CoalitionHalted' },
      ],
    ];
    for (const [data, code, details] of cases) {
      const error = revertToError(data, 'ACT_REFUSED');
      expect([error.code, error.details]).to.deep.equal([code, details]);
    }
  });

  it('without a code of their own keep their name', () => {
    const data = encodeErrorResult({ abi: CoalitionAbi, errorName: 'ReentrancyGuardReentrantCall' });
    expect(revertToError(data, 'ACT_REFUSED').details).to.deep.equal({
      error: 'ReentrancyGuardReentrantCall',
    });
    expect(revertToError(data, 'ACT_REFUSED').code).to.equal('ACT_REFUSED');
  });

  it('that no ABI knows are no error of ours', () => {
    for (const data of ['0x', '0x1234', '0xdeadbeef00'] as const) {
      expect(parseRevert(data)).to.equal(null);
      expect(revertToError(data, 'BATCH_REFUSED').code).to.equal('BATCH_REFUSED');
    }
  });
});
