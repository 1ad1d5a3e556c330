/** Shows the steps of a command while they run, and how long each took: a live line on a terminal, plain lines in a log. */

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const LABEL_WIDTH = 24;
const FRAME_MS = 100;

const running = new Map<symbol, { label: string; began: number }>();
let frame = 0;
let timer: NodeJS.Timeout | undefined;

const seconds = (began: number) => ((performance.now() - began) / 1000).toFixed(1);

function erase() {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}

function draw() {
  if (!process.stdout.isTTY || running.size === 0) return;
  const parts = [...running.values()].map(({ label, began }) => `${label} ${seconds(began)} s`);
  const line = `  ${FRAMES[frame++ % FRAMES.length]} ${parts.join(', ')}`;
  process.stdout.write(`\r\x1b[K${line.slice(0, process.stdout.columns - 1)}`);
}

/** Prints one finished line without disturbing the live one. */
export function say(line: string): void {
  erase();
  console.log(line);
  draw();
}

/**
 * Runs one step and prints its outcome with the time it took.
 *
 * @param note what to add to the line, made from the result; the empty string for nothing.
 */
export async function step<T>(label: string, work: () => Promise<T>, note = (_result: T) => ''): Promise<T> {
  const key = Symbol(label);
  const began = performance.now();
  running.set(key, { label, began });
  timer ??= setInterval(draw, FRAME_MS).unref();
  const finish = (mark: string, text: string) => {
    running.delete(key);
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    say(`  ${mark} ${label.padEnd(LABEL_WIDTH)} ${text}`);
  };
  try {
    const result = await work();
    const added = note(result);
    finish('✔', `${seconds(began).padStart(6)} s${added ? `  ${added}` : ''}`);
    return result;
  } catch (error) {
    finish('✘', `${seconds(began).padStart(6)} s`);
    throw error;
  }
}
