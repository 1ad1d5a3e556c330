/**
 * A PostgreSQL on loopback that passes statements on to a real one and, as it is told, loses answers, stalls, refuses and errs. It reads as
 * much of the protocol as that takes: where a statement begins, what it says, and where its answer ends.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What is wrong with one statement or its answer. */
export interface PostgresFault {
  /** Whether the real server gets the statement; it does unless told otherwise. */
  readonly delivered?: boolean;
  /** Called before the server is asked, and after it has answered and before anybody heard. */
  readonly before?: () => unknown;
  readonly after?: () => unknown;
  /** The answer comes so much later. */
  readonly stallMs?: number;
  /** The connection breaks in place of an answer. */
  readonly cut?: boolean;
  /** The server gets nothing, and this is answered: an SQLSTATE and a message. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Decides on every statement, by its text; undefined lets it pass. */
export type PostgresRule = (statement: string) => PostgresFault | undefined;

export interface FaultyPostgres {
  readonly url: string;
  /** What happens to statements from now on; undefined passes all of them on. */
  rule: PostgresRule | undefined;
  /** Whether new connections are turned away. */
  refusing: boolean;
  /** Breaks every connection that is open now. */
  cutAll(): void;
  stop(): Promise<void>;
}

const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Opens the server in front of the one at `upstream`, with the same user, password and database. */
export async function openFaultyPostgres(upstream: string): Promise<FaultyPostgres> {
  const target = new URL(upstream);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.refusing) return void client.destroy();
    const real = connect({ host: target.hostname, port: Number(target.port) });
    for (const socket of [client, real]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        real.destroy();
      });
    }
    relay(client, real, proxy);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(upstream);
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = () => {
    for (const socket of open) socket.destroy();
  };
  const proxy: FaultyPostgres = {
    url: url.toString(),
    rule: undefined,
    refusing: false,
    cutAll,
    async stop() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** One connection: statements go through the rule, answers come back whole. */
function relay(client: Socket, real: Socket, proxy: FaultyPostgres): void {
  let pending: Buffer[] = [];
  let statement = '';
  let status = 'I';
  const prepared = new Map<string, string>();
  let held: { chunks: Buffer[]; done: () => void } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  real.on('close', () => held?.done());
  readMessages(real, { hasStartup: false }, (type, message) => {
    if (type === 'Z') status = String.fromCharCode(message[5] ?? 0);
    if (held) held.chunks.push(message);
    else client.write(message);
    if (type === 'Z') held?.done();
  });

  const ask = async (text: string, messages: Buffer[]) => {
    const fault = proxy.rule?.(text);
    if (!fault) return void real.write(Buffer.concat(messages));
    await fault.before?.();
    if (fault.error) return void client.write(errorAnswer(fault.error, status));
    if (fault.delivered !== false) {
      const answered = new Promise<void>((done) => {
        held = { chunks: [], done };
      });
      real.write(Buffer.concat(messages));
      await answered;
    }
    const answer = held?.chunks ?? [];
    await fault.after?.();
    if (fault.stallMs) await sleep(fault.stallMs);
    held = undefined;
    if (fault.cut) client.destroy();
    else client.write(Buffer.concat(answer));
  };

  readMessages(client, { hasStartup: true }, (type, message) => {
    if (type === 'startup' && message.readInt32BE(4) === SSL_REQUEST) return void client.write('N');
    if (type === 'P') prepared.set(textAt(message, 5), textAt(message, 6 + textAt(message, 5).length));
    if (type === 'P') statement = textAt(message, 6 + textAt(message, 5).length);
    if (type === 'B') {
      const portal = textAt(message, 5);
      statement = prepared.get(textAt(message, 6 + portal.length)) ?? statement;
    }
    if (type === 'Q') statement = textAt(message, 5);
    pending.push(message);
    if (!['startup', 'p', 'Q', 'S', 'X', 'F', 'd', 'c', 'f', 'H'].includes(type)) return;
    const messages = pending;
    const text = statement;
    pending = [];
    const isStatement = type === 'Q' || type === 'S';
    turn = turn.then(() => (isStatement ? ask(text, messages) : void real.write(Buffer.concat(messages))));
  });
}

/** The text of a message up to its zero byte. Statements of ours are ASCII where it matters. */
const textAt = (message: Buffer, from: number): string =>
  message.toString('latin1', from, message.indexOf(0, from));

/** Cuts a stream into messages. The first of a client has no type byte. */
function readMessages(
  socket: Socket,
  { hasStartup }: { hasStartup: boolean },
  take: (type: string, message: Buffer) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  let started = !hasStartup;
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const size = head + rest.readInt32BE(head);
      if (rest.length < size) return;
      const message = rest.subarray(0, size);
      rest = rest.subarray(size);
      const type = started ? String.fromCharCode(message[0] ?? 0) : 'startup';
      const code = started ? 0 : message.readInt32BE(4);
      started ||= code !== SSL_REQUEST && code !== CANCEL_REQUEST;
      take(type, message);
    }
  });
}

/** An ErrorResponse and the ReadyForQuery behind it; a transaction that was open is a failed one from here on. */
function errorAnswer({ code, message }: { code: string; message: string }, status: string): Buffer {
  const fields = `SERROR\0VERROR\0C${code}\0M${message}\0\0`;
  const error = Buffer.alloc(5);
  error.write('E');
  error.writeInt32BE(4 + fields.length, 1);
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, (status === 'T' ? 'E' : status).charCodeAt(0)]);
  return Buffer.concat([error, Buffer.from(fields, 'latin1'), ready]);
}
