import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import { sendCsv } from '../shared/csv.ts';
import type { Deps } from '../shared/deps.ts';
import { PAGE_LIMIT } from '../shared/requests.ts';
import { exportBalances, exportPurchases, exportRedemptions } from './export-records.ts';
import { exportMovements, exportStatement } from './export-statement.ts';
import { readMovements } from './list-movements.ts';
import { parsePeriod } from './period.ts';
import { readStatement } from './read-statement.ts';
import {
  exportBalancesContract,
  exportMovementsContract,
  exportPurchasesContract,
  exportRedemptionsContract,
  exportStatementContract,
  listMovementsContract,
  readStatementContract,
} from './statements.contracts.ts';

/** A brand's statements and files: /partners/me/statement, /movements and /exports. */
export const statementsRouter = (deps: Deps): Router =>
  serve(deps, [
    on(readStatementContract, async ({ query, request }) => ({
      body: await readStatement(deps, keyOf(request).partnerId, parsePeriod(query)),
    })),
    on(exportStatementContract, async ({ query, request, response }) => {
      await sendCsv(response, await exportStatement(deps, keyOf(request).partnerId, parsePeriod(query)));
      return undefined;
    }),
    on(listMovementsContract, async ({ query: { cursor, limit = PAGE_LIMIT, ...named }, request }) => ({
      body: await readMovements(
        deps,
        { partner: keyOf(request).partnerId, period: parsePeriod(named) },
        { cursor, limit },
      ),
    })),
    on(exportMovementsContract, async ({ query, request, response }) => {
      await sendCsv(response, await exportMovements(deps, keyOf(request).partnerId, parsePeriod(query)));
      return undefined;
    }),
    on(exportPurchasesContract, async ({ query, request, response }) => {
      await sendCsv(response, exportPurchases(deps, keyOf(request).partnerId, query));
      return undefined;
    }),
    on(exportRedemptionsContract, async ({ query, request, response }) => {
      await sendCsv(response, exportRedemptions(deps, keyOf(request).partnerId, query));
      return undefined;
    }),
    on(exportBalancesContract, async ({ request, response }) => {
      await sendCsv(response, await exportBalances(deps, keyOf(request).partnerId));
      return undefined;
    }),
  ]);
