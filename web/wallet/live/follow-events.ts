import type { QueryClient } from '@tanstack/react-query';
import type { Network } from '../../../backend/protocol/acts.ts';
import type { Account } from '../../shared/account/account.ts';
import { withSession } from '../../shared/account/session.ts';
import { readEventStream } from '../../shared/api/event-stream.ts';
import { setTold } from './told.ts';

/** Events that come together are one reason to read again. */
const GATHER_MS = 150;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** What an event may have changed. */
const CHANGED = ['balances', 'history', 'act'] as const;

/**
 * Keeps a stream of the member's events open until `signal` aborts, and has balances, history and acts read again when one comes. Whenever
 * the stream breaks it goes on after the last event; meanwhile the page polls.
 */
export async function followEvents(
  { account, network, queries }: { account: Account; network: Network; queries: QueryClient },
  signal: AbortSignal,
): Promise<void> {
  let lastEventId: string | undefined;
  let pause = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readAgain = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const key of CHANGED) void queries.invalidateQueries({ queryKey: [key] });
    }, GATHER_MS);
  };
  const onEvent = ({ id }: { id: string }) => {
    lastEventId = id;
    pause = FIRST_PAUSE_MS;
    setTold(true);
    readAgain();
  };
  const path = `/members/${account.address}/events`;
  while (!signal.aborted) {
    try {
      await withSession(account, network, (bearer) =>
        readEventStream(path, { bearer, lastEventId, signal, onEvent }),
      );
    } catch {
      // Whatever it was: polling goes on, and the stream is tried again.
    }
    setTold(false);
    if (signal.aborted) break;
    // So that what polls polls quickly from now on.
    readAgain();
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
  clearTimeout(timer);
}
