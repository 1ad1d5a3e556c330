/** A progress bar on stderr: live on a terminal, a line now and then in a log, so that stdout stays clean for results. */
import { Presets, SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 5_000;

/** A bar that is told how far the work is. `note` is shown at its end. */
export interface ProgressBar {
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

/** Starts a bar with a label. */
export function startProgressBar(label: string): ProgressBar {
  return process.stderr.isTTY ? liveBar(label) : lineBar(label);
}

function liveBar(label: string): ProgressBar {
  const format = `  ${label.padEnd(18)} {bar} {percentage}% {value}/{total} {note}`;
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic);
  bar.start(1, 0, { note: '' });
  return {
    update(done, total, note = '') {
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop: () => bar.stop(),
  };
}

function lineBar(label: string): ProgressBar {
  let next = performance.now() + LINE_EVERY_MS;
  let last = '';
  return {
    update(done, total, note = '') {
      last = `${label}: ${done}/${total} ${note}`.trimEnd();
      if (performance.now() < next) return;
      next = performance.now() + LINE_EVERY_MS;
      console.error(last);
    },
    stop() {
      if (last) console.error(last);
    },
  };
}
