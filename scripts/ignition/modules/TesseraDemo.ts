import { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { buildCoalition } from '../coalition.ts';

/** A coalition with a stablecoin of its own, which the deployer mints at will. For demonstrations. */
export default buildModule('TesseraDemo', (m) => {
  const stablecoin = m.contract('DemoDollar', [m.getAccount(0)]);
  return { ...buildCoalition(m, stablecoin), stablecoin };
});
