/** The command line of `npm run verify`. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Address, getAddress, isAddress } from 'viem';
import { z } from 'zod';
import type { RoleOptions } from '../deploy/deployment.ts';

export const USAGE = `Usage: npm run verify -- --rpc URL --coalition 0x… [options]

Reads the coalition's code, immutables, functions, roles, holders and delays back from the chain, and compares them with
the sources and with what it was to be deployed with.

  --rpc URL            JSON-RPC endpoint of the chain (http or https)
  --coalition 0x…      address of the coalition hub
  --parameters FILE    who should hold what and wait how long, as Ignition's module takes it:
                       {"Tessera": {"governor": "0x…", "governorDelay": 172800, …}}; without it holders are only shown
  --from N             begin at block N, that of the deployment (default: 0)
  --json               print one JSON object as the last line
  --help               show this

Exit code: 0 all is as it should be, 1 something is not (each is named), 2 it could not be read.`;

/** What the command line asks for. */
export interface VerifyArguments {
  readonly rpc: string;
  readonly coalition: Address;
  readonly from: number;
  readonly json: boolean;
  readonly parameters: Partial<RoleOptions> & { readonly stablecoin?: Address };
}

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), 'is no address')
  .transform((text) => getAddress(text));
const seconds = z.int().min(0).max(4_294_967_295);

/** What a delay that is not named is deployed as. */
const parametersSchema = z.strictObject({
  stablecoin: address.optional(),
  governor: address,
  issuer: address,
  guardian: address,
  receiptSigner: address,
  admin: address.optional(),
  governorDelay: seconds.default(0),
  adminDelay: seconds.default(0),
  grantDelay: seconds.default(0),
  targetAdminDelay: seconds.default(0),
});
const fileSchema = z
  .union([z.strictObject({ Tessera: parametersSchema }), z.strictObject({ TesseraDemo: parametersSchema })])
  .transform((file) => ('Tessera' in file ? file.Tessera : file.TesseraDemo));

/** Reads the command line and the file it names. Returns null when help is asked for. @throws Error that says what to correct. */
export async function readArguments(args: string[]): Promise<VerifyArguments | null> {
  const { values } = parseArgs({
    args,
    options: {
      rpc: { type: 'string' },
      coalition: { type: 'string' },
      parameters: { type: 'string' },
      from: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { rpc, coalition, parameters, from, json } = values;
  if (!rpc || !/^https?:\/\/./.test(rpc))
    throw new TypeError('Give the RPC endpoint: --rpc http://localhost:8545');
  if (!coalition || !isAddress(coalition, { strict: false }))
    throw new TypeError('Give the address of the coalition hub: --coalition 0x… (42 characters)');
  if (!/^\d{1,15}$/.test(from)) throw new TypeError('Give --from a block number, as in --from 1234');
  return {
    rpc,
    coalition: getAddress(coalition),
    from: Number(from),
    json,
    parameters: parameters ? await readParameters(parameters) : {},
  };
}

async function readParameters(file: string): Promise<VerifyArguments['parameters']> {
  const parsed = fileSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new TypeError(`${file}: ${z.prettifyError(parsed.error)}`);
  const { stablecoin, admin, ...others } = parsed.data;
  return { ...others, ...(stablecoin && { stablecoin }), ...(admin && { admin }) };
}
