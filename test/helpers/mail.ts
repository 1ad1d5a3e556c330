/** A mail server and a text message gateway of our own: they take what is sent for real, and show it. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Mail {
  readonly to: string;
  readonly text: string;
}

export interface Mailbox {
  readonly url: string;
  /** What has come so far, oldest first. */
  readonly mails: Mail[];
  /** Whether what comes next is refused. */
  refusing: boolean;
  stop(): Promise<void>;
}

/** A server that speaks as much SMTP (RFC 5321) as a client that hands a message over. */
export async function openMailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const box = { url: '', mails, refusing: false, stop: async () => {} };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    socket.setEncoding('utf8').write('220 test\r\n');
    let received = '';
    let to = '';
    let inData = false;
    socket.on('data', (chunk: string) => {
      received += chunk;
      for (;;) {
        const end = inData ? received.indexOf('\r\n.\r\n') : received.indexOf('\r\n');
        if (end < 0) return;
        const line = received.slice(0, end);
        received = received.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          mails.push({ to, text: line });
          socket.write('250 taken\r\n');
        } else if (/^DATA/i.test(line)) {
          inData = true;
          socket.write('354 go on\r\n');
        } else if (/^RCPT TO:<(.*)>/i.test(line)) {
          to = /<(.*)>/.exec(line)?.[1] ?? '';
          socket.write(box.refusing ? '550 no such mailbox\r\n' : '250 fine\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 fine\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  box.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  box.stop = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return box;
}

/** A gateway for text messages that takes `{to, text}` with the token `gateway`. */
export async function openTextGateway(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const box = { url: '', mails, refusing: false, stop: async () => {} };
  const server = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const allowed = request.headers.authorization === 'Bearer gateway' && !box.refusing;
      if (allowed) mails.push(JSON.parse(body));
      response.writeHead(allowed ? 202 : 403).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  box.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
  box.stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return box;
}

/** The code in the newest message. */
export const codeIn = ({ mails }: Mailbox): string =>
  /\b\d{6}\b/.exec(mails.at(-1)?.text ?? '')?.[0] ?? 'none';
