import { t } from '@lingui/core/macro';
import { Share2 } from 'lucide-react';
import { useState } from 'react';

/** Passes a page of the wallet on: by the device's own sheet where it has one, else as a link to paste. Whoever opens it can check it. */
export function ShareButton({ path, text, label }: { path: string; text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const url = `${location.origin}${path}`;
  const share = async () => {
    try {
      if (navigator.share) return await navigator.share({ text, url });
      await navigator.clipboard.writeText(url);
      setCopied(true);
    } catch {
      // Closed without sharing, or nothing may be copied here: the address bar has the link all the same.
    }
  };
  return (
    <button type="button" className="button button-quiet" onClick={share}>
      <Share2 size={18} aria-hidden="true" />
      <span aria-live="polite">{copied ? t`Link copied` : (label ?? t`Share the receipt`)}</span>
    </button>
  );
}
