import { t } from '@lingui/core/macro';

/** A page that is none: what a link led to is not there. */
export function NothingHere({ title }: { title: string }) {
  return (
    <section className="panel border-dashed px-6 py-10 text-center">
      <h1 className="font-semibold">{title}</h1>
      <p className="mt-1 text-sm text-muted">{t`Perhaps the link is incomplete.`}</p>
      <p className="mt-4">
        <a className="button button-primary" href="/">
          {t`Home`}
        </a>
      </p>
    </section>
  );
}
