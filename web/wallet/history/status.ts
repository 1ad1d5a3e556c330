import { t } from '@lingui/core/macro';
import type { HistoryItem } from '../../shared/api/shapes.ts';

const quiet = 'text-muted';
const good = 'font-semibold text-good';
const waiting = 'font-semibold text-warn';

/** How far an entry has come, in a member's words, and how it is coloured. */
export function statusWords({ kind, status }: HistoryItem): { words: string; tone: string } {
  switch (status) {
    case 'final':
      return { words: kind === 'accrual' ? t`Yours` : t`Done`, tone: good };
    case 'mined':
      return { words: t`Recorded`, tone: good };
    case 'accepted':
    case 'batched':
    case 'sent':
    case 'queued':
      return { words: kind === 'accrual' ? t`On the way` : t`Being recorded`, tone: quiet };
    case 'held':
      return { words: t`Held for the shop`, tone: quiet };
    case 'waiting':
      return { words: t`Waiting for the brand`, tone: waiting };
    case 'skipped':
    case 'failed':
      return { words: t`Nothing was spent`, tone: waiting };
    default:
      return { words: t`Being recorded`, tone: quiet };
  }
}
