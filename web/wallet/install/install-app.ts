/** Chromium's offer to install; the other browsers have a menu for it. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** What the wallet as an app knows: whether a newer one waits, and whether it can be put among the device's apps. */
export interface Installation {
  /** Puts the newer wallet in place of this one and loads it. */
  update: (() => void) | undefined;
  install: (() => Promise<void>) | undefined;
}

let installation: Installation = { update: undefined, install: undefined };
const listeners = new Set<() => void>();

function change(part: Partial<Installation>): void {
  installation = { ...installation, ...part };
  for (const listener of listeners) listener();
}

export const readInstallation = (): Installation => installation;

export function onInstallation(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Lets the browser keep the wallet, so that it opens without a network; a newer one waits until the member agrees. */
export function installApp(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    const offer = event as InstallOffer;
    const install = async () => {
      change({ install: undefined });
      await offer.prompt();
    };
    change({ install });
  });
  window.addEventListener('appinstalled', () => change({ install: undefined }));
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // After the page: what it keeps for later must not slow down what is looked at now.
  if (document.readyState === 'complete') void keepWallet();
  else window.addEventListener('load', () => void keepWallet());
}

async function keepWallet(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register('/sw.js');
    if (registration.waiting && navigator.serviceWorker.controller) offerUpdate(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const newer = registration.installing;
      newer?.addEventListener('statechange', () => {
        // Without a controller it is the first one, and nothing is out of date.
        if (newer.state === 'installed' && navigator.serviceWorker.controller) offerUpdate(newer);
      });
    });
  } catch {
    // Private mode, or switched off: the wallet then needs a network to open, and works all the same.
  }
}

function offerUpdate(newer: ServiceWorker): void {
  const update = () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    newer.postMessage({ type: 'SKIP_WAITING' });
  };
  change({ update });
}
