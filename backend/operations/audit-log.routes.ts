import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import { sendCsv } from '../shared/csv.ts';
import type { Deps } from '../shared/deps.ts';
import { PAGE_LIMIT } from '../shared/requests.ts';
import {
  exportAuditLogContract,
  readAuditLogContract,
  verifyAuditLogContract,
} from './audit-log.contracts.ts';
import { exportAuditLog, readAuditLog } from './read-audit-log.ts';
import { verifyAuditChain } from './verify-audit-chain.ts';

/** /partners/me/audit: the brand's own audit log. */
export const auditLogRouter = (deps: Deps): Router =>
  serve(deps, [
    on(readAuditLogContract, async ({ query: { limit = PAGE_LIMIT, ...query }, request }) => ({
      body: await readAuditLog(deps, keyOf(request).partnerId, { ...query, limit }),
    })),
    on(verifyAuditLogContract, async ({ request }) => {
      const { entries, head, broken } = await verifyAuditChain(deps, keyOf(request).partnerId);
      return { body: { entries, head, broken } };
    }),
    on(exportAuditLogContract, async ({ query, request, response }) => {
      await sendCsv(response, exportAuditLog(deps, keyOf(request).partnerId, query));
      return undefined;
    }),
  ]);
