import './theme.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { Component, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pageQueryClient } from './query-client.ts';

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

/** Also catches a part of the page that can't be loaded, for one after an update of the server. */
class Safety extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="mx-auto max-w-md px-6 py-24 text-center" role="alert">
        <h1 className="text-2xl font-bold tracking-tight">This page has stopped</h1>
        <p className="mt-3 text-muted">Nothing was lost or spent by that. Reload it and go on.</p>
        <button type="button" className="button button-primary mt-6" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    );
  }
}
