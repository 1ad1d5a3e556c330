import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** Served by others than the wallet, so its worker must not answer for them. */
const NOT_THE_WALLETS = /^\/(console|audit|till|docs|v1|healthz|readyz|metrics)(\/|\?|$)/;
/** What needs a network anyway comes when it is asked for. */
const ONLINE_ONLY = /own-wallet|proof/;

interface Chunk {
  type: 'chunk' | 'asset';
  fileName: string;
  moduleIds?: string[];
  imports?: string[];
  dynamicImports?: string[];
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> };
}

/**
 * Lets browsers keep the wallet, and nothing else of the site, so that it opens without a network. A newer version waits until the member
 * agrees to it. `document` is the wallet's own, under the root.
 */
export function keepWallet(document: string): Plugin[] {
  const kept = new Set<string>();
  const collect: Plugin = {
    name: 'wallet-files',
    apply: 'build',
    writeBundle(_options, bundle) {
      const chunks = bundle as unknown as Readonly<Record<string, Chunk>>;
      const start = Object.values(chunks).find(({ moduleIds }) => moduleIds?.includes(document));
      if (!start) throw new TypeError(`${document} is in no chunk`);
      reach(start.fileName, chunks, kept);
    },
  };
  return [
    collect,
    ...VitePWA({
      registerType: 'prompt',
      // The page registers the worker itself and links its own manifest: no script in the document.
      injectRegister: false,
      manifest: false,
      workbox: {
        globPatterns: ['index.html', 'manifest.webmanifest', 'icons/*.{svg,png}', 'assets/*'],
        manifestTransforms: [
          (entries) => ({
            manifest: entries.filter(({ url }) => !url.startsWith('assets/') || kept.has(url)),
            warnings: [],
          }),
        ],
        dontCacheBustURLsMatching: /^assets\//,
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [NOT_THE_WALLETS],
        cleanupOutdatedCaches: true,
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
  ];
}

/** The files that a chunk needs, now or later, styles and fonts among them. */
function reach(fileName: string, chunks: Readonly<Record<string, Chunk>>, kept: Set<string>): void {
  const chunk = chunks[fileName];
  if (!chunk || kept.has(fileName)) return;
  kept.add(fileName);
  const { importedCss = [], importedAssets = [] } = chunk.viteMetadata ?? {};
  for (const file of [...importedCss, ...importedAssets]) kept.add(file);
  for (const next of chunk.imports ?? []) reach(next, chunks, kept);
  for (const later of chunk.dynamicImports ?? []) if (!ONLINE_ONLY.test(later)) reach(later, chunks, kept);
}
