import './theme.css';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pageQueryClient } from './query-client.ts';
import { Safety, type StoppedWords } from './safety.tsx';

interface Mounting {
  queries?: QueryClient;
  /** What is said when the page breaks; English unless given. */
  stopped?: () => StoppedWords;
}

/** Shows a page in the document's root, with what every page has: its queries, and a sentence instead of a blank when it breaks. */
export function mount(page: ReactNode, { queries = pageQueryClient(), stopped }: Mounting = {}): void {
  const root = document.getElementById('root');
  if (!root) throw new TypeError('the document has no #root');
  createRoot(root).render(
    <StrictMode>
      <Safety stopped={stopped}>
        <QueryClientProvider client={queries}>{page}</QueryClientProvider>
      </Safety>
    </StrictMode>,
  );
}
