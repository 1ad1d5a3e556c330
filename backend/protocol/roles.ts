/** The coalition's roles in its AccessManager: their ids, and what each may call. Members and partners need none. */

/** The role ids (uint64). RECEIPT_SIGNER calls nothing: it is the on-chain label of who may sign receipts. */
export const ROLES = { GOVERNOR: 1n, ISSUER: 2n, GUARDIAN: 3n, RECEIPT_SIGNER: 4n } as const;

/** AccessManager's own role, which grants and revokes all others. */
export const ADMIN_ROLE = 0n;

/** A role of the coalition. */
export type RoleName = keyof typeof ROLES;

/** Every role, in the order of their ids. */
export const ROLE_NAMES = ['GOVERNOR', 'ISSUER', 'GUARDIAN', 'RECEIPT_SIGNER'] as const satisfies RoleName[];

/** The restricted functions of the hub, by the one role that may call each. */
export const ROLE_FUNCTIONS = {
  GOVERNOR: [
    'addPartner',
    'setCoveragePolicy',
    'expel',
    'addCharity',
    'setCharityPayout',
    'setCharitySuspended',
    'setFee',
    'withdrawTreasury',
    'grantFromFund',
    'resume',
    'resumePartner',
  ],
  ISSUER: ['issue', 'refund'],
  GUARDIAN: ['halt', 'haltPartner', 'haltWithdrawals'],
  RECEIPT_SIGNER: [],
} as const satisfies Record<RoleName, readonly string[]>;
