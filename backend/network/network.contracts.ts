import { z } from 'zod';
import { defineContract } from '../api/contract.ts';
import { addressShape, wholeShape } from '../api/shapes.ts';

export const readNetworkContract = defineContract({
  name: 'readNetwork',
  method: 'get',
  path: '/v1/network',
  tag: 'Network',
  summary: 'What this network is',
  description: 'All that a page or an auditor needs to talk to the chain by itself.',
  caller: 'anyone',
  answers: {
    200: {
      description: 'The network.',
      schema: z
        .strictObject({
          name: z.string(),
          chainId: z.int().min(1),
          coalition: addressShape.describe('The hub contract.'),
          stablecoin: addressShape,
          rpcUrl: z.string().meta({ description: 'A node of the chain that browsers may ask.' }),
          receiptSigner: addressShape.describe('Whose signature receipts carry.'),
          deployedAtBlock: wholeShape,
          confirmations: wholeShape.meta({ description: 'How many blocks deep a block is final.' }),
          demo: z.boolean().meta({ description: 'Whether brands, money and members are make-believe.' }),
        })
        .meta({ id: 'Network' }),
    },
  },
  polled: true,
});
