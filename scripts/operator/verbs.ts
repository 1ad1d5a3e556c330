/** What an operator can do, by verb: each gives the lines to print, what `--json` prints in their place, and whether all is well. */
import { chmod, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { rebuildProjections } from '../../backend/indexer/rebuild-projections.ts';
import { resolveTaken } from '../../backend/issuance/resolve-taken.ts';
import { encryptKeystore, randomPrivateKey } from '../../backend/keys/keystore.ts';
import { askPassword, readPassword } from '../../backend/keys/read-password.ts';
import { readStatus } from '../../backend/operations/read-status.ts';
import { verifyAuditChains } from '../../backend/operations/verify-audit-chain.ts';
import { freezeLanes, unfreezeLanes } from '../../backend/relay/freeze-lanes.ts';
import { privateKeySigner } from '../../backend/relay/signer.ts';
import type { Deps } from '../../backend/shared/deps.ts';
import { CommandFailure } from '../shared/failure.ts';
import { createKey, prepare, transaction } from './decisions.ts';
import { describeStatus } from './describe-status.ts';

/** What was given behind the verb. */
export interface OperatorOptions {
  readonly reason?: string | undefined;
  readonly lane?: string | undefined;
  readonly partner?: string | undefined;
  readonly unclear?: string | undefined;
  readonly apply: boolean;
  readonly out?: string | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly wish?: string | undefined;
  readonly safe?: string | undefined;
}

export interface Outcome {
  readonly lines: readonly string[];
  readonly result: unknown;
  readonly isWell: boolean;
}

/** One that works on a running network. */
export type NetworkVerb = (deps: Deps, options: OperatorOptions) => Promise<Outcome>;

/** Who is written into the audit log: the machine's name for whoever runs this. */
export const actor = () => `operator:${userInfo().username}`;

function reasonOf({ reason }: OperatorOptions): string {
  if (reason?.trim()) return reason.trim();
  throw new CommandFailure('Give --reason "…": it is written into the audit log.');
}

function numberOf(name: string, text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new CommandFailure(`Give --${name} N, a number from 1 up.`);
}

const status: NetworkVerb = async (deps) => {
  const result = await readStatus(deps);
  return { lines: describeStatus(result), result, isWell: result.alarms.length === 0 };
};

const rebuild: NetworkVerb = async (deps) => {
  const result = await rebuildProjections(deps);
  const lines = Object.entries(result.differences).map(
    ([table, rows]) => `${table}: ${rows} rows were not as the chain says`,
  );
  return { lines: [`Rebuilt from the chain up to block ${result.block}.`, ...lines], result, isWell: true };
};

const freeze: NetworkVerb = async (deps, options) => {
  const frozen = await freezeLanes(deps, { actor: actor(), reason: reasonOf(options) });
  return {
    lines: [`${frozen} lanes are frozen: nothing is signed or sent.`],
    result: { frozen },
    isWell: true,
  };
};

const unfreeze: NetworkVerb = async (deps, options) => {
  const lane = options.lane === undefined ? null : numberOf('lane', options.lane);
  const unfrozen = await unfreezeLanes(deps, { lane, actor: actor(), reason: reasonOf(options) });
  return { lines: [`${unfrozen} lanes send again.`], result: { unfrozen }, isWell: true };
};

const resolveBatches: NetworkVerb = async (deps, options) => {
  const unclear = options.unclear ?? 'ask';
  if (unclear !== 'ask' && unclear !== 'issued' && unclear !== 'open')
    throw new CommandFailure('Give --unclear issued, --unclear open, or leave it out.');
  const partner = numberOf('partner', options.partner);
  const result = await resolveTaken(deps, { partner, apply: options.apply, unclear, actor: actor() });
  const members = result.members.map(
    ({ member, minted, issued, open, isUnclear }) =>
      `  ${member}  minted there ${minted}, of ours ${issued} issued and ${open} open${isUnclear ? '  UNCLEAR' : ''}`,
  );
  const head =
    members.length === 0
      ? `Partner ${partner} has no batch that is held.`
      : `The chain has batches ${result.numbers.join(', ')} of partner ${partner} that are unknown here.`;
  const next = result.applied
    ? 'Done: what is open is issued under the next number.'
    : 'Nothing was written. With --apply it is.';
  return { lines: [head, ...members, ...(members.length > 0 ? [next] : [])], result, isWell: true };
};

const verifyAudit: NetworkVerb = async (deps) => {
  const result = await verifyAuditChains(deps);
  const lines = result.map(({ partner, entries, head, broken }) => {
    const whose = partner === 0 ? 'the coalition' : `partner ${partner}`;
    return broken
      ? `✘ ${whose}: broken at entry ${broken.seq}: ${broken.why}`
      : `✔ ${whose}: ${entries} entries, newest ${head}`;
  });
  return { lines, result, isWell: result.every(({ broken }) => broken === null) };
};

/** By the word on the command line. */
export const NETWORK_VERBS: Readonly<Record<string, NetworkVerb>> = {
  status,
  'rebuild-projections': rebuild,
  'freeze-lanes': freeze,
  'unfreeze-lanes': unfreeze,
  'resolve-batches': resolveBatches,
  'verify-audit-chain': verifyAudit,
  'create-key': createKey,
  prepare,
  transaction,
};

/** Makes a new key in a keystore file that only its owner may read. It needs no network. */
export async function newKeystore({ out }: OperatorOptions): Promise<Outcome> {
  if (!out) throw new CommandFailure('Give --out FILE.');
  const file = process.env.KEYSTORE_PASSWORD_FILE;
  const password = file ? await readPassword(file) : await askPassword('Password of the new keystore: ');
  if (password.length < 8) throw new CommandFailure('Give a password of at least 8 characters.');
  const key = randomPrivateKey();
  const text = await encryptKeystore(key, password);
  await writeFile(out, `${text}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(error.code === 'EEXIST' ? `${out} is there already.` : String(error));
  });
  await chmod(out, 0o600);
  const { address } = privateKeySigner(key);
  return { lines: [`${out} holds the key of ${address}.`], result: { address, file: out }, isWell: true };
}
