import { type Address, decodeFunctionData, type Hex } from 'viem';
import { AccessManagerAbi } from '../../artifacts/abi.ts';
import { toHex } from '../shared/bytes.ts';
import { iso } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findEvent, findPrepared, type PreparedRow } from './governance.repository.ts';
import { presentPrepared } from './prepare-transaction.ts';
import { readAuthority } from './read-holders.ts';

type ReadDeps = Pick<Deps, 'pool' | 'chain' | 'network' | 'clock'>;

/**
 * A prepared transaction with how far it is, read back from the chain: `pending` until somebody signs it, `scheduled` until its delay is
 * over, `ready` to be executed, `done` when the chain shows what it does.
 * @throws DomainError TRANSACTION_UNKNOWN, CHAIN_UNAVAILABLE
 */
export async function readTransaction(
  deps: ReadDeps,
  { id, partner }: { id: string; partner: number | null },
) {
  const row = await findPrepared(deps.pool, { id, partner });
  if (!row) throw new DomainError('TRANSACTION_UNKNOWN');
  const progress = await readProgress(deps, row).catch((cause: unknown) => {
    throw new DomainError('CHAIN_UNAVAILABLE', { cause });
  });
  return { ...presentPrepared(row), progress };
}

async function readProgress(deps: ReadDeps, row: PreparedRow) {
  const sign = row.prepared.sign as
    | { event: string; args: object }
    | { role: string; holds: Address | null; lost: Address | null };
  if ('event' in sign) {
    const found = await findEvent(deps.pool, {
      name: sign.event,
      args: sign.args,
      after: row.prepared_block,
    });
    if (found)
      return {
        status: 'done' as const,
        transaction: toHex(found.transaction),
        block: found.block,
        isFinal: found.isFinal,
      };
  } else if (await holdsAsWanted(deps, sign)) return { status: 'done' as const };
  const at = await readSchedule(deps, row);
  if (at === 0) return { status: 'pending' as const };
  return { status: at > deps.clock.seconds() ? ('scheduled' as const) : ('ready' as const), until: iso(at) };
}

async function holdsAsWanted(
  deps: ReadDeps,
  { role, holds, lost }: { role: string; holds: Address | null; lost: Address | null },
): Promise<boolean> {
  const address = await readAuthority(deps);
  const has = async (account: Address) => {
    const args = [BigInt(role), account] as const;
    const manager = { address, abi: AccessManagerAbi } as const;
    return (await deps.chain.readContract({ ...manager, functionName: 'hasRole', args }))[0];
  };
  return (holds === null || (await has(holds))) && (lost === null || !(await has(lost)));
}

/** When the last of what was scheduled may be executed, in Unix seconds; 0 when something was not scheduled. */
async function readSchedule(deps: ReadDeps, { prepared }: PreparedRow): Promise<number> {
  const [, execution] = prepared.stages;
  if (!execution) return 0;
  const address = await readAuthority(deps);
  const manager = { address, abi: AccessManagerAbi } as const;
  const at = async (holder: Address, data: Hex) => {
    const { args } = decodeFunctionData({ abi: AccessManagerAbi, data });
    const [target, inner] = args as readonly [Address, Hex];
    const id = await deps.chain.readContract({
      ...manager,
      functionName: 'hashOperation',
      args: [holder, target, inner],
    });
    return deps.chain.readContract({ ...manager, functionName: 'getSchedule', args: [id] });
  };
  for (const { account } of prepared.holders) {
    const times = await Promise.all(execution.transactions.map(({ data }) => at(account, data)));
    if (times.every((time) => time > 0)) return Math.max(...times);
  }
  return 0;
}
