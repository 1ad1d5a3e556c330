import type { Router } from 'express';
import { on, serve } from '../api/serve.ts';
import { privateKeyOf } from '../keys/key-source.ts';
import { eoaOf } from '../protocol/secp256k1-native.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { readNetworkContract } from './network.contracts.ts';

/** GET /network: what a page or an auditor needs to know to talk to the chain by itself. */
export function networkRouter(deps: Deps): Router {
  const { config, network } = deps;
  const body = {
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
  return serve(deps, [on(readNetworkContract, () => ({ body }))]);
}
