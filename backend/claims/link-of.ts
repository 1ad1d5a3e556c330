import type { Deps } from '../shared/deps.ts';
import { createSealer } from '../shared/seal.ts';
import { type Claim, claimUrl, secretContext } from './claim.ts';

/** The claim link, as the till got it first. @throws DomainError SECRETS_KEY_MISSING, SECRET_UNREADABLE when the operator lost the key */
export function linkOf({ config }: Pick<Deps, 'config'>, claim: Claim): string {
  const secret = createSealer(config.secretsKeys).open(claim.secret, secretContext(claim.secretHash));
  return claimUrl(config.origins[0] ?? '', secret);
}
