import { ChevronLeft } from 'lucide-react';

/** The way up from a page that no tab leads to. */
export function BackLink({ path, label }: { path: string; label: string }) {
  return (
    <p>
      <a className="link inline-flex min-h-11 items-center gap-1" href={path}>
        <ChevronLeft size={18} aria-hidden="true" /> {label}
      </a>
    </p>
  );
}
