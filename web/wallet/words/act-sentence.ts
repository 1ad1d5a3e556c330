import { t } from '@lingui/core/macro';
import type { ActNames } from '../../../backend/protocol/sentence.ts';
import type { Act } from '../../shared/api/shapes.ts';
import { formatMoney } from '../../shared/ui/format.ts';
import { brandPoints } from './points.ts';

/**
 * One act as one sentence in the member's language, with the least that the member accepts in return. It is made from the act itself, which
 * is what will be approved, and never taken from the server's words.
 */
export function actSentence(act: Act, { issuer, counterparty }: ActNames): string {
  const points = brandPoints(act.amount, issuer);
  const worth = formatMoney(act.minimum);
  switch (act.kind) {
    case 'redemption':
      return t`Spend ${points} at ${counterparty}, worth at least ${worth}.`;
    case 'exchange': {
      const received = brandPoints(act.minimum, counterparty);
      return t`Swap ${points} for at least ${received}.`;
    }
    case 'donation':
      return t`Give ${points} to ${counterparty}, worth at least ${worth}.`;
    case 'gift':
      return t`Send ${points} to ${counterparty}.`;
    case 'cancellation': {
      const number = String(act.nonce);
      return t`Cancel what you approved as number ${number} with your ${issuer} points.`;
    }
  }
}
