import { setTimeout as sleep } from 'node:timers/promises';
import type { Hex } from 'viem';
import { privateKeySigner } from '../../backend/relay/signer.ts';
import type { Rpc } from '../embedded/chain-rpc.ts';
import { CommandFailure } from '../shared/failure.ts';
import type { BenchNetwork } from './network.ts';

const FEES = { maxFeePerGas: 100n * 10n ** 9n, maxPriorityFeePerGas: 10n ** 9n };
/** As many without a block as a lane has. */
const IN_FLIGHT = 16;

/** The ceiling of a relay: signs calls of the hub one after the other, sends each, and waits for nothing but a block. Returns milliseconds. */
export async function runSignerLoop(
  { relayKey, chain }: BenchNetwork,
  calls: readonly { data: Hex; gas: bigint }[],
): Promise<number> {
  if (!chain) throw new CommandFailure('There is no chain.');
  const { rpc, deployment } = chain;
  const signer = privateKeySigner(relayKey);
  const firstNonce = Number(BigInt(await rpc<Hex>('eth_getTransactionCount', signer.address, 'latest')));
  const hashes: Hex[] = [];
  const began = performance.now();
  for (const [index, { data, gas }] of calls.entries()) {
    const { chainId, coalition: to } = deployment;
    const transaction = { chainId, nonce: firstNonce + index, to, data, gas, ...FEES };
    const { raw, hash } = await signer.signTransaction(transaction);
    await rpc('eth_sendRawTransaction', raw);
    hashes.push(hash);
    const oldest = hashes.at(-IN_FLIGHT);
    if (oldest && hashes.length >= IN_FLIGHT) await awaitReceipt(rpc, oldest);
  }
  for (const hash of hashes.slice(-IN_FLIGHT)) await awaitReceipt(rpc, hash);
  return performance.now() - began;
}

async function awaitReceipt(rpc: Rpc, hash: Hex): Promise<void> {
  for (;;) {
    const receipt = await rpc<{ status: Hex } | null>('eth_getTransactionReceipt', hash);
    if (receipt?.status === '0x1') return;
    if (receipt) throw new CommandFailure(`The chain reverted ${hash} of the signer loop.`);
    await sleep(5);
  }
}
