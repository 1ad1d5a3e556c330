const KEY_SLOT = 'tessera.till.key';
const PARTNER_SLOT = 'tessera.till.partner';

/** What this till works with: its API key, and its brand's number as soon as it is known. */
export interface TillKey {
  key: string;
  partner: number | undefined;
}

/**
 * Takes the key from `#key=…` (and the brand from `&partner=…`) and wipes it from the address bar, or finds the one kept
 * for this tab. It is kept no longer than the tab is open.
 */
export function takeTillKey(): TillKey | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get('key');
  if (given) {
    keepTillKey({ key: given, partner: Number.parseInt(fragment.get('partner') ?? '', 10) || undefined });
    history.replaceState(null, '', '#give');
  }
  const key = sessionStorage.getItem(KEY_SLOT);
  if (!key) return undefined;
  return { key, partner: Number.parseInt(sessionStorage.getItem(PARTNER_SLOT) ?? '', 10) || undefined };
}

export function keepTillKey({ key, partner }: TillKey): void {
  sessionStorage.setItem(KEY_SLOT, key);
  if (partner === undefined) sessionStorage.removeItem(PARTNER_SLOT);
  else sessionStorage.setItem(PARTNER_SLOT, String(partner));
}

export function forgetTillKey(): void {
  sessionStorage.removeItem(KEY_SLOT);
  sessionStorage.removeItem(PARTNER_SLOT);
}
