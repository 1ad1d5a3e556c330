import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { keyOf } from '../partners/require-key.ts';
import type { Deps } from '../shared/deps.ts';
import { useVoucher } from './use-voucher.ts';
import { parseVoucherCode } from './voucher-code.ts';
import { useVoucherContract } from './vouchers.contracts.ts';

/** POST /vouchers/:code/use (till of the acceptor) */
export const vouchersRouter = (deps: Deps): Router =>
  serve(deps, [
    on(useVoucherContract, async ({ params, request }) => {
      const body = await useVoucher(deps, { code: parseVoucherCode(params.code), key: keyOf(request) });
      deps.hints.give('events');
      return { body };
    }),
  ]);
