import { type Link, linkTo, VIEWS, type View } from './source/link.ts';

const names: Record<View, string> = {
  now: 'Now',
  history: 'History',
  check: 'Check',
  breakage: 'Breakage',
  governance: 'Governance',
  files: 'Files',
};

/** The page's parts. Each is a link of its own, so that a finding can be passed on. */
export function Navigation({ link }: { link: Link }) {
  return (
    <nav
      aria-label="Parts of the audit"
      className="-mx-4 overflow-x-auto px-4 py-1 md:mx-0 md:px-0 print:hidden"
    >
      <ul className="flex gap-1">
        {VIEWS.map((view) => (
          <li key={view}>
            <a
              href={linkTo({ ...link, view })}
              aria-current={view === link.view ? 'page' : undefined}
              className="inline-flex min-h-11 items-center rounded-full px-4 font-semibold text-muted hover:bg-raised aria-[current=page]:bg-ink aria-[current=page]:text-page"
            >
              {names[view]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
