import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const api = process.env.TESSERA_API ?? 'http://localhost:3000';

export default defineConfig({
  root,
  plugins: [react(), tailwindcss()],
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
    },
  },
  server: { proxy: { '/v1': api } },
});
