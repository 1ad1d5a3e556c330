import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { privateKeyOf } from '../keys/key-source.ts';
import { keyOf } from '../partners/require-key.ts';
import { createReceiptSigner } from '../receipts/sign-receipts.ts';
import { sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { acceptClaim } from './accept-claim.ts';
import {
  acceptClaimContract,
  listClaimsContract,
  previewClaimContract,
  withdrawClaimContract,
} from './claims.contracts.ts';
import { previewClaim } from './preview-claim.ts';
import { readClaims } from './read-claims.ts';
import { withdrawClaim } from './withdraw-claim.ts';

/** GET /claims and POST /claims/withdraw (till), POST /claims (whoever has the link), POST /claims/accept (a member) */
export function claimsRouter(deps: Deps): Router {
  const { network, clock, config } = deps;
  const sign = createReceiptSigner({ key: privateKeyOf(config.receiptKey), network, clock });
  return serve(deps, [
    on(listClaimsContract, async ({ query, request }) => ({
      body: await readClaims(deps, keyOf(request).partnerId, query),
    })),
    on(withdrawClaimContract, async ({ body: { purchase: purchaseId }, request }) => ({
      body: await withdrawClaim(deps, { key: keyOf(request), purchaseId }),
    })),
    on(previewClaimContract, async ({ body }) => ({ body: await previewClaim(deps, body.secret) })),
    on(acceptClaimContract, async ({ body, request }) => {
      const { answer, first } = await acceptClaim(
        { ...deps, sign },
        { account: sessionOf(request), secret: body.secret },
      );
      return { status: first ? 201 : 200, body: answer };
    }),
  ]);
}
