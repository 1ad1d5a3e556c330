import { t } from '@lingui/core/macro';
import { Clock, House, type LucideIcon, QrCode, Store, User } from 'lucide-react';
import { Wordmark } from '../shared/ui/logo.tsx';
import type { Tab } from './routes/route.ts';

const tabs = (): { tab: Tab; path: string; label: string; icon: LucideIcon }[] => [
  { tab: 'home', path: '/', label: t`Home`, icon: House },
  { tab: 'shops', path: '/shops', label: t`Shops`, icon: Store },
  { tab: 'code', path: '/code', label: t`Code`, icon: QrCode },
  { tab: 'history', path: '/history', label: t`History`, icon: Clock },
  { tab: 'me', path: '/me', label: t`Me`, icon: User },
];

/** One set of links: a bar in the thumb's reach on a phone, a line at the top on a desk. */
export function Navigation({ current }: { current: Tab | undefined }) {
  return (
    <header className="flex items-center justify-between px-4 pt-5 md:px-0 md:pt-7">
      <a href="/" aria-label={t`Tessera, home`} className="rounded-lg">
        <Wordmark />
      </a>
      <nav
        aria-label={t`Main`}
        className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:static md:border-0 md:bg-transparent"
      >
        <ul className="mx-auto grid max-w-md grid-cols-5 items-end px-2 md:flex md:max-w-none md:gap-1 md:px-0">
          {tabs().map(({ tab, path, label, icon: Icon }) => (
            <li key={tab}>
              <a
                href={path}
                aria-current={current === tab ? 'page' : undefined}
                className="group flex flex-col items-center gap-1 rounded-full py-2.5 text-xs font-semibold text-muted aria-[current]:text-ink md:flex-row md:gap-2 md:px-4 md:text-sm md:hover:bg-raised md:aria-[current]:bg-raised"
              >
                <span
                  className={
                    tab === 'code'
                      ? '-mt-6 grid size-13 place-items-center rounded-full bg-action text-white ring-6 ring-page md:m-0 md:size-auto md:bg-transparent md:text-inherit md:ring-0'
                      : 'grid h-7 w-12 place-items-center rounded-full group-aria-[current]:bg-raised md:h-auto md:w-auto'
                  }
                >
                  <Icon size={tab === 'code' ? 24 : 20} aria-hidden="true" className="md:size-4.5" />
                </span>
                <span className="max-w-full truncate">{label}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}
