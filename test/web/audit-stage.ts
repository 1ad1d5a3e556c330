/**
 * What the auditor's page talks to, without any server of ours that tells the truth: a coalition with a long history on a real chain, its
 * node, and a web server that has the built page and answers every question to our API with lies.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import {
  openCoalition,
  playEverything,
  playHistory,
  playLastDay,
  type Stage,
} from '../backend/audit/coalition-history.ts';
import { issueReceipts } from '../backend/audit/issue-receipts.ts';

/** Answers in the place of the node: what is returned is the answer, `undefined` leaves it to the node. Throwing refuses. */
export type Interference = (method: string, params: unknown[], answer: () => Promise<unknown>) => unknown;

const DIST = 'web/dist';
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** As the program sends it with this page. */
const POLICY =
  "default-src 'self';connect-src 'self' https: http:;img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'";

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A node that browsers may ask, one question at a time. */
async function serveNode({ provider }: Pick<Stage, 'provider'>) {
  const state: { interfere: Interference | undefined; asked: string[] } = { interfere: undefined, asked: [] };
  const ask = async (message: { id: number; method: string; params: unknown[] }) => {
    const { id, method, params } = message;
    state.asked.push(method);
    const answer = () => provider.request({ method, params });
    try {
      const other = await state.interfere?.(method, params, answer);
      return { jsonrpc: '2.0', id, result: other === undefined ? await answer() : other };
    } catch (error) {
      return { jsonrpc: '2.0', id, error: { code: -32000, message: (error as Error).message } };
    }
  };
  const server = await listen(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', '*');
    if (request.method === 'OPTIONS') return response.end();
    const body = (await json(request)) as Parameters<typeof ask>[0] | Parameters<typeof ask>[0][];
    const answer = Array.isArray(body) ? await Promise.all(body.map(ask)) : await ask(body);
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  return Object.assign(server, { state });
}

/** The built pages, and an API that lies. `lies` are answers by path; everything else gets a most pleasant one. */
async function serveLies() {
  const state: { lies: Record<string, unknown>; asked: string[] } = { lies: {}, asked: [] };
  const server = await listen(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path.startsWith('/v1')) {
      state.asked.push(path);
      const lie = state.lies[path] ?? { agrees: true, supply: '0', liability: '0', reserve: '999999999999' };
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(lie));
    }
    const file = path === '/audit' ? 'audit/index.html' : path.slice(1);
    const content = await readFile(join(DIST, file)).catch(() => null);
    response.setHeader('content-security-policy', POLICY);
    if (!content) return response.writeHead(404).end();
    return response.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain').end(content);
  });
  return Object.assign(server, { state });
}

/** Opens the stage; whoever opens it stops it. */
export async function openAuditStage() {
  const chain = await openCoalition();
  await playHistory(chain, { seed: 2, steps: 60 });
  for (const id of [1, 2, 3, 4, 5]) await chain.coalition.resumePartner(id);
  await chain.coalition.deposit(3, 1_000_000_000_000n);
  const documents = await issueReceipts(chain);
  await playEverything(chain, { seed: 5 });
  const member = await playLastDay(chain);
  const node = await serveNode(chain);
  const pages = await serveLies();
  const link = (more: Record<string, string> = {}) =>
    `${pages.url}/audit#${new URLSearchParams({ rpc: node.url, coalition: chain.address, ...more })}`;
  return {
    chain,
    documents,
    /** Who earned, redeemed and gave on the last day. */
    member,
    node,
    pages,
    /** Where pages may send requests. */
    hosts: [pages.url, node.url],
    link,
    async stop() {
      node.close();
      pages.close();
      await chain.connection.close();
    },
  };
}

export type AuditStage = Awaited<ReturnType<typeof openAuditStage>>;
