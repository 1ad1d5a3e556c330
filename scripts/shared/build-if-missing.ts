/** For commands that need the contracts' ABIs and may be the first that anybody runs here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-tool.ts';

/** Builds what is generated, if it was never built. @throws CommandFailure with the output of the step that failed. */
export async function buildIfMissing(): Promise<void> {
  if (existsSync(join(ROOT, 'artifacts', 'abi.ts'))) return;
  const { build } = await import('../build.ts');
  await build();
}
