/** What can be allowed to whoever acts for a brand: the scopes of its API keys, and what the roles of its people come to. */

/** Every permission, with what it allows. A key has those that it was made with, a person those of the role. */
export const PERMISSIONS = {
  till: 'Report purchases, open payments, use vouchers, look members up.',
  events: 'Follow what happens at the brand.',
  webhooks: 'Say where the brand is told of what happens.',
  reports: 'Read statements, the reserve and why points wait.',
  exports: 'Export purchases, redemptions and members’ balances, by account.',
  audit: 'Read the audit log.',
  money: 'Set the reserve’s alerts, and prepare transactions for the brand’s admin to sign.',
  keys: 'Make, rename, rotate and revoke API keys.',
  staff: 'Invite people, change their roles and remove them.',
} as const;

export type Permission = keyof typeof PERMISSIONS;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

/** The roles of a brand's people: the one table of who may do what. README.md shows it, and a test holds every route to it. */
export const ROLE_PERMISSIONS = {
  owner: PERMISSION_NAMES,
  marketer: ['events', 'webhooks', 'reports', 'exports'],
  finance: ['events', 'reports', 'exports', 'audit', 'money'],
  till: ['till'],
  viewer: ['events', 'reports'],
} as const satisfies Record<string, readonly Permission[]>;

export type StaffRole = keyof typeof ROLE_PERMISSIONS;
export const STAFF_ROLES = Object.keys(ROLE_PERMISSIONS) as [StaffRole, ...StaffRole[]];

/** The permissions of a role as the database has it; none for a role that is not known (any more). */
export const permissionsOf = (role: string): readonly Permission[] =>
  Object.hasOwn(ROLE_PERMISSIONS, role) ? ROLE_PERMISSIONS[role as StaffRole] : [];
