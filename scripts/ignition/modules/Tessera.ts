import { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { buildCoalition } from '../coalition.ts';

/** A coalition on a network that has its stablecoin: parameter `stablecoin`, and those of `buildCoalition`. */
export default buildModule('Tessera', (m) => buildCoalition(m, m.getParameter<string>('stablecoin')));
