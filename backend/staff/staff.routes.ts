import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import { sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { changeRole, readStaff, readWorkplaces, removeStaff } from './change-staff.ts';
import { acceptInvite, claimBrand, inviteStaff, takeBackInvite } from './invite-staff.ts';
import {
  acceptInviteContract,
  changeRoleContract,
  claimBrandContract,
  inviteStaffContract,
  listStaffContract,
  listWorkplacesContract,
  removeStaffContract,
  revokeInviteContract,
} from './staff.contracts.ts';

/** /staff and what is under it: the people of a brand. */
export const staffRouter = (deps: Deps): Router =>
  serve(deps, [
    on(listStaffContract, async ({ request }) => ({ body: await readStaff(deps, keyOf(request).partnerId) })),
    on(inviteStaffContract, async ({ body, request }) => ({
      status: 201,
      body: await inviteStaff(deps, { key: keyOf(request), request: body }),
    })),
    on(revokeInviteContract, async ({ params, request }) => {
      await takeBackInvite(deps, { ...params, key: keyOf(request) });
      return { status: 204 };
    }),
    on(acceptInviteContract, async ({ body, request }) => ({
      status: 201,
      body: await acceptInvite(deps, { account: sessionOf(request), token: body.token }),
    })),
    on(claimBrandContract, async ({ body, request }) => ({
      status: 201,
      body: await claimBrand(deps, { account: sessionOf(request), partner: body.partner }),
    })),
    on(listWorkplacesContract, async ({ request }) => ({
      body: await readWorkplaces(deps, sessionOf(request)),
    })),
    on(changeRoleContract, async ({ params, body, request }) => ({
      body: await changeRole(deps, { ...params, key: keyOf(request) }, body.role),
    })),
    on(removeStaffContract, async ({ params, request }) => {
      await removeStaff(deps, { ...params, key: keyOf(request) });
      return { status: 204 };
    }),
  ]);
