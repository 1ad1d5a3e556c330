import { join, resolve } from 'node:path';
import express, { type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { actsRouter } from './acts/acts.routes.ts';
import { apiRouter } from './api/api.routes.ts';
import { cardsRouter } from './cards/cards.routes.ts';
import { charitiesRouter } from './charities/charities.routes.ts';
import { claimsRouter } from './claims/claims.routes.ts';
import { consentsRouter } from './consents/consents.routes.ts';
import { contactsRouter } from './contacts/contacts.routes.ts';
import type { EventFeed } from './events/event-feed.ts';
import { eventsRouter } from './events/events.routes.ts';
import { governanceRouter } from './governance/governance.routes.ts';
import { healthRouter } from './health/health.routes.ts';
import { lookupRouter } from './lookup/lookup.routes.ts';
import { memberKeysRouter } from './member-keys/member-keys.routes.ts';
import { membersRouter } from './members/members.routes.ts';
import { networkRouter } from './network/network.routes.ts';
import { auditLogRouter } from './operations/audit-log.routes.ts';
import { keysRouter } from './partners/keys.routes.ts';
import { partnersRouter } from './partners/partners.routes.ts';
import { findKey, identifyKey } from './partners/require-key.ts';
import { passkeysRouter } from './passkeys/passkeys.routes.ts';
import { paymentsRouter } from './payments/payments.routes.ts';
import { privacyRouter } from './privacy/privacy.routes.ts';
import type { PurchaseRecorder } from './purchases/purchase-recorder.ts';
import { purchasesRouter } from './purchases/purchases.routes.ts';
import { bulkPurchasesRouter } from './purchases/purchases-bulk.routes.ts';
import { receiptsRouter } from './receipts/receipts.routes.ts';
import { refundsRouter } from './refunds/refunds.routes.ts';
import { returnsRouter } from './returns/returns.routes.ts';
import { sessionsRouter } from './sessions/sessions.routes.ts';
import type { Deps } from './shared/deps.ts';
import {
  answerProblems,
  assignRequestId,
  bigintsAsStrings,
  refuseUnknownRoute,
} from './shared/http/answers.ts';
import { limitAddresses, limitRequests } from './shared/http/limits.ts';
import { observeRequests } from './shared/http/observe.ts';
import { limitReceiving } from './shared/http/receiving.ts';
import { siweRouter } from './siwe/siwe.routes.ts';
import { staffRouter } from './staff/staff.routes.ts';
import { statementsRouter } from './statements/statements.routes.ts';
import { vouchersRouter } from './vouchers/vouchers.routes.ts';
import { webhooksRouter } from './webhooks/webhooks.routes.ts';

/** What the HTTP side is given beyond the common deps. */
export interface AppParts {
  readonly recorder: PurchaseRecorder;
  readonly feed: EventFeed;
  /** Whether the program is on its way down: connections are then closed after their answer. */
  readonly isStopping: () => boolean;
}

/** The whole HTTP side: health, the API under /v1 and the pages. */
export function createApp(deps: Deps, parts: AppParts): Express {
  const app = express();
  app.set('json replacer', bigintsAsStrings);
  app.set('trust proxy', deps.config.trustedProxies);
  app.set('query parser', 'simple');
  // An answer is computed anyway, so hashing it to save a few bytes costs more than it gives.
  app.set('etag', false);
  app.disable('x-powered-by');
  app.use(assignRequestId, observeRequests(deps), limitReceiving(), closeWhenStopping(parts.isStopping));
  app.use(securityHeaders(deps));
  // Asking whether we are ready costs a look at database and chain, so nobody may ask without end.
  app.use(['/healthz', '/readyz', '/metrics'], limitAddresses(deps.config.publicRequestsPerMinute));
  app.use(healthRouter(deps, parts.isStopping));
  app.use('/v1', api(deps, parts));
  app.use(pages(deps.config.webRoot));
  app.use(refuseUnknownRoute);
  app.use(answerProblems(deps));
  return app;
}

/** Keys before limits, so that a key's limit is its own; both before the routes, which read bodies, so that a flood isn't even parsed. */
function api(deps: Deps, parts: AppParts): Router {
  const { recorder, feed } = parts;
  const { publicRequestsPerMinute: publicPerMinute, keyRequestsPerMinute: keyPerMinute } = deps.config;
  const router = Router();
  router.use(identifyKey(deps));
  router.use(limitRequests({ publicPerMinute, keyPerMinute, keyOf: (request) => findKey(request)?.id }));
  router.use(bulkPurchasesRouter(deps, parts));
  router.use(purchasesRouter(deps, recorder));
  router.use(returnsRouter(deps));
  router.use(claimsRouter(deps));
  router.use(apiRouter(deps));
  router.use(networkRouter(deps));
  router.use(partnersRouter(deps));
  router.use(charitiesRouter(deps));
  router.use(lookupRouter(deps));
  router.use(membersRouter(deps));
  router.use(memberKeysRouter(deps));
  router.use(contactsRouter(deps));
  router.use(cardsRouter(deps));
  router.use(sessionsRouter(deps));
  router.use(passkeysRouter(deps));
  router.use(siweRouter(deps));
  router.use(consentsRouter(deps));
  router.use(privacyRouter(deps));
  router.use(receiptsRouter(deps));
  router.use(actsRouter(deps));
  router.use(paymentsRouter(deps, feed));
  router.use(refundsRouter(deps));
  router.use(vouchersRouter(deps));
  router.use(eventsRouter(deps, feed));
  router.use(webhooksRouter(deps));
  router.use(keysRouter(deps));
  router.use(staffRouter(deps));
  router.use(auditLogRouter(deps));
  router.use(governanceRouter(deps));
  router.use(statementsRouter(deps));
  router.use(refuseUnknownRoute);
  return router;
}

/** What our own pages use of a device, and no frame does: the camera reads codes, passkeys sign. */
const PERMISSIONS = [
  'camera=(self)',
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
  ...['geolocation', 'microphone', 'payment', 'usb', 'display-capture'].map((name) => `${name}=()`),
].join(', ');

/**
 * Pages run our own scripts and styles only, and talk to us and to the chain; nobody can frame them. The audit page may talk to any node,
 * because its reader names one.
 */
function securityHeaders({ config }: Pick<Deps, 'config'>): RequestHandler[] {
  const rpc = [config.publicRpcUrl ?? config.rpcUrls[0]].flatMap((url) => (url ? [new URL(url).origin] : []));
  const overTls = config.origins.every((origin) => origin.startsWith('https:'));
  const permissions: RequestHandler = (_request, response, next) => {
    response.set('permissions-policy', PERMISSIONS);
    next();
  };
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'connect-src': [
          "'self'",
          (request) => (request.url?.startsWith('/audit') ? 'https: http:' : rpc.join(' ')),
        ],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        ...(overTls && { 'upgrade-insecure-requests': [] }),
      },
    },
    strictTransportSecurity: overTls,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  return [headers, permissions];
}

