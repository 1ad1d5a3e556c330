import { recordPurchase } from '../../shared/api/calls.ts';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import type { Purchase } from '../../shared/api/shapes.ts';
import { forgetSale, keepSale, listSales, type QueuedSale, refuseSale, tellOfSales } from './sale-queue.ts';

/** One tab sends at a time. Sent twice a sale would still count once: its id is the till's own. */
const LOCK = 'tessera-till-sending';

/** Sales that somebody at this till is waiting for just now: they are not sent a second time beside that. */
const underWay = new Set<string>();

/** Whether somebody waits for the sale's answer just now. */
export const isUnderWay = ({ body }: QueuedSale) => underWay.has(body.id);

/** Whether a purchase may have been recorded although no answer came, or will be when it is sent again later. */
function isUnanswered(error: unknown): boolean {
  return error instanceof ApiProblem && (error.unknownOutcome || error.status === 429);
}

/**
 * Reports a new sale: keeps it first, sends it, and forgets it once it is recorded or refused.
 * @returns the purchase, or nothing when there was no answer: then it stays kept, and is sent again
 * @throws ApiProblem refused: nothing was recorded
 */
export async function reportSale(sale: QueuedSale, key: string): Promise<Purchase | undefined> {
  underWay.add(sale.body.id);
  await keepSale(sale);
  try {
    const purchase = await recordPurchase(sale.body, key);
    await forgetSale(sale.body.id);
    return purchase;
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    await forgetSale(sale.body.id);
    throw error;
  } finally {
    underWay.delete(sale.body.id);
    tellOfSales();
  }
}

/** Sends what is kept for a brand, oldest first, until one has no answer. A refused sale stays, with the reason. */
export async function sendSales(partner: number, key: string): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const sale of await listSales(partner)) {
      if (sale.refusal || isUnderWay(sale)) continue;
      try {
        await recordPurchase(sale.body, key);
        await forgetSale(sale.body.id);
      } catch (error) {
        if (!(error instanceof ApiProblem) || isUnanswered(error) || concernsTheTill(error)) return;
        await refuseSale(sale.body.id, { code: error.code, sentence: problemSentence(error) });
      }
    }
  });
}

/** A key that is not valid says nothing about the sale: it waits for one that is. */
function concernsTheTill(error: ApiProblem): boolean {
  return error.status === 401 || error.status === 403;
}
