/** Receipts that a stage's coalition has really issued. */
import { type Address, type Hex, keccak256, toHex } from 'viem';
import type { Inclusion } from '../../../backend/audit/check-receipts.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import {
  type Receipt,
  receiptGroupDigest,
  receiptIdOf,
  receiptTree,
} from '../../../backend/protocol/receipt.ts';
import { ROLES } from '../../../backend/protocol/roles.ts';
import { eoaOf, signDigest } from '../../../backend/protocol/secp256k1-native.ts';
import type { Stage } from './coalition-history.ts';

/** The key that signs them. */
export const signerKey = hexToBytes(keccak256(toHex('receipt signer')));
/** Whose key that is. */
export const signer = eoaOf(signerKey) as Address;

/** Issues a batch of signed receipts, as the network does, and returns their documents. */
export async function issueReceipts(stage: Stage): Promise<{ receipt: Receipt; inclusion: Inclusion }[]> {
  await stage.authority.grantRole(ROLES.RECEIPT_SIGNER, signer, 0);
  const drafts = ['a', 'b', 'c'].map((purchase, index) => {
    const draft = { ...stage.network, partner: 3, purchase, salt: toHex(index, { size: 16 }) };
    return {
      ...draft,
      receiptId: receiptIdOf(draft),
      member: signer,
      points: 10n + BigInt(index),
      occurredAt: 1_700_000_000,
    };
  });
  const tree = receiptTree(drafts);
  const group = { root: tree.root, signedAt: 1_700_000_001 };
  const signature = signDigest(signerKey, receiptGroupDigest(group, stage.network));
  const number = (await stage.coalition.partnerReport(3)).lastBatch + 1n;
  const mints = [`${signer}${(33).toString(16).padStart(24, '0')}`];
  const mined = (await (
    await stage.coalition.issue([{ partner: 3, number, receiptsRoot: tree.root, mints }])
  ).wait())!;
  return drafts.map((draft, index) => {
    const proof = tree.proofOf(index);
    const receipt: Receipt = {
      version: 1,
      ...draft,
      points: `${draft.points}`,
      group: { ...group, proof, signature },
    };
    const place = { transaction: mined.hash as Hex, block: `${mined.blockNumber}` };
    return { receipt, inclusion: { partner: 3, batch: `${number}`, root: tree.root, proof, ...place } };
  });
}
