import { t } from '@lingui/core/macro';
import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { formatClock } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { useOnline } from '../../shared/ui/use-online.ts';
import { useAccount } from '../member.tsx';

/** Says that there is no network, how old what is shown is, and what still works. */
export function OfflineNotice() {
  const online = useOnline();
  const { address } = useAccount();
  const read = useQueryClient().getQueryState(['balances', address])?.dataUpdatedAt;
  if (online) return null;
  const time = read ? formatClock(new Date(read)) : '';
  return (
    <div className="mb-4">
      <Notice tone="warn" icon={<WifiOff size={18} aria-hidden="true" />}>
        {time
          ? t`You are offline. You see your points as of ${time}; your code still works.`
          : t`You are offline. Your code still works.`}
      </Notice>
    </div>
  );
}
