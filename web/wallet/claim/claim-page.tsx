import { ApprovalDeclined } from '../../shared/account/account.ts';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import type { Claim } from '../../shared/api/shapes.ts';
import { BrandMark } from '../../shared/ui/brand-mark.tsx';
import { formatDay, formatPoints } from '../../shared/ui/format.ts';
import { Wordmark } from '../../shared/ui/logo.tsx';
import { Empty, Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { useHash } from '../../shared/ui/use-hash.ts';
import { useNetwork, usePartners } from '../queries.ts';
import { useClaim, useKeepPoints } from './use-claim.ts';

/** Points wait behind the link: one tap, and they are on the card of this phone. */
export function ClaimPage({ onLeave }: { onLeave: () => void }) {
  const secret = useHash();
  const claim = useClaim(secret);
  return (
    <div>
      <p className="mb-6 flex justify-center">
        <Wordmark />
      </p>
      {claim.data ? (
        <Waiting claim={claim.data} secret={secret} onLeave={onLeave} />
      ) : claim.error ? (
        <Ended title="This link does not work" words={refusalOf(claim.error)} onLeave={onLeave} />
      ) : (
        <Skeletons rows={2} className="h-40" />
      )}
    </div>
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
  if (claim.status === 'accepted')
    return (
      <Ended
        title="These points are kept"
        words="They are on the card that opened this link first."
        onLeave={onLeave}
      />
    );
  if (claim.status === 'lapsed')
    return (
      <Ended
        title="This link has run out"
        words={`It was good until ${formatDay(claim.expiresAt)}. Ask the shop whether it gives you the points once more.`}
        onLeave={onLeave}
      />
    );
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
        {formatPoints(claim.points)} waiting for you
      </h1>
      <p className="mt-2 text-muted">
        They are yours until {formatDay(claim.expiresAt)}. There is nothing to fill in.
      </p>
      <button
        type="button"
        className="button button-primary mt-6 w-full text-lg"
        aria-disabled={!can}
        onClick={() => can && keep.mutate(undefined, { onSuccess: onLeave })}
      >
        {keep.isPending ? 'Keeping…' : 'Keep my points'}
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
            Open my card
          </button>
        </p>
      </Empty>
    </>
  );
}

/** What a member reads when points can't be kept. */
function refusalOf(error: unknown): string {
  if (error instanceof ApprovalDeclined)
    return 'You did not approve, so nothing was kept. The points still wait.';
  const code = error instanceof ApiProblem ? error.code : '';
  if (code === 'CLAIM_TAKEN') return 'Somebody was quicker: these points are on another card.';
  if (code === 'CLAIM_EXPIRED')
    return 'This link has run out. Ask the shop whether it gives you the points once more.';
  if (code === 'CLAIM_UNKNOWN' || code === 'REQUEST_INVALID')
    return 'A part of it may be missing. Scan the code on your receipt again.';
  return problemSentence(error);
}
