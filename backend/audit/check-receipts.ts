/** Checks receipts against the chain: who signed them, and whether the batch that they name holds them. */
import type { Hex } from 'viem';
import type { RecoverEoa } from '../protocol/account.ts';
import type { Network } from '../protocol/acts.ts';
import { isHexBytes } from '../protocol/bytes.ts';
import { isReceipt, type Receipt, recoverReceiptSigner, verifyInclusion } from '../protocol/receipt.ts';
import type { Disagreements } from './disagreements.ts';
import type { ReceiptSigners } from './receipt-signers.ts';
import type { PlacedEvent } from './replay-event.ts';

/** Where a receipt's batch is on-chain, as the API tells it. Place and transaction are null while they are not known to it. */
export interface Inclusion {
  readonly partner: number;
  readonly batch: string;
  readonly root: Hex;
  readonly proof: readonly Hex[];
  readonly transaction: Hex | null;
  readonly block: string | null;
}

/** A batch as its event tells it. */
export interface IssuedBatch {
  readonly root: Hex;
  readonly transaction: Hex;
  readonly block: number;
}

/** The batches seen by an audit, by `partner/number`. */
export type IssuedBatches = Map<string, IssuedBatch>;

/** How many receipts were checked, and how many of them are in a batch. */
export interface ReceiptCounts {
  checked: number;
  included: number;
}

/** Notes a batch while events pass; other events are ignored. */
export function noteBatch(batches: IssuedBatches, event: PlacedEvent): void {
  if (event.eventName !== 'BatchIssued') return;
  const { partner, number, receiptsRoot } = event.args;
  batches.set(`${partner}/${number}`, {
    root: receiptsRoot,
    transaction: event.transaction,
    block: event.block,
  });
}

/** What receipts are checked against. Batches after `block` are not known to the audit, so receipts in them count as waiting. */
export interface ReceiptEvidence {
  readonly block: number;
  readonly network: Network;
  readonly signers: ReceiptSigners;
  readonly batches: IssuedBatches;
  readonly recover: RecoverEoa;
}

/** Checks receipts one by one; the same receipt in two batches is found as well. */
export class ReceiptCheck {
  readonly counts: ReceiptCounts = { checked: 0, included: 0 };
  readonly #evidence: ReceiptEvidence;
  readonly #found: Disagreements;
  readonly #batchOf = new Map<string, string>();

  constructor(evidence: ReceiptEvidence, found: Disagreements) {
    this.#evidence = evidence;
    this.#found = found;
  }

  /** Checks one document as GET /v1/receipts/:id returns it: `{receipt, inclusion}`. `subject` names it in findings. */
  async check(document: unknown, subject: string): Promise<void> {
    this.counts.checked += 1;
    const { receipt, inclusion } = (document ?? {}) as { receipt?: unknown; inclusion?: unknown };
    const result = await recoverReceiptSigner(receipt, this.#evidence.network, this.#evidence.recover);
    if ('problem' in result) {
      this.#found.add('receipt', subject, { expected: 'a receipt of this network', found: result.problem });
      return;
    }
    // recoverReceiptSigner has seen that it is one.
    if (!isReceipt(receipt)) return;
    const term = this.#evidence.signers.get(result.signer.toLowerCase());
    if (!term || (term.revokedAt !== null && receipt.group.signedAt >= term.revokedAt)) {
      this.#found.add('signer of a receipt', subject, {
        expected: 'a holder of the receipt role',
        found: result.signer,
      });
    }
    if (inclusion !== null && inclusion !== undefined) this.#checkInclusion(receipt, inclusion, subject);
  }

  #checkInclusion(receipt: Receipt, data: unknown, subject: string): void {
    if (!isInclusion(data)) {
      this.#found.add('inclusion of a receipt', subject, {
        expected: 'partner, batch, root, proof, transaction, block',
        found: 'another shape',
      });
      return;
    }
    if (Number(data.block) > this.#evidence.block) return;
    this.counts.included += 1;
    const batch = `${data.partner}/${data.batch}`;
    this.#found.expectSame('partner of a receipt', subject, {
      expected: receipt.partner,
      found: data.partner,
    });
    const issued = this.#evidence.batches.get(batch);
    if (!issued) {
      this.#found.add('batch of a receipt', subject, {
        expected: `a batch ${batch} on-chain`,
        found: 'none',
      });
      return;
    }
    this.#found.expectSame('receipts root of a batch', subject, { expected: issued.root, found: data.root });
    const { transaction, block } = data;
    if (transaction !== null)
      this.#found.expectSame('transaction of a batch', subject, {
        expected: issued.transaction,
        found: transaction,
      });
    if (block !== null)
      this.#found.expectSame('block of a batch', subject, { expected: issued.block, found: block });
    if (!verifyInclusion(receipt, { root: issued.root, proof: data.proof })) {
      this.#found.add('inclusion of a receipt', subject, {
        expected: `proof to ${issued.root}`,
        found: 'proof to another root',
      });
    }
    const other = this.#batchOf.get(receipt.receiptId.toLowerCase());
    if (other !== undefined && other !== batch) {
      this.#found.add('receipt settled once', subject, {
        expected: `batch ${other} alone`,
        found: `batch ${batch} as well`,
      });
    }
    this.#batchOf.set(receipt.receiptId.toLowerCase(), batch);
  }
}

function isInclusion(data: unknown): data is Inclusion {
  if (typeof data !== 'object' || data === null) return false;
  const { partner, batch, root, proof, transaction, block } = data as Partial<Inclusion>;
  const isDecimal = (text: unknown) => typeof text === 'string' && /^(0|[1-9]\d{0,14})$/.test(text);
  const placed =
    (block === null || isDecimal(block)) && (transaction === null || isHexBytes(transaction, 32));
  return (
    placed &&
    Number.isSafeInteger(partner) &&
    isDecimal(batch) &&
    isHexBytes(root, 32) &&
    Array.isArray(proof)
  );
}
