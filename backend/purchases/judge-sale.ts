import { type EarningRule, pointsForPurchase } from '../partners/partner.ts';
import { DomainError } from '../shared/errors.ts';
import type { Points } from '../shared/units.ts';
import type { PurchaseRequest } from './purchase.ts';

/** How far in the future a till's clock may be. */
const MAX_AHEAD_SECONDS = 24 * 60 * 60;

/** What a sale earns by the rule, as of `now` (Unix seconds). @throws DomainError REQUEST_INVALID, CURRENCY_UNSUPPORTED, POINTS_TOO_MANY */
export function judgeSale(
  sale: Pick<PurchaseRequest, 'amount' | 'currency' | 'occurredAt'>,
  { earning, now }: { earning: EarningRule; now: number },
): Points {
  checkTime(now, sale.occurredAt);
  checkCurrency(sale.currency, earning);
  return pointsForPurchase(sale.amount, earning);
}

function checkTime(now: number, occurredAt: Date): void {
  if (occurredAt.getTime() / 1000 <= now + MAX_AHEAD_SECONDS) return;
  throw new DomainError('REQUEST_INVALID', {
    message: 'The request is invalid at: occurredAt.',
    fields: [{ field: 'occurredAt', message: 'Send the time of the sale; this is more than a day ahead.' }],
  });
}

function checkCurrency(currency: string, earning: EarningRule): void {
  if (currency === earning.currency) return;
  throw new DomainError('CURRENCY_UNSUPPORTED', {
    message: `The brand earns in ${earning.currency}, not in ${currency}.`,
    details: { currency, supported: earning.currency },
    fields: [{ field: 'currency', message: `Send ${earning.currency}.` }],
  });
}
