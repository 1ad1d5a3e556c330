import './theme.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pageQueryClient } from './query-client.ts';
import { Safety } from './safety.tsx';

/** Shows a page in the document's root, with what every page has: its queries, and a sentence instead of a blank when it breaks. */
export function mount(page: ReactNode): void {
  const root = document.getElementById('root');
  if (!root) throw new TypeError('the document has no #root');
  createRoot(root).render(
    <StrictMode>
      <Safety>
        <QueryClientProvider client={pageQueryClient()}>{page}</QueryClientProvider>
      </Safety>
    </StrictMode>,
  );
}
