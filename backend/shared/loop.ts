import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from './deps.ts';
import type { Logger } from './logger.ts';

/** One turn of a loop; true when there was work, so that more may be waiting. */
export type Turn = (signal: AbortSignal) => Promise<boolean>;

const MAX_BACKOFF_MS = 5_000;

interface LoopOptions {
  readonly intervalMs: number;
  readonly logger: Logger;
  /** Registers what is to be called when there may be work; returns how to be rid of it (hints.ts). */
  readonly onHint?: (wake: () => void) => () => void;
}

/**
 * Runs `turn` until it is stopped: again at once after work or a hint, else after `intervalMs`. A turn that throws is logged and tried again,
 * later and later (up to 5 s), because what it does is written to be repeated.
 */
export function runLoop(name: string, turn: Turn, { intervalMs, logger, onHint }: LoopOptions): Running {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  let hinted = false;
  let wake: (() => void) | undefined;
  const forget = onHint?.(() => {
    hinted = true;
    wake?.();
  });
  const rest = async () => {
    if (hinted) return;
    const woken = new AbortController();
    wake = () => woken.abort();
    await sleep(intervalMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
    wake = undefined;
  };
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        hinted = false;
        const worked = await turn(signal);
        failures = 0;
        if (!worked) await rest();
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
      forget?.();
      await done;
    },
  };
}
