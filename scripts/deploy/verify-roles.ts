import { type Address, type Client, type Hex, isAddressEqual, zeroAddress } from 'viem';
import { readContract } from 'viem/actions';
import { AccessManagerAbi, CoalitionAbi } from '../../artifacts/abi.ts';
import { ADMIN_ROLE, ROLE_NAMES, ROLES, type RoleName } from '../../backend/protocol/roles.ts';
import { ROLE_SELECTORS } from './role-selectors.ts';

/** Who should hold what on a deployed coalition; a holder that is left out is not asked for. */
export interface ExpectedRoles {
  readonly coalition: Address;
  readonly authority: Address;
  readonly holders: Readonly<Partial<Record<RoleName, Address>>>;
  /** Seconds that the governor waits; not asked for when left out. */
  readonly governorDelay?: number;
}

/**
 * Reads the roles of a deployed coalition back from the chain. Returns one sentence for each thing that is not as it should be: the
 * authority, the role of each restricted function, the holders and their delays; an empty list when all is right. Who else
 * holds a role can't be asked of an AccessManager, only read from its RoleGranted events.
 */
export async function verifyRoles(client: Client, expected: ExpectedRoles): Promise<string[]> {
  const { coalition, authority } = expected;
  const actual = await readContract(client, {
    address: coalition,
    abi: CoalitionAbi,
    functionName: 'authority',
  });
  if (!isAddressEqual(actual, authority)) return [`The hub obeys ${actual}, not ${authority}.`];
  const closed = await readContract(client, {
    address: authority,
    abi: AccessManagerAbi,
    functionName: 'isTargetClosed',
    args: [coalition],
  });
  const problems = await Promise.all(
    ROLE_NAMES.map(async (name) => [
      ...(await functionProblems(client, expected, name)),
      ...(await holderProblems(client, expected, name)),
    ]),
  );
  return [...(closed ? ['The authority has closed the hub to all roles.'] : []), ...problems.flat()];
}

async function functionProblems(
  client: Client,
  { coalition, authority }: ExpectedRoles,
  name: RoleName,
): Promise<string[]> {
  const manager = { address: authority, abi: AccessManagerAbi } as const;
  const problemOf = async (selector: Hex) => {
    const args = [coalition, selector] as const;
    const role = await readContract(client, { ...manager, functionName: 'getTargetFunctionRole', args });
    if (role === ROLES[name]) return [];
    const owner = role === ADMIN_ROLE ? 'the admin' : `role ${role}`;
    return [`${selector} is for ${owner}, not for ${name}.`];
  };
  const problems = await Promise.all(ROLE_SELECTORS[name].map(problemOf));
  return problems.flat();
}

async function holderProblems(
  client: Client,
  { authority, holders, governorDelay }: ExpectedRoles,
  name: RoleName,
): Promise<string[]> {
  const holder = holders[name];
  if (!holder) return [];
  if (holder === zeroAddress) return [`Nobody is named for ${name}.`];
  const [isMember, delay] = await readContract(client, {
    address: authority,
    abi: AccessManagerAbi,
    functionName: 'hasRole',
    args: [ROLES[name], holder],
  });
  if (!isMember) return [`${holder} does not hold ${name}.`];
  // Only the governor may be made to wait: an issuer or a guardian that waits can't do its work.
  const wanted = name === 'GOVERNOR' ? governorDelay : 0;
  return wanted === undefined || delay === wanted
    ? []
    : [`${name} waits ${delay} seconds instead of ${wanted}.`];
}
