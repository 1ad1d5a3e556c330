import { keyChangeToJson } from '../protocol/keys.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findKeyChange } from './member-keys.repository.ts';

/** A change of a member's keys and what became of it. @throws DomainError KEY_CHANGE_UNKNOWN */
export async function readKeyChange({ pool }: Pick<Deps, 'pool'>, id: string) {
  const found = await findKeyChange(pool, id);
  if (!found)
    throw new DomainError('KEY_CHANGE_UNKNOWN', {
      fields: [{ field: 'id', message: 'There is no key change with this id.' }],
    });
  const { change, status, reason, transaction } = found;
  return {
    id,
    change: keyChangeToJson(change),
    status,
    ...(reason && { reason }),
    ...(transaction && { transaction }),
  };
}
