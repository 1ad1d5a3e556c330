/** Who may do what, from the events of the coalition's AccessManager, and what it says itself. */
import { type Address, type Client, type DecodeEventLogReturnType, decodeEventLog, type Hex } from 'viem';
import { readContract } from 'viem/actions';
import { AccessManagerAbi } from '../../../artifacts/abi.ts';
import type { EventPlace } from '../../../backend/audit/chain-event.ts';
import type { findDeployment, readLogs } from '../../../backend/audit/read-logs.ts';

/** An event of the AccessManager where it happened. */
export type AuthorityEvent = DecodeEventLogReturnType<typeof AccessManagerAbi> & EventPlace;

/** One account in one role, by the events. Delays and instants are in seconds; `confirmed` is what `hasRole` says of it. */
export interface RoleHolder {
  readonly role: bigint;
  readonly account: Address;
  readonly since: number;
  readonly delay: number;
  readonly confirmed: boolean;
}

/** The authority's whole history, and what it comes to. */
export interface Authority {
  readonly address: Address;
  readonly events: readonly AuthorityEvent[];
  readonly holders: readonly RoleHolder[];
  /** Labels that were given to roles. */
  readonly labels: ReadonlyMap<bigint, string>;
}

/** Replays the authority's events up to a block, and asks it about every holder. Throws viem's errors. */
export async function readAuthority(
  client: Client,
  {
    address,
    block,
    logs: read,
    find,
  }: {
    address: Address;
    block: { readonly number: number; readonly timestamp: number };
    logs: typeof readLogs;
    find: typeof findDeployment;
  },
): Promise<Authority> {
  const events: AuthorityEvent[] = [];
  const labels = new Map<bigint, string>();
  const held = new Map<string, Omit<RoleHolder, 'confirmed'>>();
  const from = await find(client, { address, to: block.number });
  for await (const { logs } of read(client, { addresses: [address], from, to: block.number }))
    for (const { topics, data, ...place } of logs) {
      const decoded = decodeEventLog({ abi: AccessManagerAbi, topics: topics as [Hex, ...Hex[]], data });
      const event: AuthorityEvent = { ...decoded, ...place };
      events.push(event);
      if (event.eventName === 'RoleLabel') labels.set(event.args.roleId, event.args.label);
      if (event.eventName === 'RoleGranted') grant(held, event);
      if (event.eventName === 'RoleRevoked') held.delete(`${event.args.roleId} ${event.args.account}`);
    }
  const holders = await Promise.all(
    [...held.values()].map(async (holder) => {
      const [confirmed] = await readContract(client, {
        abi: AccessManagerAbi,
        address,
        functionName: 'hasRole',
        args: [holder.role, holder.account],
        blockNumber: BigInt(block.number),
      });
      // A grant that waits is no role yet, and both say so.
      return { ...holder, confirmed: confirmed === holder.since <= block.timestamp };
    }),
  );
  return { address, events, holders: holders.sort((a, b) => Number(a.role - b.role)), labels };
}

function grant(
  held: Map<string, Omit<RoleHolder, 'confirmed'>>,
  { args }: Extract<AuthorityEvent, { eventName: 'RoleGranted' }>,
): void {
  const { roleId: role, account, delay, since, newMember } = args;
  const key = `${role} ${account}`;
  // For a member the event tells of a new delay, and `since` of when that counts.
  const known = newMember ? undefined : held.get(key);
  held.set(key, { role, account, delay, since: known?.since ?? since });
}
