/** The command line of `npm run audit`. */
import { parseArgs } from 'node:util';
import { type Address, isAddress } from 'viem';

export const USAGE = `Usage: npm run audit -- --rpc URL --coalition 0x… [options]

Recomputes every balance, supply, liability and reserve of a coalition from the chain alone, and compares them with
what the contracts say. It asks nobody but the RPC endpoint.

  --rpc URL          JSON-RPC endpoint of the chain (http or https)
  --coalition 0x…    address of the coalition hub
  --block N          audit at block N (default: the newest)
  --from N           begin at block N, the coalition's own (default: found out; GET /v1/network tells it)
  --receipts FILE    check receipts too: one JSON object a line, as GET /v1/receipts/:id returns it
  --out DIR          write audit.json and CSV files to DIR
  --json             print one JSON object as the last line
  --help             show this

Exit code: 0 everything agrees, 1 something does not (the first disagreement is named), 2 the audit could not be done.`;

/** What the command line asks for. */
export interface AuditArguments {
  readonly rpc: string;
  readonly coalition: Address;
  readonly block?: number;
  readonly from?: number;
  readonly receipts?: string;
  readonly out?: string;
  readonly json: boolean;
}

/** Reads the command line. Returns null when help is asked for. @throws TypeError with a sentence that says what to correct. */
export function readArguments(args: string[]): AuditArguments | null {
  const { values } = parseArgs({
    args,
    options: {
      rpc: { type: 'string' },
      coalition: { type: 'string' },
      block: { type: 'string' },
      from: { type: 'string' },
      receipts: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { rpc, coalition, receipts, out, json } = values;
  if (!rpc || !/^https?:\/\/./.test(rpc))
    throw new TypeError('Give the RPC endpoint: --rpc http://localhost:8545');
  if (!coalition || !isAddress(coalition, { strict: false })) {
    throw new TypeError(
      'Give the address of the coalition hub: --coalition 0x… (42 characters; GET /v1/network tells it)',
    );
  }
  return {
    rpc,
    coalition,
    json,
    ...blockNumber('block', values.block),
    ...blockNumber('from', values.from),
    ...(receipts === undefined ? {} : { receipts }),
    ...(out === undefined ? {} : { out }),
  };
}

function blockNumber<Name extends 'block' | 'from'>(
  name: Name,
  text: string | undefined,
): { [key in Name]?: number } {
  if (text === undefined) return {};
  if (/^\d{1,15}$/.test(text)) return { [name]: Number(text) } as { [key in Name]?: number };
  throw new TypeError(`Give --${name} a block number, as in --${name} 1234`);
}
