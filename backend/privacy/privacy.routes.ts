import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { requireFreshSession, sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { hasErrorCode } from '../shared/errors.ts';
import { eraseMember } from './erase-member.ts';
import { exportMember } from './export-member.ts';
import { eraseMemberContract, exportMemberContract } from './privacy.contracts.ts';

/** GET /members/me/export, POST /members/me/erasure */
export const privacyRouter = (deps: Deps): Router =>
  serve(deps, [
    on(exportMemberContract, async ({ request, response }) => {
      const text = exportMember(deps, sessionOf(request));
      response
        .type('application/json')
        .set('cache-control', 'no-store')
        .set('content-disposition', 'attachment; filename="tessera-data.json"');
      try {
        await pipeline(Readable.from(text), response);
      } catch (error) {
        // Whoever hangs up has had enough.
        if (!hasErrorCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
      }
      return undefined;
    }),
    on(
      eraseMemberContract,
      async ({ request }) => ({ body: await eraseMember(deps, sessionOf(request)) }),
      requireFreshSession(deps),
    ),
  ]);
