import type { Address } from 'viem';
import { openIssuer } from '../keys/open-signers.ts';
import type { Deps } from '../shared/deps.ts';
import { readIssuer } from './issuance.repository.ts';

/** Who sends batches and refunds: the signer of the first lane, by its key or, in a process without keys, as the database knows it; else null. */
export const findIssuer = async ({
  pool,
  network,
  config,
}: Pick<Deps, 'pool' | 'network' | 'config'>): Promise<Address | null> =>
  (await openIssuer(config))?.address ?? (await readIssuer(pool, network.chainId));
