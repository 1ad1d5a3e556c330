import type { Hex } from 'viem';
import { sameHex } from '../../../backend/protocol/bytes.ts';
import {
  isReceipt,
  type Receipt,
  recoverReceiptSigner,
  verifyInclusion,
} from '../../../backend/protocol/receipt.ts';
import { formatWhole } from '../../shared/ui/format.ts';
import { checkReceipt, checkSigner, type Inclusion, readDocument } from './check-receipt.ts';
import { type CheckReport, type Evidence, type Finding, no, open, step, yes } from './evidence.ts';
import { findHubEvents, numberTopic } from './hub.ts';

interface Read {
  readonly receipt: Receipt;
  readonly inclusion: Inclusion | undefined;
  readonly signer: Hex;
}

/** Checks pasted receipts: one by itself, many together, the same one in two batches among them. */
export async function checkDocuments(
  documents: readonly unknown[],
  evidence: Evidence,
): Promise<CheckReport> {
  if (documents.length === 1) return checkReceipt(documents[0], evidence);
  const network = { chainId: evidence.figures.chainId, coalition: evidence.coalition };
  const read: Read[] = [];
  let bad = 0;
  for (const document of documents) {
    const { receipt, inclusion } = readDocument(document);
    const signed = await recoverReceiptSigner(receipt, network);
    if ('signer' in signed && isReceipt(receipt) && inclusion !== 'unreadable')
      read.push({ receipt, inclusion, signer: signed.signer });
    else bad += 1;
  }
  const count = formatWhole(documents.length);
  const steps = [
    await step('All are signed, and nobody changed them since', evidence, () =>
      bad === 0 ? yes(`${count} of ${count}`) : no(`${formatWhole(bad)} of ${count} are not.`),
    ),
    await step('Who signed them may sign receipts, says the chain', evidence, (noted) =>
      checkSigners(noted, read),
    ),
    await step('All are part of their batches', evidence, () => checkTrees(read)),
    await step('The coalition has issued those batches with those roots', evidence, (noted) =>
      checkBatches(noted, read),
    ),
    await step('No receipt is in two batches, or twice in one', evidence, () => checkDuplicates(read)),
  ];
  return { title: `${count} receipts`, about: [], steps, also: [] };
}

async function checkSigners(evidence: Evidence, read: readonly Read[]): Promise<Finding> {
  const last = new Map<Hex, number>();
  for (const { signer, receipt } of read)
    last.set(signer, Math.max(last.get(signer) ?? 0, receipt.group.signedAt));
  const findings: Finding[] = [];
  for (const [signer, signedAt] of last) findings.push(await checkSigner(evidence, signer, signedAt));
  return findings.find(({ result }) => result !== 'yes') ?? findings[0] ?? open('There is no signature.');
}

function checkTrees(read: readonly Read[]): Finding {
  const waiting = read.filter(({ inclusion }) => !inclusion).length;
  const outside = read.filter(
    ({ receipt, inclusion }) =>
      inclusion && !(verifyInclusion(receipt, inclusion) && inclusion.partner === receipt.partner),
  );
  const [first] = outside;
  if (first) return no(`${outside.length} are not; the first is ${first.receipt.receiptId}.`);
  return waiting > 0
    ? open(`${formatWhole(waiting)} come without a proof: they are in no batch yet.`)
    : yes();
}

async function checkBatches(evidence: Evidence, read: readonly Read[]): Promise<Finding> {
  const roots = new Map<string, Inclusion>();
  for (const { inclusion } of read)
    if (inclusion)
      roots.set(`${inclusion.partner}/${inclusion.batch} ${inclusion.root.toLowerCase()}`, inclusion);
  for (const { partner, batch, root } of roots.values()) {
    const topics = [numberTopic(partner), numberTopic(batch)];
    const [issued] = await findHubEvents(evidence, { name: 'BatchIssued', topics });
    if (!issued) return no(`There is no batch ${partner}/${batch}.`);
    if (!sameHex(issued.args.receiptsRoot, root)) return no(`Batch ${partner}/${batch} has another root.`);
  }
  return roots.size > 0 ? yes(`${formatWhole(roots.size)} batches`) : open('None of them is in a batch.');
}

function checkDuplicates(read: readonly Read[]): Finding {
  const seen = new Map<string, string>();
  for (const { receipt, inclusion } of read) {
    const id = receipt.receiptId.toLowerCase();
    const place = inclusion ? `batch ${inclusion.partner}/${inclusion.batch}` : 'no batch';
    const known = seen.get(id);
    if (known !== undefined && known !== place)
      return no(`${receipt.receiptId} is in ${known} and in ${place}.`);
    seen.set(id, place);
  }
  return yes(`${formatWhole(seen.size)} different receipts`);
}
