/** Points of a purchase whose customer was no member: they wait for whoever brings the secret of the claim link. */
import type { Address } from 'viem';
import { z } from 'zod';
import { toAddress } from '../shared/bytes.ts';
import { DomainError } from '../shared/errors.ts';
import { sha256 } from '../shared/ids.ts';

/** Random bytes of a secret: 192 bits, as 32 characters of base64url. */
export const SECRET_BYTES = 24;
const SECRET = /^[A-Za-z0-9_-]{32}$/;

export const CLAIM_STATUSES = ['open', 'accepted', 'lapsed'] as const;
export type ClaimStatus = (typeof CLAIM_STATUSES)[number];

/** How a purchase asks for a claim link in place of naming a member. */
export const claimWishField = z.strictObject({ claim: z.literal(true) });
export type ClaimWish = z.output<typeof claimWishField>;

/** The body of POST /claims and POST /claims/accept: what stands behind the # of a claim link. */
export const secretSchema = z.strictObject({
  secret: z
    .string()
    .regex(SECRET, 'Send the 32 characters behind the # of the claim link.')
    .describe('What stands behind the # of the claim link.'),
});

export interface ClaimRow {
  readonly id: bigint;
  readonly purchase_id: string;
  readonly purchase: bigint;
  readonly body_hash: Buffer;
  readonly partner_id: number;
  readonly actor: string;
  readonly secret_hash: Buffer;
  readonly secret: Buffer;
  readonly status: ClaimStatus;
  readonly expires_at: Date;
  readonly account: Buffer | null;
  readonly settled_at: Date | null;
  readonly points: bigint;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly occurred_at: Date;
  readonly items: readonly object[] | null;
}

/** A claim as the program has it. Amounts are minor units, points whole points of the brand. */
export interface Claim {
  readonly id: bigint;
  /** The till's own id of the purchase, and ours. */
  readonly purchaseId: string;
  readonly purchase: bigint;
  readonly bodyHash: Buffer;
  readonly partnerId: number;
  readonly actor: string;
  readonly secretHash: Buffer;
  /** Sealed for `secretContext`. */
  readonly secret: Buffer;
  readonly status: ClaimStatus;
  readonly expiresAt: Date;
  readonly account: Address | null;
  readonly settledAt: Date | null;
  readonly points: bigint;
  readonly amount: bigint;
  readonly currency: string;
  readonly occurredAt: Date;
  /** The lines of the sale, as the till sent them. */
  readonly lines: readonly object[] | null;
}

/** A row as of `now`: an open claim whose time has passed counts as lapsed, whether or not a job has said so yet. */
export const toClaim = (row: ClaimRow, now: Date): Claim => ({
  id: row.id,
  purchaseId: row.purchase_id,
  purchase: row.purchase,
  bodyHash: row.body_hash,
  partnerId: row.partner_id,
  actor: row.actor,
  secretHash: row.secret_hash,
  secret: row.secret,
  status: row.status === 'open' && row.expires_at <= now ? 'lapsed' : row.status,
  expiresAt: row.expires_at,
  account: row.account && toAddress(row.account),
  settledAt: row.settled_at,
  points: row.points,
  amount: row.amount_minor,
  currency: row.currency,
  occurredAt: row.occurred_at,
  lines: row.items,
});

/** What a claim's secret is sealed for. */
export const secretContext = (secretHash: Uint8Array): string =>
  `claim ${Buffer.from(secretHash).toString('hex')}`;

/** How the database knows a secret. */
export const hashSecret = (secret: string): Buffer => sha256(secret);

/** The link that the customer gets. The secret is its fragment, which browsers send to nobody. */
export const claimUrl = (origin: string, secret: string): string => `${origin}/claim#${secret}`;

/** The answer to the till that reported a purchase with a claim: the first one, for ever. */
export const presentOpened = (claim: Claim, url: string) => ({
  id: claim.purchaseId,
  points: claim.points.toString(),
  status: 'unclaimed' as const,
  claim: { url, expiresAt: claim.expiresAt.toISOString() },
});

/** A claim in its brand's list. */
export const presentListed = (claim: Claim) => ({
  purchase: claim.purchaseId,
  points: claim.points.toString(),
  amount: claim.amount.toString(),
  currency: claim.currency,
  occurredAt: claim.occurredAt.toISOString(),
  status: claim.status,
  expiresAt: claim.expiresAt.toISOString(),
  ...(claim.account && { member: claim.account }),
  ...(claim.settledAt && { settledAt: claim.settledAt.toISOString() }),
});

/** Refuses a secret that no claim has. */
export const claimUnknown = (): DomainError =>
  new DomainError('CLAIM_UNKNOWN', {
    fields: [{ field: 'secret', message: 'No claim link has this behind its #.' }],
  });
