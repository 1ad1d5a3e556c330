/** A real HTTP server on loopback that takes webhooks, and answers as a test wants. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what came is picked apart by tests
  readonly body: any;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, received: Received) => unknown;

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How many requests were under way at once, at most. */
  readonly peak: () => number;
  /** What to answer from now on; 204 unless told. */
  answer: Handler;
  /** Resolves when this many have come. @throws Error after `ms` */
  until(count: number, ms?: number): Promise<void>;
  stop(): Promise<void>;
}

/** The ids of deliveries in the order of their arrival. */
export const idsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']);

/** Whether a delivery is signed with this secret, by the spec's own library. */
export function isSignedWith(secret: string, { headers, text }: Received): boolean {
  try {
    new Webhook(secret).verify(text, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** Waits until `check` holds, looking every few milliseconds. @throws Error after `ms` */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  ms = 10_000,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let underWay = 0;
  let peak = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    peak = Math.max(peak, underWay);
    response.once('close', () => {
      underWay -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const one = { path: request.url ?? '', headers: request.headers, text, body: text && JSON.parse(text) };
    received.push(one);
    await receiver.answer(request, response, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    peak: () => peak,
    answer: (_request, response) => response.writeHead(204).end(),
    until: (count, ms) => eventually(`${count} deliveries`, () => received.length >= count, ms),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
