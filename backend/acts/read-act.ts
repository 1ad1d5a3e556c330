import { actToJson } from '../protocol/acts.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { findAct, findActByPublicId } from './acts.repository.ts';

/**
 * An act and what became of it; by its own id, which only its member was told, with the voucher of a redemption once that is mined.
 * @throws DomainError ACT_UNKNOWN
 */
export async function readAct({ pool }: Pick<Deps, 'pool'>, id: string) {
  const own = await findAct(pool, id);
  const found = own ?? (await findActByPublicId(pool, id));
  if (!found)
    throw new DomainError('ACT_UNKNOWN', {
      fields: [{ field: 'id', message: 'There is no act with this id.' }],
    });
  const { act, status, reason, value, received, transaction, voucher } = found;
  const done = status === 'mined' || status === 'final';
  return {
    id,
    act: actToJson(act),
    status,
    ...(reason && { reason }),
    ...(value !== null && { value }),
    ...(received !== null && { received }),
    ...(transaction && { transaction }),
    ...(own && voucher && done && { voucher }),
  };
}
