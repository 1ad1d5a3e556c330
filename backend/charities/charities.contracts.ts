import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, microUsdShape, numberShape } from '../api/shapes.ts';
import { cursorField, limitField } from '../shared/requests.ts';

const charityShape = z
  .strictObject({
    id: numberShape,
    name: z.string(),
    story: z.string(),
    payout: addressShape,
    donated: microUsdShape.describe('All that was ever given.'),
    payable: microUsdShape.describe('What waits to be paid out; anybody may send it on.'),
  })
  .meta({ id: 'Charity', description: 'A charity that points can be given to.' });

export const listCharitiesContract = defineContract({
  name: 'listCharities',
  method: 'get',
  path: '/v1/charities',
  tag: 'Network',
  summary: 'List the charities',
  description: 'By number, a page at a time.',
  caller: 'anyone',
  query: z.strictObject({ cursor: cursorField, limit: limitField }),
  answers: {
    200: {
      description: 'A page of charities; `next` is the cursor of the page after, null at the end.',
      schema: z.strictObject({ charities: z.array(charityShape), next: z.string().nullable() }),
    },
  },
  polled: true,
});
