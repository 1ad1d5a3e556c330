import { t } from '@lingui/core/macro';
import { ApprovalDeclined } from '../../shared/account/account.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import type { Claim } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatDay } from '../../shared/ui/format.ts';
import { Wordmark } from '../../shared/ui/logo.tsx';
import { Empty, Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { useHash } from '../../shared/ui/use-hash.ts';
import { useNetwork, usePartners } from '../queries.ts';
import { go } from '../routes/use-route.ts';
import { pointsWords } from '../words/points.ts';
import { problemWords } from '../words/problems.ts';
import { useClaim, useKeepPoints } from './use-claim.ts';

/** Points wait behind the link: one tap, and they are on the card of this phone. */
export function ClaimPage() {
  const secret = useHash();
  const claim = useClaim(secret);
  // The link has done its work: it stays neither in the address bar nor in the way of "back".
  const onLeave = () => go('/', { replace: true });
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center px-5 py-10">
      <p className="mb-6 flex justify-center">
        <Wordmark />
      </p>
      {claim.data ? (
        <Waiting claim={claim.data} secret={secret} onLeave={onLeave} />
      ) : claim.error ? (
        <Ended title={t`This link does not work`} words={refusalOf(claim.error)} onLeave={onLeave} />
      ) : (
        <Skeletons rows={2} className="h-40" />
      )}
    </main>
  );
}

interface WaitingProps {
  claim: Claim;
  secret: string;
  onLeave: () => void;
}

function Waiting({ claim, secret, onLeave }: WaitingProps) {
  const partner = usePartners().data?.find(({ id }) => id === claim.partner);
  const ready = useNetwork().data !== undefined;
  const keep = useKeepPoints(secret);
  const until = formatDay(claim.expiresAt);
  if (claim.status === 'accepted')
    return (
      <Ended
        title={t`These points are kept`}
        words={t`They are on the card that opened this link first.`}
        onLeave={onLeave}
      />
    );
  if (claim.status === 'lapsed')
    return (
      <Ended
        title={t`This link has run out`}
        words={t`It was good until ${until}. Ask the shop whether it gives you the points once more.`}
        onLeave={onLeave}
      />
    );
  const points = pointsWords(claim.points);
  const can = ready && !keep.isPending;
  return (
    <section className="panel p-6 text-center" aria-labelledby="waiting">
      {partner ? (
        <p className="flex flex-col items-center gap-3 font-semibold">
          <BrandMark name={partner.name} colour={partner.colour} size="lg" />
          <span>{partner.name}</span>
        </p>
      ) : null}
      <h1 id="waiting" className="mt-4 text-3xl font-bold tracking-tight" data-testid="claim-points">
        {t`${points} waiting for you`}
      </h1>
      <p className="mt-2 text-muted">{t`They are yours until ${until}. There is nothing to fill in.`}</p>
      <button
        type="button"
        className="button button-primary mt-6 w-full text-lg"
        aria-disabled={!can}
        onClick={() => can && keep.mutate(undefined, { onSuccess: onLeave })}
      >
        {keep.isPending ? t`Keeping…` : t`Keep my points`}
      </button>
      {keep.error ? (
        <div className="mt-4 text-left">
          <Notice tone="bad">{refusalOf(keep.error)}</Notice>
        </div>
      ) : null}
    </section>
  );
}

function Ended({ title, words, onLeave }: { title: string; words: string; onLeave: () => void }) {
  return (
    <>
      <h1 className="sr-only">{title}</h1>
      <Empty title={title}>
        {words}
        <p className="mt-4">
          <button type="button" className="button button-quiet" onClick={onLeave}>
            {t`Open my card`}
          </button>
        </p>
      </Empty>
    </>
  );
}

/** What a member reads when points can't be kept. */
function refusalOf(error: unknown): string {
  if (error instanceof ApprovalDeclined)
    return t`You did not approve, so nothing was kept. The points still wait.`;
  const code = error instanceof ApiProblem ? error.code : '';
  if (code === 'CLAIM_TAKEN') return t`Somebody was quicker: these points are on another card.`;
  if (code === 'CLAIM_EXPIRED')
    return t`This link has run out. Ask the shop whether it gives you the points once more.`;
  if (code === 'CLAIM_UNKNOWN' || code === 'REQUEST_INVALID')
    return t`A part of it may be missing. Scan the code on your receipt again.`;
  return problemWords(error);
}
