import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { CommandFailure } from '../shared/failure.ts';

/** Writes JSON that only its owner may read, in one step: a kill leaves the old file or the new one, never half of either. */
export function writeKept(path: string, content: unknown): void {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}

/** Reads what `writeKept` wrote; undefined when there is no such file. @throws CommandFailure when it was changed into something else. */
export function readKept<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new CommandFailure(
      `${path} is damaged: mend it, or begin anew with npm start -- --fresh. (${cause})`,
    );
  }
}
