import type { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { ROLE_NAMES, ROLES, type RoleName } from '../../backend/protocol/roles.ts';
import { ROLE_SELECTORS } from '../deploy/role-selectors.ts';

type ModuleBuilder = Parameters<Parameters<typeof buildModule>[1]>[0];
type Arguments = NonNullable<Parameters<ModuleBuilder['encodeFunctionCall']>[2]>;

/**
 * The part that both modules share: the authority, the hub, and the roles. The first account deploys and becomes the authority's admin.
 *
 * Parameters: `governor`, `issuer`, `guardian`, `receiptSigner` (addresses), and `governorDelay` (seconds between what the
 * governor schedules and when it can be executed; 0 unless given). The guardian and the issuer never wait: a halt that waits is none.
 */
export function buildCoalition(m: ModuleBuilder, stablecoin: Arguments[number]) {
  const authority = m.contract('AccessManager', [m.getAccount(0)]);
  const coalition = m.contract('Coalition', [authority, stablecoin, m.contract('BackOffice')]);
  const holders = {
    GOVERNOR: m.getParameter<string>('governor'),
    ISSUER: m.getParameter<string>('issuer'),
    GUARDIAN: m.getParameter<string>('guardian'),
    RECEIPT_SIGNER: m.getParameter<string>('receiptSigner'),
  } satisfies Record<RoleName, unknown>;
  const governorDelay = m.getParameter<number>('governorDelay', 0);

  const calls = ROLE_NAMES.flatMap((name) => {
    const selectors = [...ROLE_SELECTORS[name]];
    const call = (method: string, args: Arguments) =>
      m.encodeFunctionCall(authority, method, args, { id: `${name}_${method}` });
    return [
      call('labelRole', [ROLES[name], name]),
      ...(selectors.length > 0 ? [call('setTargetFunctionRole', [coalition, selectors, ROLES[name]])] : []),
      call('grantRole', [ROLES[name], holders[name], name === 'GOVERNOR' ? governorDelay : 0]),
    ];
  });
  // One transaction, so that no crash leaves an authority with half of its roles.
  m.call(authority, 'multicall', [calls], { id: 'roles' });
  return { authority, coalition };
}
