/** A JSON-RPC endpoint on loopback that passes questions on to a real one and, as it is told, loses, delays, refuses and lies. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One question, of which an HTTP request may carry many. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What is wrong with one question or its answer. Where several of a batch have a fault of the connection, the first one's counts for all. */
export interface RpcFault {
  /** Whether the real endpoint gets the question; it does unless told otherwise. */
  readonly delivered?: boolean;
  /** What is asked in its place. */
  readonly instead?: RpcCall;
  /** Called before it is asked, and after it was answered and before anybody heard. */
  readonly before?: () => unknown;
  readonly after?: () => unknown;
  readonly delayMs?: number;
  /** The connection breaks in place of an answer. */
  readonly cut?: boolean;
  /** A whole HTTP answer in place of the real one. */
  readonly http?: { readonly status: number; readonly body: string };
  readonly error?: { readonly code: number; readonly message: string };
  /** Another result than the real one. */
  readonly lie?: (result: unknown) => unknown;
}

/** Decides on every question; undefined lets it pass. */
export type RpcRule = (call: RpcCall) => RpcFault | undefined | Promise<RpcFault | undefined>;

export interface FaultyRpc {
  readonly url: string;
  /** What happens to questions from now on; undefined passes all of them on. */
  rule: RpcRule | undefined;
  stop(): Promise<void>;
}

interface Message extends RpcCall {
  readonly id: unknown;
}
interface Answer {
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}
type Judged = readonly [Message, RpcFault];

const UPSTREAM_TIMEOUT_MS = 60_000;

/** Opens the endpoint in front of the one at `upstream`. */
export async function openFaultyRpc(upstream: string): Promise<FaultyRpc> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    await reply(Buffer.concat(chunks).toString(), response).catch(() => response.destroy());
  });
  const reply = async (text: string, response: ServerResponse) => {
    const parsed: unknown = JSON.parse(text);
    const messages = (Array.isArray(parsed) ? parsed : [parsed]) as Message[];
    const judged = await Promise.all(
      messages.map(async (message): Promise<Judged> => [message, (await proxy.rule?.(message)) ?? {}]),
    );
    const answers = await answerAll(upstream, judged);
    const faults = judged.map(([, fault]) => fault);
    const delayMs = Math.max(0, ...faults.map((fault) => fault.delayMs ?? 0));
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (faults.some(({ cut }) => cut)) return void response.destroy();
    const whole = faults.find(({ http }) => http)?.http;
    if (whole) return void response.writeHead(whole.status).end(whole.body);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Array.isArray(parsed) ? answers : answers[0]));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyRpc = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rule: undefined,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Asks upstream what is to be delivered, in one batch, and puts the answers into the order of the questions. */
async function answerAll(upstream: string, judged: readonly Judged[]): Promise<Answer[]> {
  for (const [, { before }] of judged) await before?.();
  const asked = judged
    .map(([message, fault], index) => ({ index, message, fault }))
    .filter(({ fault }) => fault.delivered !== false);
  const body = asked.map(({ index, message, fault }) => ({
    jsonrpc: '2.0',
    id: index,
    ...(fault.instead ?? { method: message.method, params: message.params ?? [] }),
  }));
  const answers = new Map<number, Answer>();
  if (body.length > 0) {
    const response = await fetch(upstream, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS),
    });
    for (const answer of (await response.json()) as Answer[]) answers.set(Number(answer.id), answer);
  }
  for (const [, { after }] of judged) await after?.();
  return judged.map(([{ id }, fault], index) => {
    const { error = fault.error, result } = answers.get(index) ?? {};
    if (fault.error ?? error) return { jsonrpc: '2.0', id, error: fault.error ?? error };
    return { jsonrpc: '2.0', id, result: fault.lie ? fault.lie(result) : result };
  });
}

const toHex = (value: bigint): string => `0x${value.toString(16)}`;
const lower = (a: bigint, b: bigint) => (a < b ? a : b);

/** An endpoint that is `blocks` behind: it answers everything as of an older head, and knows nothing of what came later. */
export function lagging(upstream: (call: RpcCall) => Promise<unknown>, blocks: () => bigint): RpcRule {
  const head = async () => {
    const now = BigInt(String(await upstream({ method: 'eth_blockNumber', params: [] })));
    return now > blocks() ? now - blocks() : 0n;
  };
  return async ({ method, params }) => {
    if (blocks() === 0n) return undefined;
    const at = await head();
    if (method === 'eth_blockNumber') return { lie: () => toHex(at) };
    const old = (tag: unknown) =>
      typeof tag === 'string' && /^0x/.test(tag) ? toHex(lower(BigInt(tag), at)) : toHex(at);
    if (method === 'eth_getBlockByNumber') {
      const isLater = typeof params[0] === 'string' && /^0x/.test(params[0]) && BigInt(params[0]) > at;
      return isLater ? { lie: () => null } : { instead: { method, params: [old(params[0]), params[1]] } };
    }
    if (/^eth_(call|getTransactionCount|getBalance|getCode)$/.test(method))
      return { instead: { method, params: [params[0], old(params[1])] } };
    if (method === 'eth_getTransactionReceipt')
      return {
        lie: (result) => {
          const { blockNumber } = (result ?? {}) as { blockNumber?: string };
          return blockNumber && BigInt(blockNumber) <= at ? result : null;
        },
      };
    return undefined;
  };
}
