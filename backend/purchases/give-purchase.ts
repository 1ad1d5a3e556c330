import type { Queryable } from '../database/transact.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { ReceiptSigner } from '../receipts/sign-receipts.ts';
import { DomainError } from '../shared/errors.ts';
import type { PurchaseDraft } from './purchase.ts';
import { assignPurchases, reserveIds } from './purchases.repository.ts';

/**
 * Gives a purchase that was nobody's to the draft's account, in the caller's transaction: accrual, ledger posting, receipt, event and audit
 * entry are what every purchase has. The caller ensures that nobody else does, that the account is a member, and that the draft is the recorded
 * purchase. Returns the receipt.
 */
export async function givePurchase(
  tx: Queryable,
  { purchase, draft, sign, now }: { purchase: bigint; draft: PurchaseDraft; sign: ReceiptSigner; now: Date },
): Promise<Receipt> {
  const [reserved] = await reserveIds(tx, 1);
  const signed = sign([draft]);
  const [receipt] = signed.receipts;
  if (!reserved || !receipt) throw new DomainError('INTERNAL', { message: 'A purchase got no receipt.' });
  const ids = [{ purchase, accrual: reserved.accrual }];
  await assignPurchases(tx, { drafts: [draft], ids, signed, receivedAt: now });
  return receipt;
}
