/** node scripts/icons.ts: draws the wallet's icons for home screens from their SVGs, with the browser of the tests. Needed when those change. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../test/helpers/browser.ts';
import { ROOT } from './shared/run-tool.ts';

const FOLDER = join(ROOT, 'web/public/icons');
const ICONS = [
  { from: 'icon.svg', to: 'icon-192.png', size: 192 },
  { from: 'icon.svg', to: 'icon-512.png', size: 512 },
  { from: 'icon-maskable.svg', to: 'maskable-512.png', size: 512 },
  // iOS rounds the corners itself and shows black where nothing is drawn.
  { from: 'icon-maskable.svg', to: 'apple-touch-icon.png', size: 180 },
];

const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  for (const { from, to, size } of ICONS) {
    const svg = readFileSync(join(FOLDER, from), 'utf8').replace(
      '<svg',
      `<svg width="${size}" height="${size}"`,
    );
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<body style="margin:0;background:transparent">${svg}</body>`);
    writeFileSync(join(FOLDER, to), await page.screenshot({ omitBackground: true }));
  }
} finally {
  await browser.close();
}
