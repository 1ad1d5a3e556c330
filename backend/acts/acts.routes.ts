import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { quoteActContract, readActContract, submitActContract } from './acts.contracts.ts';
import { quoteAct } from './quote-act.ts';
import { readAct } from './read-act.ts';
import { createActTaker } from './submit-act.ts';

/** POST /quotes, POST /acts, GET /acts/:id. Open to anyone: what counts is the member's signature. */
export function actsRouter(deps: Deps): Router {
  const take = createActTaker(deps);
  return serve(deps, [
    on(quoteActContract, async ({ body }) => ({ body: await quoteAct(deps, body) })),
    on(submitActContract, async ({ body }) => {
      const { first, id, status } = await take(body);
      if (first) deps.hints.give('acts');
      if (first) deps.hints.give('events');
      return { status: first ? 202 : 200, body: { id, status } };
    }),
    on(readActContract, async ({ params }) => ({ body: await readAct(deps, params.id) })),
  ]);
}
