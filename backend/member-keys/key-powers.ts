/** What the chain says of members' keys. */
import { type Address, type Hex, zeroAddress } from 'viem';
import { CoalitionAbi, MemberKeysAbi } from '../../artifacts/abi.ts';
import { readView } from '../chain/read-view.ts';
import { type KeyRole, keyRoleOf } from '../protocol/keys.ts';
import type { Deps } from '../shared/deps.ts';

type ChainDeps = Pick<Deps, 'chain' | 'network'>;

/** A key of a member as it counts now. `dailyLimit` and `spentToday` are µUSD; until `activeFrom` (Unix seconds) it waits, and has no power. */
export interface CountedKey {
  readonly role: KeyRole;
  readonly dailyLimit: bigint;
  readonly spentToday: bigint;
  readonly activeFrom: number;
}

const contracts = new WeakMap<Deps['chain'], Address>();

/** The contract that keeps the members' keys; the hub's for ever, so it is asked once. @throws DomainError CHAIN_UNAVAILABLE */
export async function memberKeysOf(deps: ChainDeps): Promise<Address> {
  const known = contracts.get(deps.chain);
  if (known) return known;
  const hub = { address: deps.network.coalition, abi: CoalitionAbi } as const;
  const found = await readView(deps, { ...hub, functionName: 'memberKeys' });
  contracts.set(deps.chain, found);
  return found;
}

const viewsOf = async (deps: ChainDeps) =>
  ({ address: await memberKeysOf(deps), abi: MemberKeysAbi }) as const;

/** A key as it counts for a member. @throws DomainError CHAIN_UNAVAILABLE */
export async function readKey(
  deps: ChainDeps,
  { account, key }: { account: Address; key: Address },
): Promise<CountedKey> {
  const found = await readView(deps, {
    ...(await viewsOf(deps)),
    functionName: 'keyOf',
    args: [account, key],
  });
  return {
    role: keyRoleOf(found.role) ?? 'none',
    dailyLimit: BigInt(found.dailyLimit),
    spentToday: BigInt(found.spentToday),
    activeFrom: found.activeFrom,
  };
}

/** Whether a key may act for a member now: in full, or up to its limit. @throws DomainError CHAIN_UNAVAILABLE */
export async function mayAct(
  deps: ChainDeps & Pick<Deps, 'clock'>,
  { account, key }: { account: Address; key: Address },
): Promise<boolean> {
  if (key === account) return true;
  const { role, activeFrom } = await readKey(deps, { account, key });
  return (role === 'full' || role === 'limited') && activeFrom <= deps.clock.seconds();
}

/**
 * In whose power a signature lets a member do what the digest stands for: the member's own, or a limited key's. Null when the signature is
 * nobody's who may. Knows every form of signature that the contracts know. @throws DomainError CHAIN_UNAVAILABLE
 */
export async function authorityOf(
  deps: ChainDeps,
  { account, digest, signature }: { account: Address; digest: Hex; signature: Hex },
): Promise<Address | null> {
  const authority = await readView(deps, {
    ...(await viewsOf(deps)),
    functionName: 'authorityOf',
    args: [account, digest, signature],
  });
  return authority === zeroAddress ? null : authority;
}

/** The number that a member's next key change has, the key that waits, and who inherits. @throws DomainError CHAIN_UNAVAILABLE */
export async function readKeyState(
  deps: ChainDeps,
  account: Address,
): Promise<{ nextNonce: number; waiting: Address | null; successor: Address | null }> {
  const views = await viewsOf(deps);
  const [nonce, waiting, successor] = await Promise.all([
    readView(deps, { ...views, functionName: 'nextNonce', args: [account] }),
    readView(deps, { ...views, functionName: 'pendingKeyOf', args: [account] }),
    readView(deps, { ...views, functionName: 'successorOf', args: [account] }),
  ]);
  const known = (address: Address) => (address === zeroAddress ? null : address);
  return { nextNonce: Number(nonce), waiting: known(waiting), successor: known(successor) };
}
