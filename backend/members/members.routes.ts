import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { enrolMember } from './enrol-member.ts';
import { findMember } from './find-member.ts';
import {
  enrolMemberContract,
  findMemberContract,
  readBalancesContract,
  readHistoryContract,
} from './members.contracts.ts';
import { readBalances } from './read-balances.ts';
import { readHistory } from './read-history.ts';

/** POST /members, GET /members/:accountOrCode, GET /members/:account/balances, GET /members/:account/history */
export const membersRouter = (deps: Deps): Router =>
  serve(deps, [
    on(enrolMemberContract, async ({ body }) => {
      const { member, isNew } = await enrolMember(deps, body);
      return { status: isNew ? 201 : 200, body: member };
    }),
    on(findMemberContract, async ({ params }) => ({ body: await findMember(deps, params.member) })),
    on(readBalancesContract, async ({ params }) => ({ body: await readBalances(deps, params.member) })),
    on(readHistoryContract, async ({ params: { member: account }, query, request }) => {
      if (account !== sessionOf(request))
        throw new DomainError('SESSION_FOREIGN', { details: { session: sessionOf(request), account } });
      return { body: await readHistory(deps, { account, ...query }) };
    }),
  ]);
