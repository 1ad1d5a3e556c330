import type { HistoryItem } from '../../shared/api/shapes.ts';

const quiet = 'text-muted';
const good = 'font-semibold text-good';
const waiting = 'font-semibold text-warn';

/** How far an entry has come, in a member's words, and how it is coloured. */
export function statusWords({ kind, status }: HistoryItem): { words: string; tone: string } {
  switch (status) {
    case 'final':
      return { words: kind === 'accrual' ? 'Yours' : 'Done', tone: good };
    case 'mined':
      return { words: 'Recorded', tone: good };
    case 'accepted':
    case 'batched':
    case 'sent':
    case 'queued':
      return { words: kind === 'accrual' ? 'On the way' : 'Being recorded', tone: quiet };
    case 'held':
      return { words: 'Held for the shop', tone: quiet };
    case 'waiting':
      return { words: 'Waiting for the brand', tone: waiting };
    case 'skipped':
    case 'failed':
      return { words: 'Nothing was spent', tone: waiting };
    default:
      return { words: status, tone: quiet };
  }
}
