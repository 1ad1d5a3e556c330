import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import type { Deps } from '../shared/deps.ts';
import { PAGE_LIMIT } from '../shared/requests.ts';
import { endApiKey, listApiKeys, makeApiKey, renameApiKey, rotateApiKey } from './change-api-keys.ts';
import {
  createApiKeyContract,
  listApiKeysContract,
  renameApiKeyContract,
  revokeApiKeyContract,
  rotateApiKeyContract,
} from './keys.contracts.ts';
import { keyOf } from './require-key.ts';

/** /keys and what is under it: the brand's own API keys. */
export const keysRouter = (deps: Deps): Router =>
  serve(deps, [
    on(listApiKeysContract, async ({ query: { cursor = null, limit = PAGE_LIMIT }, request }) => ({
      body: await listApiKeys(deps, keyOf(request), cursor, limit),
    })),
    on(createApiKeyContract, async ({ body, request }) => ({
      status: 201,
      body: await makeApiKey(deps, { key: keyOf(request), request: body }),
    })),
    on(renameApiKeyContract, async ({ params, body, request }) => ({
      body: await renameApiKey(deps, { ...params, key: keyOf(request) }, body.name),
    })),
    on(rotateApiKeyContract, async ({ params, body, request }) => ({
      body: await rotateApiKey(deps, { ...params, key: keyOf(request) }, body.overlapSeconds),
    })),
    on(revokeApiKeyContract, async ({ params, request }) => {
      await endApiKey(deps, { ...params, key: keyOf(request) });
      return { status: 204 };
    }),
  ]);
