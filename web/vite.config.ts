import { join } from 'node:path';
import { getConfig } from '@lingui/conf';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { nameChunk } from './group-chunks.ts';
import { keepWallet } from './keep-wallet.ts';
import { quickStart } from './quick-start.ts';

const root = import.meta.dirname;
const api = process.env.TESSERA_API ?? 'http://localhost:3000';
const languages = { configPath: join(root, '../.config/lingui.ts') };

export default defineConfig({
  root,
  plugins: [
    react(),
    // A text that nobody has translated ends the build.
    lingui({ ...languages, failOnMissing: true, failOnCompileError: true }),
    babel({ presets: [linguiTransformerBabelPreset({ linguiConfig: getConfig(languages) }, languages)] }),
    tailwindcss(),
    keepWallet(join(root, 'index.html')),
    quickStart(join(root, '../README.md'), 'Earn and redeem in ten minutes'),
  ],
  build: {
    outDir: join(root, 'dist'),
    emptyOutDir: true,
    // Fonts and images stay files: the content security policy then needs no data: sources.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        wallet: join(root, 'index.html'),
        till: join(root, 'till/index.html'),
        audit: join(root, 'audit/index.html'),
        docs: join(root, 'docs/index.html'),
      },
      output: {
        // The bundler names a shared chunk by all who share it.
        chunkFileNames: ({ name }) => `assets/${name.startsWith('chain~') ? 'chain' : '[name]'}-[hash].js`,
        codeSplitting: {
          groups: [
            { name: nameChunk, debugName: 'start' },
            // A kB that the wallet starts with and other pages load later.
            { name: 'protocol', test: /backend\/protocol\/(account|bytes|keccak)\.ts$/ },
            // By who uses them, small parts together: a request costs more than a few kB that another page would have left out.
            { name: 'chain', entriesAware: true, entriesAwareMergeThreshold: 70_000, test: /node_modules/ },
          ],
          includeDependenciesRecursively: false,
        },
      },
    },
  },
  server: { proxy: { '/v1': api } },
});
