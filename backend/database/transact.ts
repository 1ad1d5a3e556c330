import type { Pool, PoolClient } from 'pg';

/** What runs SQL: the pool for single statements, a client inside of a transaction. */
export type Queryable = Pick<PoolClient, 'query'>;

/**
 * Runs `work` in one database transaction (READ COMMITTED): all of it is committed, or none. When COMMIT itself fails the outcome is unknown,
 * and the connection is thrown away; so callers write work that finds out by itself what is already done.
 */
export async function transact<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken = true;
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    broken = await tx.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    tx.release(broken);
  }
}
