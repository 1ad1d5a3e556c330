import type { Deps } from '../shared/deps.ts';
import { presentRefund } from './refund.ts';
import { readRefunds } from './refunds.repository.ts';

/** The refunds of a payment as they are now, the oldest first. */
export const listRefunds = async ({ pool }: Pick<Deps, 'pool'>, paymentId: string) =>
  (await readRefunds(pool, paymentId)).map(presentRefund);
