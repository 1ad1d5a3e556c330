/** Claims in PostgreSQL, each with the purchase that it is about. */
import type { Queryable } from '../database/transact.ts';
import { type Claim, type ClaimRow, type ClaimStatus, toClaim } from './claim.ts';

const CLAIM = `SELECT c.id, c.partner_id, c.actor, c.secret_hash, c.secret, c.status, c.expires_at, c.account, c.settled_at,
                      p.id AS purchase, p.purchase_id, p.body_hash, p.points, p.amount_minor, p.currency, p.occurred_at, p.items
                 FROM claims c JOIN purchases p ON p.id = c.purchase_id`;

const first = (rows: ClaimRow[], now: Date): Claim | null => (rows[0] ? toClaim(rows[0], now) : null);

/** The claim with this secret; with `lock`, nobody else settles it meanwhile. Null when there is none. */
export async function findClaimBySecret(
  tx: Queryable,
  { secretHash, now, lock = false }: { secretHash: Buffer; now: Date; lock?: boolean },
): Promise<Claim | null> {
  const sql = `${CLAIM} WHERE c.secret_hash = $1${lock ? ' FOR UPDATE OF c' : ''}`;
  return first((await tx.query<ClaimRow>(sql, [secretHash])).rows, now);
}

/** The claim of a brand's purchase; with `lock`, nobody else settles it meanwhile. Null when the purchase has none, or is not there. */
export async function findClaimByPurchase(
  tx: Queryable,
  about: { partnerId: number; purchaseId: string; now: Date; lock?: boolean },
): Promise<Claim | null> {
  const sql = `${CLAIM} WHERE p.partner_id = $1 AND p.purchase_id = $2${about.lock ? ' FOR UPDATE OF c' : ''}`;
  return first((await tx.query<ClaimRow>(sql, [about.partnerId, about.purchaseId])).rows, about.now);
}

export interface NewClaim {
  /** The purchase's id in the database. */
  readonly purchase: bigint;
  readonly partnerId: number;
  readonly actor: string;
  readonly secretHash: Buffer;
  readonly secret: Uint8Array;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

export async function insertClaim(tx: Queryable, claim: NewClaim): Promise<void> {
  await tx.query(
    `INSERT INTO claims (purchase_id, partner_id, actor, secret_hash, secret, expires_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      claim.purchase.toString(),
      claim.partnerId,
      claim.actor,
      claim.secretHash,
      claim.secret,
      claim.expiresAt,
      claim.createdAt,
    ],
  );
}

/** Open → accepted; the caller holds the claim's lock. */
export async function markAccepted(
  tx: Queryable,
  { id, account, at }: { id: bigint; account: Buffer; at: Date },
): Promise<void> {
  await tx.query(
    `UPDATE claims SET status = 'accepted', account = $2, settled_at = $3 WHERE id = $1 AND status = 'open'`,
    [id.toString(), account, at],
  );
}

/** Open → lapsed before its time; the caller holds the claim's lock. */
export async function markWithdrawn(tx: Queryable, { id, at }: { id: bigint; at: Date }): Promise<void> {
  const sql = `UPDATE claims SET status = 'lapsed', settled_at = $2 WHERE id = $1 AND status = 'open'`;
  await tx.query(sql, [id.toString(), at]);
}

/** Open → lapsed for at most `limit` claims whose time has passed; those that are being accepted just now are left alone. */
export async function markLapsed(
  tx: Queryable,
  { now, limit }: { now: Date; limit: number },
): Promise<Claim[]> {
  const { rows } = await tx.query<{ id: bigint }>(
    `UPDATE claims SET status = 'lapsed', settled_at = $1 WHERE id IN (
       SELECT id FROM claims WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [now, limit],
  );
  const ids = rows.map(({ id }) => id.toString());
  const claims = await tx.query<ClaimRow>(
    `${CLAIM} WHERE c.id = ANY($1::bigint[]) ORDER BY c.partner_id, c.id`,
    [ids],
  );
  return claims.rows.map((row) => toClaim(row, now));
}

/** Tells brands of claims: one event each. */
export async function tellOfClaims(
  tx: Queryable,
  claims: readonly Claim[],
  what: 'opened' | 'accepted' | 'lapsed',
): Promise<void> {
  await tx.query(
    `INSERT INTO events (type, partner_id, data)
     SELECT 'claim.' || $1::text, e.partner_id, e.data FROM unnest($2::int[], $3::jsonb[]) AS e(partner_id, data)`,
    [what, claims.map(({ partnerId }) => partnerId), claims.map((claim) => JSON.stringify(factsOf(claim)))],
  );
}

const factsOf = ({ purchaseId, points, amount, currency, expiresAt, account }: Claim) => ({
  purchase: purchaseId,
  points: points.toString(),
  amount: amount.toString(),
  currency,
  expiresAt: expiresAt.toISOString(),
  ...(account && { member: account.slice(2).toLowerCase() }),
});

/** A brand's claims before an id, newest first. */
export async function listClaims(
  tx: Queryable,
  about: { partnerId: number; status: ClaimStatus | undefined; before: bigint; limit: number; now: Date },
): Promise<Claim[]> {
  const { rows } = await tx.query<ClaimRow>(
    `${CLAIM} WHERE c.partner_id = $1 AND c.id < $2 AND ($3::text IS NULL
        OR CASE WHEN c.status = 'open' AND c.expires_at <= $5 THEN 'lapsed' ELSE c.status::text END = $3)
      ORDER BY c.id DESC LIMIT $4`,
    [about.partnerId, about.before.toString(), about.status ?? null, about.limit, about.now],
  );
  return rows.map((row) => toClaim(row, about.now));
}
