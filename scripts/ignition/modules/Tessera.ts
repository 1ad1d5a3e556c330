import { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { ADMIN_ROLE } from '../../../backend/protocol/roles.ts';
import { buildCoalition } from '../coalition.ts';

/**
 * A coalition on a network that has its stablecoin, for real. Parameters: those of `buildCoalition`, `stablecoin`, `admin` (who
 * administers the roles, a multisig for example; not the deployer, who keeps nothing), and `adminDelay` (seconds between what
 * the admin schedules and when it can be executed; 0 unless given).
 */
export default buildModule('Tessera', (m) => {
  const admin = m.getParameter<string>('admin');
  const adminDelay = m.getParameter<number>('adminDelay', 0);
  return buildCoalition(m, m.getParameter<string>('stablecoin'), (call) => [
    // Does nothing, but with the deployer as admin it makes what follows revert, and all before it: else nobody would be left.
    call('revokeRole', [ADMIN_ROLE, admin]),
    call('grantRole', [ADMIN_ROLE, admin, adminDelay], 'ADMIN_grantRole'),
    call('renounceRole', [ADMIN_ROLE, m.getAccount(0)]),
  ]);
});
