import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { listKeys } from './list-keys.ts';
import { changeKeyContract, listKeysContract, readKeyChangeContract } from './member-keys.contracts.ts';
import { readKeyChange } from './read-key-change.ts';
import { submitKeyChange } from './submit-key-change.ts';

/** GET, POST /members/:account/keys; GET /key-changes/:id. Open to anyone: what counts is the signature. */
export const memberKeysRouter = (deps: Deps): Router =>
  serve(deps, [
    on(listKeysContract, async ({ params }) => ({ body: await listKeys(deps, params.member) })),
    on(changeKeyContract, async ({ params: { member }, body }) => {
      const signed = { change: { member, ...body.change }, signature: body.signature };
      const { first, id, status } = await submitKeyChange(deps, signed);
      if (first) deps.hints.give('acts');
      if (first) deps.hints.give('events');
      return { status: first ? 202 : 200, body: { id, status } };
    }),
    on(readKeyChangeContract, async ({ params }) => ({ body: await readKeyChange(deps, params.id) })),
  ]);
