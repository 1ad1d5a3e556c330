import { type Address, parseEventLogs } from 'viem';
import { AccessManagerAbi, CoalitionAbi } from '../../artifacts/abi.ts';
import { readLogs } from '../audit/read-logs.ts';
import type { Deps } from '../shared/deps.ts';
import { roleIdOf, type Signer } from './action.ts';

/** Who may sign, and for how many seconds it then has to wait. */
export interface Holder {
  readonly account: Address;
  readonly delaySeconds: number;
}

type HolderDeps = Pick<Deps, 'chain' | 'network' | 'config'>;

/** The authority is deployed with the hub, a few transactions before it; so many blocks are surely enough. */
const BLOCKS_BEFORE_HUB = 1_000;

/** The contract that keeps the coalition's roles. */
export const readAuthority = ({ chain, network }: Pick<Deps, 'chain' | 'network'>): Promise<Address> =>
  chain.readContract({ address: network.coalition, abi: CoalitionAbi, functionName: 'authority' });

/** Who holds a role now, by the authority's events and its own word; for a brand, its admin. Throws viem's errors. */
export async function readHolders(
  deps: HolderDeps,
  signer: Signer,
  partner: number | null,
): Promise<Holder[]> {
  const { chain, network, config } = deps;
  const role = roleIdOf(signer);
  if (role === null) {
    const hub = { address: network.coalition, abi: CoalitionAbi } as const;
    const report = await chain.readContract({ ...hub, functionName: 'partnerReport', args: [partner ?? 0] });
    return [{ account: report.admin, delaySeconds: 0 }];
  }
  const authority = await readAuthority(deps);
  const accounts = new Set<Address>();
  const range = {
    addresses: [authority],
    from: Math.max(0, config.deployedAtBlock - BLOCKS_BEFORE_HUB),
    to: Number(await chain.getBlockNumber({ cacheTime: 0 })),
  };
  for await (const { logs } of readLogs(chain, range))
    for (const log of logs) {
      const [event] = parseEventLogs({ abi: AccessManagerAbi, logs: [log as never] });
      if (event?.eventName === 'RoleGranted' && event.args.roleId === role) accounts.add(event.args.account);
    }
  const held = await Promise.all(
    [...accounts].map(async (account) => {
      const [isMember, delaySeconds] = await chain.readContract({
        address: authority,
        abi: AccessManagerAbi,
        functionName: 'hasRole',
        args: [role, account],
      });
      return isMember ? [{ account, delaySeconds }] : [];
    }),
  );
  return held.flat();
}
