import { useMemo, useSyncExternalStore } from 'react';
import { pathOfFragment, type Route, routeOf } from './route.ts';

const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

/** Goes to a page; the way back leads here again, unless this place is to be forgotten (`replace`). */
export function go(path: string, { replace = false } = {}): void {
  if (path === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState']({ inside: true }, '', path);
  tell();
}

/** Back to where the member came from within the wallet, or to `otherwise` for who came by a link. */
export function goBack(otherwise: string): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else go(otherwise, { replace: true });
}

/** Where the member is. */
export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  return useMemo(() => routeOf(path), [path]);
}

/**
 * Makes links within the wallet change the page without loading it anew, and addresses of before work: call once, before the first render.
 * Links with a modifier key, to another page of the site or to another site are the browser's.
 */
export function followLinks(): void {
  const moved = () => {
    const path = location.pathname === '/' ? pathOfFragment(location.hash.slice(1)) : undefined;
    if (path === undefined) return;
    history.replaceState(history.state, '', path);
    tell();
  };
  moved();
  window.addEventListener('hashchange', moved);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (link.hash || routeOf(link.pathname).page === 'unknown') return;
    event.preventDefault();
    go(link.pathname + link.search);
    window.scrollTo(0, 0);
  });
}
