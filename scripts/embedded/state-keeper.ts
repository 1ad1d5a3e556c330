/** Keeps the local chain's state in one file that is always whole, whatever is killed and when. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Rpc } from './chain-rpc.ts';

/** The node stands still while it writes itself down, so it is asked for that at most this share of the time. */
const PAUSE_PER_DUMP = 20;
const LEAST_PAUSE_MS = 2_000;

export interface StateKeeper {
  /** Writes the state down now, unless it has not changed. */
  write(): Promise<void>;
  /** The same, soon. */
  hint(): void;
  /** Writes what has changed and ends. */
  stop(): Promise<void>;
}

const stateFile = (folder: string) => join(folder, 'state.json.gz');

/** The kept state, unpacked where the node can load it; undefined for a new chain. Remove the file once the node is up. */
export function unpackState(folder: string): string | undefined {
  if (!existsSync(stateFile(folder))) return undefined;
  const unpacked = join(folder, 'state.json');
  writeFileSync(unpacked, gunzipSync(readFileSync(stateFile(folder))));
  return unpacked;
}

async function writeWhole(path: string, content: Buffer): Promise<void> {
  const unfinished = `${path}.new`;
  const file = await open(unfinished, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  renameSync(unfinished, path);
}

/**
 * Writes the chain's state at quiet moments, and under load as often as the node can afford: after a `kill -9` of the node itself at
 * most that much is lost. A kill of this program loses nothing, since the node lives on.
 */
export function keepState(rpc: Rpc, folder: string): StateKeeper {
  let writtenBlock = '';
  let notBefore = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    const block = await rpc<string>('eth_blockNumber');
    if (block === writtenBlock) return;
    const began = performance.now();
    const packed = await rpc<string>('anvil_dumpState');
    const took = performance.now() - began;
    await writeWhole(stateFile(folder), Buffer.from(packed.slice(2), 'hex'));
    writtenBlock = block;
    notBefore = performance.now() + Math.max(LEAST_PAUSE_MS, took * PAUSE_PER_DUMP);
  }

  const writeInTurn = () => {
    writing = writing.then(write);
    return writing;
  };

  function schedule(delay: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writeInTurn().catch(() => {
        // The node is busy or gone: the next hint tries again, and stop() reports what lasts.
        writing = Promise.resolve();
      });
    }, delay);
    timer.unref();
  }

  const steady = setInterval(
    () => schedule(Math.max(0, notBefore - performance.now())),
    LEAST_PAUSE_MS,
  ).unref();
  return {
    write: writeInTurn,
    hint: () => schedule(Math.max(0, notBefore - performance.now())),
    async stop() {
      clearInterval(steady);
      clearTimeout(timer);
      await writeInTurn();
      rmSync(join(folder, 'state.json'), { force: true });
    },
  };
}
