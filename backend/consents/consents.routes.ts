import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { sessionOf } from '../sessions/require-session.ts';
import type { Deps } from '../shared/deps.ts';
import { CONSENT_TEXTS } from './consent-texts.ts';
import {
  listConsentHistoryContract,
  listConsentsContract,
  listConsentTextsContract,
  setConsentContract,
} from './consents.contracts.ts';
import { listConsentHistory, listConsents, presentConsent } from './list-consents.ts';
import { recordConsent } from './record-consent.ts';

/** GET /consent-texts; GET, PUT /members/me/consents; GET /members/me/consents/history */
export const consentsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(listConsentTextsContract, () => ({ body: { texts: CONSENT_TEXTS } })),
    on(listConsentsContract, async ({ request }) => ({
      body: { consents: await listConsents(deps, sessionOf(request)) },
    })),
    on(setConsentContract, async ({ body, request }) => {
      const from = { account: sessionOf(request), origin: request.headers.origin ?? null };
      return { body: presentConsent(await recordConsent(deps, { ...body, ...from })) };
    }),
    on(listConsentHistoryContract, async ({ query, request }) => ({
      body: await listConsentHistory(deps, { account: sessionOf(request), ...query }),
    })),
  ]);
