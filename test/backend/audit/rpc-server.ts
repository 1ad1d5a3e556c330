/** A JSON-RPC server on loopback in front of an in-process chain, which may change answers on their way. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Stage } from './coalition-history.ts';

/** Changes the answer to a method, or gives it back as it is. */
export type Tamper = (method: string, answer: unknown) => unknown;

/** Serves a chain. `tamper` may be replaced while the server runs. */
export async function serveChain({ provider }: Pick<Stage, 'provider'>) {
  const state: { tamper: Tamper } = { tamper: (_, answer) => answer };
  const server = createServer(async (request, response) => {
    const { id, method, params } = (await json(request)) as { id: number; method: string; params: unknown[] };
    const result = await provider
      .request({ method, params })
      .then((answer) => ({ result: state.tamper(method, answer) }))
      .catch((error: Error & { code?: number }) => ({
        error: { code: error.code ?? -32000, message: error.message },
      }));
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ jsonrpc: '2.0', id, ...result }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set tamper(tamper: Tamper) {
      state.tamper = tamper;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
