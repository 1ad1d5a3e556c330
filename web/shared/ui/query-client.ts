import { QueryClient } from '@tanstack/react-query';

/** Old rows stay while new ones load, and a page comes back fresh after it was away. */
export function pageQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: 1,
        networkMode: 'always',
        placeholderData: <T>(previous: T) => previous,
        refetchOnReconnect: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
