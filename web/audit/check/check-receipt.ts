import type { Hex } from 'viem';
import { isHexBytes, sameHex } from '../../../backend/protocol/bytes.ts';
import {
  isReceipt,
  type Receipt,
  type ReceiptProblem,
  recoverReceiptSigner,
  verifyInclusion,
} from '../../../backend/protocol/receipt.ts';
import { ROLES } from '../../../backend/protocol/roles.ts';
import { authorityAbi } from '../../shared/chain/authority.ts';
import { formatPoints } from '../../shared/ui/format.ts';
import { utc } from '../table.tsx';
import { hubAbi } from './check-abi.ts';
import {
  type CheckReport,
  type Evidence,
  type Finding,
  no,
  open,
  type Step,
  skipped,
  step,
  yes,
} from './evidence.ts';
import { findLogs } from './find-logs.ts';
import { checkDepth, findHubEvents, type HubLog, numberTopic, readView } from './hub.ts';

const STEPS = {
  signature: 'It is signed, and nobody changed it since',
  signer: 'Who signed it may sign receipts, says the chain',
  tree: 'It is part of its batch',
  batch: 'The coalition has issued that batch with that root',
  once: 'No other batch has that root',
  depth: 'The batch’s block is on the chain',
} as const;

const problemWords: Record<ReceiptProblem, string> = {
  RECEIPT_MALFORMED: 'It does not have the shape of a receipt.',
  RECEIPT_OTHER_NETWORK: 'It belongs to another network.',
  RECEIPT_ID_MISMATCH: 'Its number does not follow from what it says.',
  RECEIPT_NOT_IN_GROUP: 'What it says is not what was signed.',
  RECEIPT_SIGNATURE_INVALID: 'The signature is not valid.',
};

/** Where a receipt's batch is said to be. */
export interface Inclusion {
  readonly partner: number;
  readonly batch: bigint;
  readonly root: Hex;
  readonly proof: readonly Hex[];
}

/** A receipt with its inclusion, as GET /v1/receipts/:id gives it, or the receipt alone. Nothing in it is believed. */
export function readDocument(document: unknown): {
  receipt: unknown;
  inclusion: Inclusion | 'unreadable' | undefined;
} {
  const { receipt = document, inclusion } = (document ?? {}) as { receipt?: unknown; inclusion?: unknown };
  if (inclusion === undefined || inclusion === null) return { receipt, inclusion: undefined };
  const { partner, batch, root, proof } = inclusion as Record<string, unknown>;
  const isReadable =
    Number.isSafeInteger(partner) &&
    /^\d{1,15}$/.test(String(batch)) &&
    isHexBytes(root, 32) &&
    Array.isArray(proof);
  if (!isReadable) return { receipt, inclusion: 'unreadable' };
  return {
    receipt,
    inclusion: {
      partner: Number(partner),
      batch: BigInt(String(batch)),
      root: root as Hex,
      proof: proof as Hex[],
    },
  };
}

/** Checks one receipt: its signature, its signer's role, its place in a batch, and the batch on the chain. `asked` is its number, if one was. */
export async function checkReceipt(document: unknown, evidence: Evidence, asked?: Hex): Promise<CheckReport> {
  const { receipt, inclusion } = readDocument(document);
  const network = { chainId: evidence.figures.chainId, coalition: evidence.coalition };
  const signed = await recoverReceiptSigner(receipt, network);
  const title = 'Receipt';
  const wrong = 'problem' in signed ? problemWords[signed.problem] : undefined;
  const another =
    asked !== undefined && isReceipt(receipt) && !sameHex(receipt.receiptId, asked)
      ? 'It is another receipt than the one asked for.'
      : undefined;
  if (!isReceipt(receipt) || !('signer' in signed) || another) {
    const { signature, ...others } = STEPS;
    const refuted: Step = { what: signature, result: 'no', detail: wrong ?? another, exchanges: [] };
    return {
      title,
      about: [],
      steps: [refuted, ...Object.values(others).map((what) => skipped(what))],
      also: [],
    };
  }
  const steps = [
    await step(STEPS.signature, evidence, () => yes(`Signed by ${signed.signer}`)),
    await step(STEPS.signer, evidence, (noted) => checkSigner(noted, signed.signer, receipt.group.signedAt)),
    ...(await checkPlace(receipt, inclusion, evidence)),
  ];
  return { title, about: aboutReceipt(receipt, evidence), steps, also: furtherOf(receipt, inclusion) };
}

function aboutReceipt(receipt: Receipt, { figures }: Evidence): [string, string][] {
  const brand = figures.partners.find(({ partner }) => partner === receipt.partner)?.name;
  return [
    ['Number', receipt.receiptId],
    ['Says', `${formatPoints(BigInt(receipt.points))} of ${brand ?? `brand ${receipt.partner}`}`],
    ['For a purchase of', `${utc(receipt.occurredAt)} UTC`],
    ['To', receipt.member],
  ];
}

