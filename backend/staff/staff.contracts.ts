import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, instantShape, numberShape } from '../api/shapes.ts';
import { PERMISSION_NAMES, ROLE_PERMISSIONS, STAFF_ROLES } from '../partners/permission.ts';
import { accountField, nameField, numberField } from '../shared/requests.ts';
import { MAX_STAFF } from './invite-staff.ts';

const DAY = 24 * 60 * 60;
const ROLES = Object.entries(ROLE_PERMISSIONS)
  .map(([role, permissions]) => `\`${role}\`: ${permissions.join(', ')}.`)
  .join(' ');

const roleField = z.enum(STAFF_ROLES, { error: `Send one of: ${STAFF_ROLES.join(', ')}.` });
const params = z.strictObject({ account: accountField });

const staffShape = z
  .strictObject({ account: addressShape, role: z.string(), name: z.string(), joinedAt: instantShape })
  .meta({ id: 'StaffMember', description: 'Somebody who works for a brand.' });
const placeShape = z
  .strictObject({ partner: numberShape, role: z.string(), permissions: z.array(z.enum(PERMISSION_NAMES)) })
  .meta({ id: 'Workplace', description: 'A brand that somebody works for, and what they may do there.' });

const base = { tag: 'Office', caller: { key: 'staff' } } as const;
const own = { tag: 'Office', caller: 'member' } as const;

export const listStaffContract = defineContract({
  ...base,
  name: 'listStaff',
  method: 'get',
  path: '/v1/staff',
  summary: 'List the brand’s people',
  description: `With the invitations that can still be accepted; at most ${MAX_STAFF} together, so there are no pages.`,
  answers: {
    200: {
      description: 'All of them.',
      schema: z.strictObject({
        staff: z.array(staffShape),
        invites: z.array(
          z.strictObject({ id: z.uuid(), role: z.string(), name: z.string(), expiresAt: instantShape }),
        ),
      }),
    },
  },
});

export const inviteStaffContract = defineContract({
  ...base,
  name: 'inviteStaff',
  method: 'post',
  path: '/v1/staff/invites',
  summary: 'Invite somebody',
  description: `The link works once, for \`validSeconds\` (a week unless given). Roles: ${ROLES}`,
  body: z.strictObject({
    role: roleField,
    name: nameField.default('').describe('Who is meant, for your own list.'),
    validSeconds: z
      .int('Send whole seconds.')
      .min(60)
      .max(30 * DAY)
      .default(7 * DAY),
  }),
  answers: {
    201: {
      description: 'Invited; hand the link over.',
      schema: z.strictObject({
        id: z.uuid(),
        role: z.string(),
        name: z.string(),
        token: z.string().meta({ description: 'In this answer alone.' }),
        link: z.string(),
        expiresAt: instantShape,
      }),
    },
  },
  refusals: ['KEY_BEYOND_OWN', 'STAFF_TOO_MANY'],
});

export const revokeInviteContract = defineContract({
  ...base,
  name: 'revokeInvite',
  method: 'delete',
  path: '/v1/staff/invites/:id',
  summary: 'Take an invitation back',
  params: z.strictObject({ id: z.uuid('Send the id of an invitation.') }),
  answers: { 204: { description: 'It can’t be accepted any more.' } },
  refusals: ['INVITE_UNKNOWN'],
});

export const changeRoleContract = defineContract({
  ...base,
  name: 'changeRole',
  method: 'patch',
  path: '/v1/staff/:account',
  summary: 'Change somebody’s role',
  params,
  body: z.strictObject({ role: roleField }),
  answers: { 200: { description: 'Changed.', schema: staffShape } },
  refusals: ['STAFF_UNKNOWN', 'KEY_BEYOND_OWN', 'STAFF_LAST_OWNER'],
});

export const removeStaffContract = defineContract({
  ...base,
  name: 'removeStaff',
  method: 'delete',
  path: '/v1/staff/:account',
  summary: 'Remove somebody',
  description: 'At once, whatever sessions they have.',
  params,
  answers: { 204: { description: 'Removed.' } },
  refusals: ['STAFF_UNKNOWN', 'KEY_BEYOND_OWN', 'STAFF_LAST_OWNER'],
});

export const acceptInviteContract = defineContract({
  ...own,
  name: 'acceptInvite',
  method: 'post',
  path: '/v1/staff/accept',
  summary: 'Accept an invitation',
  description: 'With the session of the account that is to work for the brand.',
  body: z.strictObject({ token: z.string().max(100) }),
  answers: { 201: { description: 'You work for the brand.', schema: placeShape } },
  refusals: ['INVITE_UNKNOWN', 'STAFF_ALREADY'],
});

export const claimBrandContract = defineContract({
  ...own,
  name: 'claimBrand',
  method: 'post',
  path: '/v1/staff/claim',
  summary: 'Claim a brand as its admin on the chain',
  description: 'The account that the hub names as the brand’s admin becomes an owner here.',
  body: z.strictObject({ partner: numberField }),
  answers: { 201: { description: 'You are an owner of the brand.', schema: placeShape } },
  refusals: ['CLAIM_REFUSED', 'STAFF_ALREADY', 'CHAIN_UNAVAILABLE'],
});

export const listWorkplacesContract = defineContract({
  ...own,
  name: 'listWorkplaces',
  method: 'get',
  path: '/v1/staff/me',
  summary: 'Which brands do I work for?',
  answers: {
    200: { description: 'None, one or more.', schema: z.strictObject({ brands: z.array(placeShape) }) },
  },
});
