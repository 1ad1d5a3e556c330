import type { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { ADMIN_ROLE, ROLE_NAMES, ROLES, type RoleName } from '../../backend/protocol/roles.ts';
import { ROLE_SELECTORS } from '../deploy/role-selectors.ts';

type ModuleBuilder = Parameters<Parameters<typeof buildModule>[1]>[0];
type Arguments = NonNullable<Parameters<ModuleBuilder['encodeFunctionCall']>[2]>;
type Call = ReturnType<ModuleBuilder['encodeFunctionCall']>;

/**
 * The part that both modules share: the authority, the hub, and the roles. The first account deploys.
 *
 * Parameters: `governor`, `issuer`, `guardian`, `receiptSigner` (addresses), and in seconds, 0 unless given:
 * - `governorDelay`: between what the governor schedules and when it can be executed. The guardian can cancel it meanwhile. The
 *   guardian and the issuer never wait: a halt that waits is none.
 * - `grantDelay`: before a role counts for whom it is granted to later on, and
 * - `targetAdminDelay`: before the admin can give the hub's functions to other roles, close it or replace its authority. The
 *   AccessManager lets these two begin five days after the deployment.
 *
 * `handOver` makes the calls that come last.
 */
export function buildCoalition(
  m: ModuleBuilder,
  stablecoin: Arguments[number],
  handOver: (call: (method: string, args: Arguments, id?: string) => Call) => readonly Call[] = () => [],
) {
  const authority = m.contract('AccessManager', [m.getAccount(0)]);
  const coalition = m.contract('Coalition', [authority, stablecoin, m.contract('BackOffice')]);
  const holders = {
    GOVERNOR: m.getParameter<string>('governor'),
    ISSUER: m.getParameter<string>('issuer'),
    GUARDIAN: m.getParameter<string>('guardian'),
    RECEIPT_SIGNER: m.getParameter<string>('receiptSigner'),
  } satisfies Record<RoleName, unknown>;
  const governorDelay = m.getParameter<number>('governorDelay', 0);
  const grantDelay = m.getParameter<number>('grantDelay', 0);

  const call = (method: string, args: Arguments, id = method) =>
    m.encodeFunctionCall(authority, method, args, { id });
  const calls = [
    ...ROLE_NAMES.flatMap((name) => {
      const [role, selectors] = [ROLES[name], [...ROLE_SELECTORS[name]]];
      const ofRole = (method: string, args: Arguments) => call(method, args, `${name}_${method}`);
      return [
        ofRole('labelRole', [role, name]),
        ...(selectors.length > 0 ? [ofRole('setTargetFunctionRole', [coalition, selectors, role])] : []),
        ofRole('grantRole', [role, holders[name], name === 'GOVERNOR' ? governorDelay : 0]),
        ofRole('setGrantDelay', [role, grantDelay]),
      ];
    }),
    call('setRoleGuardian', [ROLES.GOVERNOR, ROLES.GUARDIAN]),
    call('setGrantDelay', [ADMIN_ROLE, grantDelay], 'ADMIN_setGrantDelay'),
    call('setTargetAdminDelay', [coalition, m.getParameter<number>('targetAdminDelay', 0)]),
    ...handOver(call),
  ];
  // One transaction, so that no crash leaves an authority with half of its roles.
  m.call(authority, 'multicall', [calls], { id: 'roles' });
  return { authority, coalition };
}
