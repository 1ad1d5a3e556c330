import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

function filesUnder(path: string, ignored: string[]): string[] {
  if (ignored.includes(path) || !existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name), ignored));
}

/** SHA-256 over the names and contents of files and folders, in an order that does not depend on the machine. */
export function contentHash(paths: string[], ignored: string[] = []): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesUnder(path, ignored)).sort()) {
    const content = readFileSync(file);
    hash.update(`${file.replaceAll('\\', '/')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
