import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from './deps.ts';
import type { Logger } from './logger.ts';

/** One turn of a loop; true when there was work, so that more may be waiting. */
export type Turn = (signal: AbortSignal) => Promise<boolean>;

const MAX_BACKOFF_MS = 5_000;

/**
 * Runs `turn` until it is stopped: again at once after work, else after `intervalMs`. A turn that throws is logged and tried again, later and
 * later (up to 5 s), because what it does is written to be repeated.
 */
export function runLoop(
  name: string,
  turn: Turn,
  { intervalMs, logger }: { intervalMs: number; logger: Logger },
): Running {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const worked = await turn(signal);
        failures = 0;
        if (!worked) await pause(intervalMs);
      } catch (error) {
        failures += 1;
        logger.error({ err: error, loop: name, failures }, `${name} failed and will be tried again`);
        await pause(Math.min(intervalMs * 2 ** Math.min(failures, 6), MAX_BACKOFF_MS));
      }
    }
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
