import { type Address, type Client, type Hex, isAddressEqual, parseEventLogs, zeroAddress } from 'viem';
import { getBlock, getBlockNumber, readContract } from 'viem/actions';
import { AccessManagerAbi, CoalitionAbi } from '../../artifacts/abi.ts';
import { readLogs } from '../../backend/audit/read-logs.ts';
import { ADMIN_ROLE, ROLE_NAMES, ROLES, type RoleName } from '../../backend/protocol/roles.ts';
import type { Delays } from './deployment.ts';
import { ROLE_SELECTORS } from './role-selectors.ts';

/** Who should hold what on a deployed coalition; a holder or a delay that is left out is not asked for. */
export interface ExpectedRoles extends Delays {
  readonly coalition: Address;
  readonly authority: Address;
  readonly holders: Readonly<Partial<Record<RoleName | 'ADMIN', Address>>>;
  /** The first block that can hold an event of the authority; 0 unless given. */
  readonly from?: number;
}

/** One who holds a role of the authority; `delay` is in seconds. */
export interface Holder {
  readonly role: string;
  readonly account: Address;
  readonly delay: number;
}

/** What was found: one sentence for each thing that is not as it should be, and everybody who holds a role. */
export interface RolesFound {
  readonly problems: readonly string[];
  readonly holders: readonly Holder[];
}

/** The authority's state as its events tell it. */
interface Told {
  /** Accounts by role id. */
  readonly members: Map<bigint, Map<Address, Address>>;
  /** Role ids of functions, by `target selector`. */
  readonly functions: Map<string, bigint>;
  /** Delays that were set last, whether they are in effect yet or not. */
  readonly grantDelays: Map<bigint, number>;
  targetAdminDelay: number;
}

const nameOf = (role: bigint): string =>
  role === ADMIN_ROLE ? 'ADMIN' : (ROLE_NAMES.find((name) => ROLES[name] === role) ?? `role ${role}`);

/**
 * Reads the roles of a deployed coalition back from the chain: the authority, the role of each of the hub's functions and of any
 * other, who holds which role and how long it waits, who administers and guards the roles.
 */
export async function findRoles(client: Client, expected: ExpectedRoles): Promise<RolesFound> {
  const { coalition, authority } = expected;
  const actual = await readContract(client, {
    address: coalition,
    abi: CoalitionAbi,
    functionName: 'authority',
  });
  if (!isAddressEqual(actual, authority))
    return { problems: [`The hub obeys ${actual}, not ${authority}.`], holders: [] };
  const told = await readTold(client, expected);
  const holders = await readHolders(client, authority, told);
  return {
    holders,
    problems: [
      ...(await settingProblems(client, expected)),
      ...(await Promise.all(ROLE_NAMES.map((name) => functionProblems(client, expected, name)))).flat(),
      ...strangeFunctions(told, coalition),
      ...holderProblems(expected, holders),
      ...delayProblems(expected, told),
    ],
  };
}

/** The problems alone, an empty list when all is right. */
export const verifyRoles = async (client: Client, expected: ExpectedRoles): Promise<readonly string[]> =>
  (await findRoles(client, expected)).problems;

async function readTold(client: Client, { coalition, authority, from = 0 }: ExpectedRoles): Promise<Told> {
  const told: Told = {
    members: new Map(),
    functions: new Map(),
    grantDelays: new Map(),
    targetAdminDelay: 0,
  };
  const to = Number(await getBlockNumber(client, { cacheTime: 0 }));
  for await (const { logs } of readLogs(client, { addresses: [authority], from, to }))
    for (const log of logs) note(told, coalition, log);
  return told;
}

function note(told: Told, coalition: Address, log: { topics: readonly Hex[]; data: Hex }): void {
  const [event] = parseEventLogs({ abi: AccessManagerAbi, logs: [log as never] });
  if (event?.eventName === 'RoleGranted') {
    const { roleId, account } = event.args;
    const members = told.members.get(roleId) ?? new Map<Address, Address>();
    told.members.set(roleId, members.set(account, account));
  } else if (event?.eventName === 'RoleRevoked') {
    told.members.get(event.args.roleId)?.delete(event.args.account);
  } else if (event?.eventName === 'TargetFunctionRoleUpdated') {
    const { target, selector, roleId } = event.args;
    told.functions.set(`${target} ${selector}`, roleId);
  } else if (event?.eventName === 'RoleGrantDelayChanged') {
    told.grantDelays.set(event.args.roleId, event.args.delay);
  } else if (event?.eventName === 'TargetAdminDelayUpdated' && isAddressEqual(event.args.target, coalition)) {
    told.targetAdminDelay = event.args.delay;
  }
}

