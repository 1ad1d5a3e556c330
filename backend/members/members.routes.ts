import { Router } from 'express';
import { z } from 'zod';
import { requireKey } from '../partners/require-key.ts';
import { requireSession, sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { accountField, parseRequest } from '../shared/requests.ts';
import { enrolMember } from './enrol-member.ts';
import { findMember } from './find-member.ts';
import { enrolmentSchema, memberNameField } from './member.ts';
import { readBalances } from './read-balances.ts';
import { readHistory } from './read-history.ts';

const nameParams = z.strictObject({ member: memberNameField });
const accountParams = z.strictObject({ member: accountField });
const historyQuery = z.strictObject({ cursor: z.string().max(300).optional() });

/** POST /members, GET /members/:accountOrCode, GET /members/:account/balances, GET /members/:account/history */
export function membersRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/members', {
    post: async (request, response) => {
      const { member, isNew } = await enrolMember(deps, parseRequest(enrolmentSchema, request.body));
      response.status(isNew ? 201 : 200).json(member);
    },
  });
  defineRoute(router, '/members/:member', {
    get: [
      requireKey('till'),
      async (request, response) => {
        response.json(await findMember(deps, parseRequest(nameParams, request.params).member));
      },
    ],
  });
  defineRoute(router, '/members/:member/balances', {
    get: async (request, response) => {
      response.json(await readBalances(deps, parseRequest(accountParams, request.params).member));
    },
  });
  defineRoute(router, '/members/:member/history', {
    get: [
      requireSession(deps),
      async (request, response) => {
        const account = parseRequest(accountParams, request.params).member;
        if (account !== sessionOf(request))
          throw new DomainError('SESSION_FOREIGN', { details: { session: sessionOf(request), account } });
        const { cursor } = parseRequest(historyQuery, request.query);
        response.json(await readHistory(deps, { account, cursor }));
      },
    ],
  });
  return router;
}
