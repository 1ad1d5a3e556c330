import { Router } from 'express';
import { privateKeyOf } from '../keys/key-source.ts';
import { eoaOf } from '../protocol/secp256k1-native.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { defineRoute } from '../shared/http/routes.ts';

/** GET /network: what a page or an auditor needs to know to talk to the chain by itself. */
export function networkRouter({ config, network }: Pick<Deps, 'config' | 'network'>): Router {
  const router = Router();
  const answer = {
    name: config.name,
    chainId: network.chainId,
    coalition: network.coalition,
    stablecoin: config.stablecoin,
    rpcUrl: config.publicRpcUrl ?? config.rpcUrls[0],
    receiptSigner: eoaOf(fromHex(privateKeyOf(config.receiptKey))),
    deployedAtBlock: config.deployedAtBlock,
    confirmations: config.confirmations,
    demo: config.demo,
  };
  defineRoute(router, '/network', {
    get: (_request, response) => {
      response.json(answer);
    },
  });
  return router;
}
