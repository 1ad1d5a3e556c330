import { type Hex, parseEventLogs } from 'viem';
import { readContract } from 'viem/actions';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import {
  isReceipt,
  type Receipt,
  type ReceiptProblem,
  recoverReceiptSigner,
  verifyInclusion,
} from '../../../backend/protocol/receipt.ts';
import { ROLES } from '../../../backend/protocol/roles.ts';
import { amount, fields, hex, integer, list, optional, ShapeError } from '../api/parse.ts';
import type { Network } from '../api/shapes.ts';
import { authorityAbi } from './authority.ts';
import { type ChainClient, chainClient } from './client.ts';
import { depthStep, readMined, unseenFacts, whyUnseen } from './mined.ts';
import { type CheckStep, type Verdict, verdictOf } from './verdict.ts';

export interface ReceiptVerdict {
  verdict: Verdict;
  steps: CheckStep[];
  receipt: Receipt | undefined;
}

const inclusionShape = optional(
  fields({ partner: integer, batch: amount, root: hex, proof: list(hex), transaction: optional(hex) }),
);
type Inclusion = NonNullable<ReturnType<typeof inclusionShape>>;

const STEPS = {
  signature: 'It is signed, and nobody changed it since',
  signer: 'Who signed it may sign receipts, says the chain',
  tree: 'It is part of its batch',
  batch: 'The batch is on the chain, issued by the coalition',
  depth: 'Enough blocks stand on it',
} as const;

const problemWords: Record<ReceiptProblem, string> = {
  RECEIPT_MALFORMED: 'It does not have the shape of a receipt.',
  RECEIPT_OTHER_NETWORK: 'It belongs to another network.',
  RECEIPT_ID_MISMATCH: 'Its number does not follow from what it says.',
  RECEIPT_NOT_IN_GROUP: 'What it says is not what was signed.',
  RECEIPT_SIGNATURE_INVALID: 'The signature is not valid.',
};

/** What GET /v1/receipts/:id answers, not looked at yet. */
export interface ReceiptAnswer {
  receipt: unknown;
  inclusion: unknown;
}

/**
 * Checks a receipt against the chain: its signature, that the signer holds the receipt role, the leaf in its batch's root,
 * that root in the coalition's own event, the depth. The API that gave it is believed in nothing but where the coalition is.
 * Never throws: what failed, or could not be checked, is in the steps.
 */
export async function checkReceipt(
  answer: ReceiptAnswer,
  id: string,
  network: Network,
): Promise<ReceiptVerdict> {
  const client = chainClient(network.rpcUrl);
  const signed = await recoverReceiptSigner(answer.receipt, network);
  const problem = 'problem' in signed ? problemWords[signed.problem] : undefined;
  const { receipt } = answer;
  if (!('signer' in signed) || !isReceipt(receipt) || receipt.receiptId.toLowerCase() !== id.toLowerCase()) {
    const refuted: CheckStep = {
      name: 'signature',
      facts: { code: problem ? 'not-a-receipt' : 'another-receipt' },
      what: STEPS.signature,
      result: 'no',
      detail: problem ?? 'It is another receipt than the one asked for.',
    };
    return {
      verdict: 'refuted',
      receipt: undefined,
      steps: [refuted, ...unchecked('signer', 'tree', 'batch', 'depth')],
    };
  }
  const steps: CheckStep[] = [
    {
      name: 'signature',
      what: STEPS.signature,
      result: 'yes',
      detail: `Signed by ${signed.signer}`,
      facts: { code: 'signed-by', who: signed.signer },
    },
    await checkSigner(client, signed.signer, network.coalition),
    ...(await checkInclusion({ client, receipt, given: answer.inclusion, network })),
  ];
  const seen = (what: string) => steps.some((step) => step.what === what && step.result === 'yes');
  const nodeAnswered = seen(STEPS.signer) && (!answer.inclusion || seen(STEPS.batch));
  return { verdict: verdictOf(steps, nodeAnswered), steps, receipt };
}

