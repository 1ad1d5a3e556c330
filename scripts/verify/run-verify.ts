/** A verification from a command line: reads, compares, prints. */
import { BaseError, createClient, http } from 'viem';
import { type Verification, verifyDeployment } from '../deploy/verify-deployment.ts';
import type { VerifyArguments } from './arguments.ts';

const DIFFERS = 1;
const NOT_DONE = 2;
const RPC_TIMEOUT_MS = 60_000;

/** Runs it and returns the exit code. */
export async function runVerify({ rpc, json, ...asked }: VerifyArguments): Promise<number> {
  const client = createClient({ transport: http(rpc, { timeout: RPC_TIMEOUT_MS }) });
  let found: Verification;
  try {
    found = await verifyDeployment(client, asked);
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    console.error(`The coalition at ${asked.coalition} can't be read from ${rpc}: ${error.shortMessage}`);
    return NOT_DONE;
  }
  console.log(describe(found));
  if (json) console.log(JSON.stringify(found));
  return found.problems.length === 0 ? 0 : DIFFERS;
}

function describe({ problems, holders, hashes }: Verification): string {
  const codes = Object.entries(hashes).map(
    ([name, { address, hash }]) => `  ${name.padEnd(16)}${address}  ${hash}`,
  );
  const roles = holders.map(
    ({ role, account, delay }) => `  ${role.padEnd(16)}${account}  ${delay ? `waits ${delay} s` : 'at once'}`,
  );
  const verdict =
    problems.length === 0 ? 'All is as it should be.' : problems.map((one) => `✗ ${one}`).join('\n');
  return ['Code (keccak-256)', ...codes, 'Roles', ...roles, '', verdict].join('\n');
}
