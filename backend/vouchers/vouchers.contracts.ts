import { z } from 'zod';
import { actShape } from '../acts/acts.contracts.ts';
import { defineContract } from '../api/contract.ts';
import { instantShape, microUsdShape } from '../api/shapes.ts';

export const useVoucherContract = defineContract({
  name: 'useVoucher',
  method: 'post',
  path: '/v1/vouchers/:code/use',
  tag: 'Tills',
  summary: 'Use a voucher',
  description:
    'Once: the second use is refused. Only the brand that accepted the points can, and only while the act stands on the chain.',
  caller: { key: 'till' },
  params: z.strictObject({ code: z.string().max(64, 'Send a voucher code.') }),
  body: z.strictObject({}),
  answers: {
    200: {
      description: 'Used now: hand out what it is worth.',
      schema: z
        .strictObject({
          act: z.strictObject({ ...actShape.shape, id: z.uuid(), value: microUsdShape.nullable() }),
          usedAt: instantShape,
        })
        .meta({ id: 'VoucherUse' }),
    },
  },
  refusals: ['VOUCHER_UNKNOWN', 'VOUCHER_USED', 'VOUCHER_NOT_READY'],
});
