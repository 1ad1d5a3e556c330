/** What the node was asked, for the reader's own terminal. */
import type { Question } from '../../shared/chain/rpc.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A question as a command of curl, which is everywhere. */
export const asCurl = (url: string, { method, params }: Question): string =>
  `curl -s ${quoted(url)} -H 'content-type: application/json' -d ${quoted(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  )}`;

/** The same as a command of Foundry's cast. */
export function asCast(url: string, { method, params }: Question): string {
  const node = `--rpc-url ${quoted(url)}`;
  if (method !== 'eth_call') return `cast rpc ${node} --raw ${method} ${quoted(JSON.stringify(params))}`;
  const [{ to, data }, block] = params as [{ to: string; data: string }, string];
  const at = block.startsWith('0x') ? String(BigInt(block)) : block;
  return `cast call ${node} --block ${at} ${to} --data ${data}`;
}
