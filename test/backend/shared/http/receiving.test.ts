import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { limitReceiving } from '../../../../backend/shared/http/receiving.ts';

describe('limitReceiving', () => {
  let server: Server;
  before(async () => {
    const app = express();
    app.use(limitReceiving(150), express.json());
    app.use((_request, response) => {
      response.send('taken');
    });
    server = createServer({ requestTimeout: 0 }, app).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  /** What the server says to a request whose body comes in two parts, so many milliseconds apart. */
  async function send(path: string, { pauseMs }: { pauseMs: number }): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => {});
    const head = `POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n{ `;
    socket.write(head);
    const second = setTimeout(() => socket.write(' }'), pauseMs);
    let answer = '';
    for await (const piece of socket.setEncoding('utf8')) answer += piece;
    clearTimeout(second);
    return answer.split('\r\n')[0] ?? '';
  }

  it('cuts off a body that takes too long', async () => {
    expect(await send('/v1/purchases', { pauseMs: 2_000 })).to.equal('HTTP/1.1 408 Request Timeout');
  });

  it('lets a body come in parts, and a stream take its time', async () => {
    expect(await send('/v1/purchases', { pauseMs: 20 })).to.equal('HTTP/1.1 200 OK');
    expect(await send('/v1/purchases/bulk', { pauseMs: 400 })).to.equal('HTTP/1.1 200 OK');
  });
});
