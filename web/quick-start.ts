import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const MODULE = 'virtual:quick-start';
const RESOLVED = `\0${MODULE}`;

/** Makes the module `virtual:quick-start` of one section of the README: a page that shows it needn't carry all the rest. */
export function quickStart(readme: string, title: string): Plugin {
  return {
    name: 'tessera-quick-start',
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      this.addWatchFile(readme);
      const text = readFileSync(readme, 'utf8').split(`## ${title}\n`)[1]?.split('\n## ')[0];
      if (!text) this.error(`The README has no section "${title}", which /docs begins with.`);
      return `export default ${JSON.stringify({ title, text })};`;
    },
  };
}
