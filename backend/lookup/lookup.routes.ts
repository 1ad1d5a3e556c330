import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { findKey, keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { limitTries } from '../shared/http/limits.ts';
import { lookUpMember } from './look-up-member.ts';
import { lookUpMemberContract } from './lookup.contracts.ts';

/** POST /members/lookup. It stands before /members/:member, which would take it for a member's name. */
export const lookupRouter = (deps: Deps): Router =>
  serve(deps, [
    on(
      lookUpMemberContract,
      async ({ body: lookup, request }) => ({
        body: await lookUpMember(deps, { key: keyOf(request), lookup }),
      }),
      limitTries({
        perMinute: deps.config.lookupsPerMinute,
        keyOf: (request) => findKey(request)?.id,
      }),
    ),
  ]);
