import { type Hex, parseEventLogs } from 'viem';
import { getBlockNumber, getChainId, getTransactionReceipt } from 'viem/actions';
import { ICoalitionAbi } from '../../../artifacts/abi.ts';
import {
  isReceipt,
  type Receipt,
  type ReceiptProblem,
  verifyInclusion,
  verifyReceipt,
} from '../../../backend/protocol/receipt.ts';
import { fields, hex, integer, list, optional, ShapeError } from '../api/parse.ts';
import type { Network } from '../api/shapes.ts';
import { chainClient } from './client.ts';

/** `open` means that this was not checked, or can't be yet: never a yes. */
export interface CheckStep {
  what: string;
  result: 'yes' | 'no' | 'open';
  detail?: string | undefined;
}

export interface ReceiptVerdict {
  verdict: 'proven' | 'waiting' | 'refuted' | 'unchecked';
  steps: CheckStep[];
  receipt: Receipt | undefined;
}

const inclusionShape = optional(
  fields({ partner: integer, batch: integer, root: hex, proof: list(hex), transaction: hex }),
);
type Inclusion = NonNullable<ReturnType<typeof inclusionShape>>;

const signatureStep = 'The network signed this receipt, and nobody changed it since';
const treeStep = 'It is part of its batch';
const chainStep = 'The batch is on the chain, issued by the coalition';
const depthStep = 'Enough blocks stand on it';

const problemWords: Record<ReceiptProblem, string> = {
  RECEIPT_MALFORMED: 'It does not have the shape of a receipt.',
  RECEIPT_OTHER_NETWORK: 'It belongs to another network.',
  RECEIPT_ID_MISMATCH: 'Its number does not follow from what it says.',
  RECEIPT_NOT_IN_GROUP: 'What it says is not what was signed.',
  RECEIPT_SIGNATURE_INVALID: 'The signature is not the network’s.',
};

/**
 * Checks a receipt as the API gave it: signature, leaf in the batch's root, that root in the coalition's own event on the
 * chain, depth. The API is believed in nothing but who the receipt signer is. Never throws: what failed is in the steps.
 */
export async function checkReceipt(
  answer: { receipt: unknown; inclusion: unknown },
  id: string,
  network: Network,
): Promise<ReceiptVerdict> {
  const { receipt } = answer;
  const problem = await verifyReceipt(receipt, { ...network, signer: network.receiptSigner });
  if (problem || !isReceipt(receipt) || receipt.receiptId.toLowerCase() !== id.toLowerCase()) {
    const detail = problem ? problemWords[problem] : 'It is another receipt than the one asked for.';
    const rest = [treeStep, chainStep, depthStep].map((what): CheckStep => ({ what, result: 'open' }));
    return {
      verdict: 'refuted',
      receipt: undefined,
      steps: [{ what: signatureStep, result: 'no', detail }, ...rest],
    };
  }
  const steps = [
    { what: signatureStep, result: 'yes', detail: `Signer ${network.receiptSigner}` } as CheckStep,
    ...(await checkInclusion(receipt, answer.inclusion, network)),
  ];
  return { verdict: verdictOf(steps, answer.inclusion), steps, receipt };
}

function verdictOf(steps: readonly CheckStep[], inclusion: unknown): ReceiptVerdict['verdict'] {
  if (steps.some(({ result }) => result === 'no')) return 'refuted';
  if (steps.every(({ result }) => result === 'yes')) return 'proven';
  const heardOfTheChain = steps.some(({ what, result }) => what === chainStep && result === 'yes');
  return inclusion && !heardOfTheChain ? 'unchecked' : 'waiting';
}

async function checkInclusion(receipt: Receipt, given: unknown, network: Network): Promise<CheckStep[]> {
  const inclusion = readInclusion(given);
  if (!inclusion) {
    const detail = given ? 'The proof can’t be read.' : 'Not in a batch yet.';
    return [treeStep, chainStep, depthStep].map((what) => ({
      what,
      result: given ? 'no' : 'open',
      detail: what === treeStep ? detail : undefined,
    }));
  }
  const member = verifyInclusion(receipt, inclusion) && inclusion.partner === receipt.partner;
  const tree: CheckStep = {
    what: treeStep,
    result: member ? 'yes' : 'no',
    detail: `Batch ${inclusion.batch}, root ${inclusion.root}`,
  };
  return [tree, ...(await checkChain(inclusion, network))];
}

function readInclusion(given: unknown): Inclusion | undefined {
  try {
    return inclusionShape(given, 'inclusion');
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

async function checkChain(inclusion: Inclusion, network: Network): Promise<CheckStep[]> {
  const client = chainClient(network.rpcUrl);
  try {
    const [chainId, head, mined] = await Promise.all([
      getChainId(client),
      getBlockNumber(client, { cacheTime: 0 }),
      getTransactionReceipt(client, { hash: inclusion.transaction }),
    ]);
    const events = parseEventLogs({ abi: ICoalitionAbi, eventName: 'BatchIssued', logs: mined.logs });
    const found =
      chainId === network.chainId &&
      mined.status === 'success' &&
      events.some((event) => isBatch(event, inclusion, network.coalition));
    const depth = head - mined.blockNumber + 1n;
    return [
      {
        what: chainStep,
        result: found ? 'yes' : 'no',
        detail: `Block ${mined.blockNumber}, ${inclusion.transaction}`,
      },
      {
        what: depthStep,
        result: depth >= BigInt(network.confirmations) ? 'yes' : 'open',
        detail: `${depth} of ${network.confirmations}`,
      },
    ];
  } catch (error) {
    const missing = error instanceof Error && error.name === 'TransactionReceiptNotFoundError';
    const detail = missing
      ? 'The node does not know the transaction (yet).'
      : `The node at ${network.rpcUrl} did not answer.`;
    return [
      { what: chainStep, result: 'open', detail },
      { what: depthStep, result: 'open' },
    ];
  }
}

interface BatchEvent {
  address: Hex;
  args: { partner: number; number: number; receiptsRoot: Hex };
}

function isBatch(
  { address, args }: BatchEvent,
  { partner, batch, root }: Inclusion,
  coalition: Hex,
): boolean {
  return (
    address.toLowerCase() === coalition.toLowerCase() &&
    args.partner === partner &&
    args.number === batch &&
    args.receiptsRoot.toLowerCase() === root.toLowerCase()
  );
}
