import { t } from '@lingui/core/macro';
import { Sparkles } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Notice } from '../../shared/ui/notice.tsx';
import { onInstallation, readInstallation } from './install-app.ts';

export const useInstallation = () => useSyncExternalStore(onInstallation, readInstallation);

/** Says that a newer wallet is there; it comes when the member agrees, and never in the middle of something. */
export function UpdateNotice() {
  const { update } = useInstallation();
  if (!update) return null;
  return (
    <div className="mb-4">
      <Notice tone="plain" icon={<Sparkles size={18} aria-hidden="true" />}>
        <p>{t`There is a newer version of Tessera.`}</p>
        <button type="button" className="link mt-1" onClick={update}>
          {t`Use it now`}
        </button>
      </Notice>
    </div>
  );
}