function unchecked(...names: (keyof typeof STEPS)[]): CheckStep[] {
  return names.map((name) => ({ name, what: STEPS[name], result: 'open' }));
}

/** RECEIPT_SIGNER is a role of the coalition's authority; its holders are on-chain. */
async function checkSigner(client: ChainClient, signer: Hex, coalition: Hex): Promise<CheckStep> {
  try {
    const address = await readContract(client, {
      abi: authorityAbi,
      address: coalition,
      functionName: 'authority',
    });
    const [holds] = await readContract(client, {
      abi: authorityAbi,
      address,
      functionName: 'hasRole',
      args: [ROLES.RECEIPT_SIGNER, signer],
    });
    return {
      name: 'signer',
      what: STEPS.signer,
      facts: holds ? undefined : { code: 'no-role' },
      result: holds ? 'yes' : 'no',
      detail: holds ? undefined : 'The signer does not hold the receipt role.',
    };
  } catch {
    return {
      name: 'signer',
      what: STEPS.signer,
      result: 'open',
      detail: 'The node did not answer.',
      facts: { code: 'silent' },
    };
  }
}

interface InclusionCheck {
  client: ChainClient;
  receipt: Receipt;
  given: unknown;
  network: Network;
}

async function checkInclusion({ client, receipt, given, network }: InclusionCheck): Promise<CheckStep[]> {
  const inclusion = readInclusion(given);
  if (!inclusion) {
    const unreadable: CheckStep = {
      name: 'tree',
      what: STEPS.tree,
      result: 'no',
      detail: 'The proof can’t be read.',
      facts: { code: 'unreadable' },
    };
    const tooEarly: CheckStep = {
      name: 'tree',
      what: STEPS.tree,
      result: 'open',
      detail: 'Not in a batch yet.',
      facts: { code: 'early' },
    };
    return [given ? unreadable : tooEarly, ...unchecked('batch', 'depth')];
  }
  const included = verifyInclusion(receipt, inclusion) && inclusion.partner === receipt.partner;
  const tree: CheckStep = {
    name: 'tree',
    facts: { code: 'in-batch', batch: String(inclusion.batch), root: inclusion.root },
    what: STEPS.tree,
    result: included ? 'yes' : 'no',
    detail: `Batch ${inclusion.batch}, root ${inclusion.root}`,
  };
  return [tree, ...(await checkBatch(client, inclusion, network))];
}

function readInclusion(given: unknown): Inclusion | undefined {
  try {
    return inclusionShape(given, 'inclusion');
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

async function checkBatch(client: ChainClient, inclusion: Inclusion, network: Network): Promise<CheckStep[]> {
  const { transaction } = inclusion;
  if (!transaction) return unchecked('batch', 'depth');
  const mined = await readMined(client, transaction, network);
  if (typeof mined === 'string') {
    const unseen: CheckStep = {
      name: 'batch',
      what: STEPS.batch,
      result: 'open',
      detail: whyUnseen(mined, network),
      facts: unseenFacts(mined, network),
    };
    return [unseen, ...unchecked('depth')];
  }
  const { receipt, depth } = mined;
  const events = parseEventLogs({ abi: CoalitionAbi, eventName: 'BatchIssued', logs: receipt.logs });
  const issued = events.some((event) => isBatch(event, inclusion, network.coalition));
  return [
    {
      name: 'batch',
      facts: { code: 'at', block: String(receipt.blockNumber), transaction },
      what: STEPS.batch,
      result: issued ? 'yes' : 'no',
      detail: `Block ${receipt.blockNumber}, transaction ${transaction}`,
    },
    depthStep(STEPS.depth, depth, network),
  ];
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
    BigInt(args.number) === batch &&
    args.receiptsRoot.toLowerCase() === root.toLowerCase()
  );
}
