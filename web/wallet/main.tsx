import '../shared/ui/theme.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pageQueryClient } from '../shared/ui/query-client.ts';
import { App } from './app.tsx';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={pageQueryClient()}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
