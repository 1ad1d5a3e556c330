import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { recordReturn } from './record-return.ts';
import { presentReturn } from './return.ts';
import { recordReturnContract } from './returns.contracts.ts';

/** POST /purchases/:id/returns (till of the brand) */
export const returnsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(recordReturnContract, async ({ params: { id: purchaseId }, body, request }) => {
      const { record, first } = await recordReturn(deps, { key: keyOf(request), purchaseId, request: body });
      if (first) deps.hints.give('events');
      return { status: first ? 201 : 200, body: presentReturn(record, deps.network) };
    }),
  ]);