async function readHolders(client: Client, authority: Address, { members }: Told): Promise<Holder[]> {
  const pairs = [...members].flatMap(([role, accounts]) =>
    [...accounts.keys()].map((one) => [role, one] as const),
  );
  const { timestamp } = await getBlock(client);
  const found = await Promise.all(
    pairs.map(async ([role, account]) => {
      const [since, delay, pendingDelay, effect] = await readContract(client, {
        address: authority,
        abi: AccessManagerAbi,
        functionName: 'getAccess',
        args: [role, account],
      });
      // A delay that was lowered, or a role that begins later, counts as what it is going to be.
      const waits = effect > timestamp ? pendingDelay : delay;
      return since === 0 ? [] : [{ role: nameOf(role), account, delay: waits }];
    }),
  );
  return found.flat();
}

async function settingProblems(client: Client, { coalition, authority }: ExpectedRoles): Promise<string[]> {
  const manager = { address: authority, abi: AccessManagerAbi } as const;
  const closed = await readContract(client, {
    ...manager,
    functionName: 'isTargetClosed',
    args: [coalition],
  });
  const ofRoles = await Promise.all(
    ROLE_NAMES.map(async (name) => {
      const args = [ROLES[name]] as const;
      const [admin, guardian] = await Promise.all([
        readContract(client, { ...manager, functionName: 'getRoleAdmin', args }),
        readContract(client, { ...manager, functionName: 'getRoleGuardian', args }),
      ]);
      const wanted = name === 'GOVERNOR' ? ROLES.GUARDIAN : ADMIN_ROLE;
      return [
        ...(admin === ADMIN_ROLE ? [] : [`${nameOf(admin)} grants ${name}, not the admin.`]),
        ...(guardian === wanted
          ? []
          : [`${nameOf(guardian)} can cancel what ${name} has scheduled, not ${nameOf(wanted)}.`]),
      ];
    }),
  );
  return [...(closed ? ['The authority has closed the hub to all roles.'] : []), ...ofRoles.flat()];
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

/** Functions of the hub, or of anything else, that some role was given besides those it should have. */
function strangeFunctions({ functions }: Told, coalition: Address): string[] {
  const known = new Set(
    ROLE_NAMES.flatMap((name) => ROLE_SELECTORS[name].map((one) => `${coalition} ${one}`)),
  );
  return [...functions]
    .filter(([place, role]) => role !== ADMIN_ROLE && !known.has(place))
    .map(([place, role]) => `${nameOf(role)} was given ${place.split(' ')[1]} of ${place.split(' ')[0]}.`);
}

function holderProblems(
  { holders, governorDelay, adminDelay }: ExpectedRoles,
  found: readonly Holder[],
): string[] {
  const delays: Partial<Record<string, number | undefined>> = { GOVERNOR: governorDelay, ADMIN: adminDelay };
  const wantedOf = (role: string) => holders[role as RoleName | 'ADMIN'];
  const missing = (['ADMIN', ...ROLE_NAMES] as const).flatMap((role) => {
    const holder = wantedOf(role);
    const held = found.filter((one) => one.role === role);
    if (holder === zeroAddress) return [`Nobody is named for ${role}.`];
    if (holder)
      return held.some(({ account }) => account === holder) ? [] : [`${holder} does not hold ${role}.`];
    return held.length > 0 ? [] : [`Nobody holds ${role}.`];
  });
  const wrong = found.flatMap(({ role, account, delay }) => {
    const holder = wantedOf(role);
    // Only the governor and the admin may be made to wait: an issuer or a guardian that waits can't do its work.
    const wanted = role in delays ? delays[role] : 0;
    return [
      ...(role.startsWith('role ') ? [`${account} holds ${role}, which is none of the coalition's.`] : []),
      ...(holder && account !== holder ? [`${account} holds ${role} too.`] : []),
      ...(wanted === undefined || delay === wanted
        ? []
        : [`${role} waits ${delay} seconds instead of ${wanted}.`]),
    ];
  });
  return [...missing, ...wrong];
}

/** Both begin five days after they are set, so what was set is what counts here. */
function delayProblems({ grantDelay, targetAdminDelay }: ExpectedRoles, told: Told): string[] {
  const granting = [ADMIN_ROLE, ...ROLE_NAMES.map((name) => ROLES[name])].flatMap((role) => {
    const delay = told.grantDelays.get(role) ?? 0;
    if (grantDelay === undefined || delay === grantDelay) return [];
    return [`${nameOf(role)} is granted after ${delay} seconds instead of ${grantDelay}.`];
  });
  const changing =
    targetAdminDelay === undefined || told.targetAdminDelay === targetAdminDelay
      ? []
      : [
          `The admin's changes of the hub wait ${told.targetAdminDelay} seconds instead of ${targetAdminDelay}.`,
        ];
  return [...granting, ...changing];
}