const closeWhenStopping =
  (isStopping: () => boolean): RequestHandler =>
  (_request, response, next) => {
    if (isStopping()) response.set('connection', 'close');
    next();
  };

/** Where the wallet's pages are, which its own script tells apart: a link to each works, and so does loading it again. */
export const WALLET_PATHS = [
  '/',
  ...['spend', 'swap', 'give', 'shops', 'code', 'history', 'me', 'claim'].map((page) => `/${page}`),
  ...['brand', 'charity', 'receipt', 'act', 'pay'].map((page) => `/${page}/:id`),
];

/** The built web: the wallet, /till, /audit and /docs; everything with a hash in its name may be kept for ever. */
function pages(webRoot: string): Router {
  const router = Router();
  const root = resolve(webRoot);
  for (const [path, file] of [
    [WALLET_PATHS, 'index.html'],
    ['/till', 'till/index.html'],
    ['/audit', 'audit/index.html'],
    ['/docs', 'docs/index.html'],
  ] as const satisfies [string | string[], string][])
    router.get(path, (_request, response, next) => {
      // By its name under the root, because a dot in a folder above it is nobody's business. A missing page (the web isn't built) is an
      // unknown route like any other.
      response.sendFile(file, { root, cacheControl: false }, (error) => error && next());
    });
  router.use(
    '/assets',
    express.static(join(root, 'assets'), { immutable: true, maxAge: '1y', index: false, redirect: false }),
  );
  router.use(express.static(root, { index: false, redirect: false }));
  return router;
}
