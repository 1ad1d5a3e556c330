import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { z } from 'zod';
import { Api, forEachAtOnce } from '../../../scripts/replay/api.ts';

const answer = z.object({ points: z.string() });

describe('API of a replay', function () {
  this.timeout(30_000);

  let server: Server;
  let port: number;
  let handle: RequestListener;
  const open: Api[] = [];
  const said: string[] = [];

  const listen = async () => {
    server = createServer((request, response) => handle(request, response));
    await once(server.listen(port, '127.0.0.1'), 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const kill = () => {
    server.closeAllConnections();
    server.close();
  };
  const connect = () => {
    const api = new Api(`http://127.0.0.1:${port}`, (line) => void said.push(line.replace(/http\S+ /, '')));
    open.push(api);
    return api;
  };

  beforeEach(async () => {
    port = 0;
    said.length = 0;
    await listen();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((api) => api.close()));
    kill();
  });

  it('sends again what was not answered, refused as too much, or failed, until it is answered', async () => {
    let requests = 0;
    handle = (request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else if (requests === 2) response.writeHead(503).end('<html>');
      else if (requests === 3) response.writeHead(429, { 'retry-after': '0' }).end('{}');
      else if (requests === 4) response.writeHead(200).end('half of a js');
      else response.writeHead(201, { 'content-type': 'application/json' }).end('{"points":"7"}');
    };
    const api = connect();
    expect(await api.must({ method: 'POST', path: '/', body: '{}' }, answer)).to.deep.equal({ points: '7' });
    expect(api.retries).to.equal(4);
  });

  it('goes on when a server that was killed is back', async () => {
    handle = (_request, response) => response.end('{"points":"7"}');
    const api = connect();
    await api.must({ path: '/' }, answer);
    kill();
    const sent = api.must({ path: '/' }, answer);
    setTimeout(() => void listen(), 500);
    expect(await sent).to.deep.equal({ points: '7' });
    expect(api.retries).to.be.greaterThan(0);
    expect(said).to.deep.equal(['is gone; waiting for it.', 'is back.']);
  });

  it('gives refusals back with their code, and ends with them where none is expected', async () => {
    handle = (_request, response) =>
      response.writeHead(409).end('{"code":"PURCHASE_ID_REUSED","detail":"Use another id."}');
    const api = connect();
    const refused = { status: 409, code: 'PURCHASE_ID_REUSED', detail: 'Use another id.' };
    expect(await api.send({ path: '/' }, answer)).to.deep.equal({ refused });
    const sentence = await api.must({ path: '/' }, answer).catch((error: Error) => error.message);
    expect(sentence).to.equal('GET / was refused with 409 PURCHASE_ID_REUSED: Use another id.');
    expect(api.retries).to.equal(0);
  });

  it('ends with a sentence when the answer has another shape', async () => {
    handle = (_request, response) => response.end('{"points":7}');
    const sentence = await connect()
      .must({ path: '/' }, answer)
      .catch((error: Error) => error.message);
    expect(sentence).to.include('in a shape that this replay does not know (points:');
  });

  it('stops the others when one of many fails', async () => {
    let began = 0;
    const work = async (item: number) => {
      began += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (item === 3) throw new RangeError('three');
    };
    const items = Array.from({ length: 100 }, (_, index) => index);
    const failure = await forEachAtOnce(items, work, 4).catch((error: Error) => error.message);
    expect(failure).to.equal('three');
    expect(began).to.be.lessThan(20);
  });
});
