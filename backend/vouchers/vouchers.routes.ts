import { Router } from 'express';
import { z } from 'zod';
import { keyOf, requireKey } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';
import { parseRequest } from '../shared/requests.ts';
import { useVoucher } from './use-voucher.ts';
import { parseVoucherCode } from './voucher-code.ts';

const params = z.strictObject({ code: z.string().max(64, 'Send a voucher code.') });
const emptyBody = z.strictObject({});

/** POST /vouchers/:code/use (till of the acceptor) */
export function vouchersRouter(deps: Deps): Router {
  const router = Router();
  defineRoute(router, '/vouchers/:code/use', {
    post: [
      requireKey('till'),
      async (request, response) => {
        parseRequest(emptyBody, request.body);
        const { code } = parseRequest(params, request.params);
        const use = await useVoucher(deps, { code: parseVoucherCode(code), key: keyOf(request) });
        deps.hints.give('events');
        response.json(use);
      },
    ],
  });
  return router;
}
