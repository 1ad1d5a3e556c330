import type { PoolClient } from 'pg';
import { transact } from '../database/transact.ts';
import { tellOfReturn } from '../events/tell-of-returns.ts';
import { privateKeyOf } from '../keys/key-source.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { returnDigest } from '../protocol/return-receipt.ts';
import { signDigest } from '../protocol/secp256k1-native.ts';
import { appendAudit } from '../shared/audit-log.ts';
import { fromHex } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { hashReturn, judgeReturn, type PurchaseReturn, type ReturnRequest } from './return.ts';
import {
  addDebt,
  findReturn,
  insertReturn,
  lockAccrual,
  lockSale,
  postReturn,
  readReturns,
  type SaleRecord,
  takeFromAccruals,
} from './returns.repository.ts';

type ReturnDeps = Pick<Deps, 'pool' | 'clock' | 'config' | 'network'>;

interface Order {
  readonly key: ApiKey;
  readonly purchaseId: string;
  readonly request: ReturnRequest;
}

/**
 * Takes back a part of a till's own purchase, or all that is left, once per id of the till, for ever. The points that go with it are taken
 * from those of this purchase that are in no batch yet; what is issued nobody can take without the member's signature, so it is the member's
 * debt at the brand, which the next points earned there pay. Returns of one purchase wait for each other, whoever sends them.
 * @throws DomainError PURCHASE_UNKNOWN, RETURN_ID_REUSED, RETURN_TOO_MUCH, RETURN_LINE_UNKNOWN
 */
export function recordReturn(
  deps: ReturnDeps,
  order: Order,
): Promise<{ record: PurchaseReturn; first: boolean }> {
  const { key, purchaseId, request } = order;
  const { partnerId } = key;
  const bodyHash = hashReturn(purchaseId, request);
  const identity = { partnerId, returnId: request.id };
  return transact(deps.pool, async (tx) => {
    const sale = await lockSale(tx, { partnerId, purchaseId });
    const known = await findReturn(tx, identity);
    if (known) return repeat(known, bodyHash);
    if (!sale)
      throw new DomainError('PURCHASE_UNKNOWN', {
        message: `There is no purchase ${purchaseId}.`,
        details: { purchase: purchaseId },
        fields: [{ field: 'id', message: 'The brand of this key has no purchase with this id.' }],
      });
    const record = await makeReturn(deps, tx, { order, sale, bodyHash });
    const id = await insertReturn(tx, sale.id, record.signed);
    if (id === null) {
      // The same id for another purchase was quicker.
      const other = await findReturn(tx, identity);
      if (!other) throw new DomainError('INTERNAL');
      return repeat(other, bodyHash);
    }
    await takePoints(tx, id, record);
    await appendAudit(tx, {
      partner: partnerId,
      actor: key.actor,
      action: 'purchase.returned',
      subject: `purchase:${purchaseId}`,
      after: {
        return: request.id,
        amount: record.signed.amount.toString(),
        points: record.signed.points.toString(),
        debt: (record.signed.points - record.signed.pending).toString(),
      },
    });
    return { record: record.signed, first: true };
  });
}

function repeat(record: PurchaseReturn, bodyHash: Buffer): { record: PurchaseReturn; first: boolean } {
  if (record.bodyHash.equals(bodyHash)) return { record, first: false };
  throw new DomainError('RETURN_ID_REUSED', {
    message: `Return ${record.returnId} is recorded with another body.`,
    details: { return: record.returnId },
    fields: [{ field: 'id', message: 'This id belongs to another return.' }],
  });
}

interface Made {
  readonly signed: PurchaseReturn;
  readonly accrual: { id: bigint; points: bigint } | null;
}

async function makeReturn(
  { clock, config, network }: ReturnDeps,
  tx: PoolClient,
  { order, sale, bodyHash }: { order: Order; sale: SaleRecord; bodyHash: Buffer },
): Promise<Made> {
  const { key, purchaseId, request } = order;
  const before = await readReturns(tx, sale.id);
  const returns = before.map(({ items, ...each }) => ({ ...each, items: items ?? [] }));
  const { amount, points } = judgeReturn({ ...sale, returns }, request);
  const accrual = points > 0n ? await lockAccrual(tx, sale.id) : null;
  const open = accrual?.points ?? 0n;
  const pending = open < points ? open : points;
  const { account, receiptId } = sale;
  const { partnerId } = key;
  const { id: returnId } = request;
  const returnedAt = clock.seconds();
  const digest = returnDigest(
    {
      receiptId,
      returnId,
      partner: partnerId,
      member: account,
      amount,
      points,
      debt: points - pending,
      returnedAt,
    },
    network,
  );
  const signature = signDigest(fromHex(privateKeyOf(config.receiptKey)), digest);
  const facts = { returnId, purchaseId, bodyHash, partnerId, account, receiptId };
  const items = request.items ?? null;
  return {
    signed: { ...facts, amount, items, points, pending, signedAt: returnedAt, signature },
    accrual,
  };
}

async function takePoints(tx: PoolClient, id: bigint, { signed, accrual }: Made): Promise<void> {
  const { partnerId, account, points, pending } = signed;
  if (accrual && pending > 0n) await takeFromAccruals(tx, [{ id: accrual.id, points: pending }]);
  if (points > pending) await addDebt(tx, { partnerId, account, points: points - pending });
  await postReturn(tx, id, signed);
  await tellOfReturn(tx, id);
}