function furtherOf(
  { member }: Receipt,
  inclusion: Inclusion | 'unreadable' | undefined,
): CheckReport['also'] {
  const account = { words: 'Check the member’s account', check: member };
  if (typeof inclusion !== 'object') return [account];
  return [{ words: 'Check the batch', check: `${inclusion.partner}/${inclusion.batch}` }, account];
}

/** RECEIPT_SIGNER is a role of the coalition's authority; a signature counts until the role was taken away. */
export async function checkSigner(
  { rpc, coalition, figures }: Evidence,
  signer: Hex,
  signedAt: number,
): Promise<Finding> {
  const { block } = figures;
  const address = await readView(rpc, {
    abi: hubAbi,
    address: coalition,
    name: 'authority',
    args: [],
    block,
  });
  const args = [ROLES.RECEIPT_SIGNER, signer] as const;
  const [holds] = await readView(rpc, { abi: authorityAbi, address, name: 'hasRole', args, block });
  if (holds) return yes(`${signer} holds the role of a receipt signer.`);
  const topics = [REVOKED, numberTopic(ROLES.RECEIPT_SIGNER), numberTopic(BigInt(signer))];
  const revoked = (await findLogs(rpc, { address, topics, to: block })).at(-1);
  if (!revoked) return no(`${signer} does not hold the role of a receipt signer, and never did.`);
  const head = (await rpc.ask('eth_getBlockByNumber', [revoked.blockNumber, false])) as {
    timestamp?: Hex;
  } | null;
  const until = Number(head?.timestamp);
  return signedAt < until
    ? yes(`${signer} held the role until ${utc(until)} UTC; this was signed before.`)
    : no(`${signer} lost the role at ${utc(until)} UTC; this was signed after.`);
}

/** RoleRevoked(uint64,address) of OpenZeppelin's AccessManager. */
const REVOKED: Hex = '0xf229baa593af28c41b1d16b748cd7688f0c83aaf92d4be41c44005defe84c166';

async function checkPlace(
  receipt: Receipt,
  inclusion: Inclusion | 'unreadable' | undefined,
  evidence: Evidence,
): Promise<Step[]> {
  const rest = [STEPS.batch, STEPS.once, STEPS.depth];
  if (typeof inclusion !== 'object') {
    const why = inclusion
      ? no('The proof can’t be read.')
      : open('It comes without a proof: it is in no batch yet.');
    return [await step(STEPS.tree, evidence, () => why), ...rest.map((what) => skipped(what))];
  }
  const { partner, batch, root } = inclusion;
  const isIncluded = verifyInclusion(receipt, inclusion) && partner === receipt.partner;
  const tree = await step(STEPS.tree, evidence, () => {
    const detail = `Batch ${batch}, root ${root}`;
    return isIncluded ? yes(detail) : no(`${detail}: the proof does not lead there.`);
  });
  let issued: HubLog<'BatchIssued'> | undefined;
  const found = await step(STEPS.batch, evidence, async (noted) => {
    const topics = [numberTopic(partner), numberTopic(batch)];
    const events = await findHubEvents(noted, { name: 'BatchIssued', topics });
    issued = events[0];
    if (!issued)
      return no(`There is no batch ${batch} of brand ${partner} up to block ${noted.figures.block}.`);
    const { receiptsRoot } = issued.args;
    if (events.length > 1) return no(`Batch ${batch} was issued ${events.length} times.`);
    return sameHex(receiptsRoot, root)
      ? yes(`In transaction ${issued.log.transactionHash}`)
      : no(`That batch has the root ${receiptsRoot}.`);
  });
  return [tree, found, ...(await checkIssued(issued, evidence))];
}

/** Whether a batch's root is of it alone, and its block stands. */
async function checkIssued(issued: HubLog<'BatchIssued'> | undefined, evidence: Evidence): Promise<Step[]> {
  if (!issued) return [skipped(STEPS.once), skipped(STEPS.depth)];
  return [
    await step(STEPS.once, evidence, (noted) => checkRootOnce(noted, issued.args.receiptsRoot)),
    await step(STEPS.depth, evidence, (noted) => checkDepth(noted, issued.log)),
  ];
}

/** A root in two batches would settle every receipt under it twice. */
export async function checkRootOnce(evidence: Evidence, root: Hex): Promise<Finding> {
  const events = await findHubEvents(evidence, { name: 'BatchIssued', topics: [null, null, root] });
  const batches = events.map(({ args }) => `${args.partner}/${args.number}`);
  return batches.length === 1
    ? yes(`Only in batch ${batches[0]}`)
    : no(`It is in batches ${batches.join(', ') || 'none'}.`);
}
