/** JSON-RPC to the local chain: the few calls that keeping it needs, without loading a client library. */
export type Rpc = <T>(method: string, ...params: unknown[]) => Promise<T>;

export class RpcFailure extends Error {
  override name = 'RpcFailure';
}

/** Binds an endpoint. A call fails with RpcFailure when the node refuses it, and with a TypeError when no node answers. */
export function connectRpc(url: string, timeoutMs = 60_000): Rpc {
  let id = 0;
  return async <T>(method: string, ...params: unknown[]) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await response.json()) as { result: T; error?: { message: string } };
    if (answer.error) throw new RpcFailure(`${method}: ${answer.error.message}`);
    return answer.result;
  };
}
