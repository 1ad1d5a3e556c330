const SLOT = 'tessera.till.key';

/**
 * Takes the till's API key from `#key=…` and wipes it from the address bar, or finds the one kept for this tab. It is kept
 * no longer than the tab is open.
 */
export function takeTillKey(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    keepTillKey(given);
    history.replaceState(null, '', '#give');
  }
  return sessionStorage.getItem(SLOT) ?? undefined;
}

export function keepTillKey(key: string): void {
  sessionStorage.setItem(SLOT, key);
}

export function forgetTillKey(): void {
  sessionStorage.removeItem(SLOT);
}
