import { fileURLToPath } from 'node:url';
import type { LinguiConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

/** Where the catalogues are, from the top; a check gathers the texts into another folder, so as to change nothing. */
const folder = process.env.LOCALES_FOLDER ?? 'web/locales';

const config: LinguiConfig = {
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  sourceLocale: 'en',
  locales: ['en', 'pt', 'pl', 'es', 'ro'],
  catalogs: [{ path: `<rootDir>/${folder}/wallet/{locale}`, include: ['<rootDir>/web/wallet'] }],
  // No origins: moving a line is no change of a text.
  format: formatter({ origins: false, lineNumbers: false, printPlaceholdersInComments: false }),
  orderBy: 'message',
};

export default config;
