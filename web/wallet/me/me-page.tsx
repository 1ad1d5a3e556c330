import { Smartphone, WalletMinimal } from 'lucide-react';
import { ApprovalDeclined } from '../../shared/account/account.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { useAccount, useChangeAccount } from '../member.tsx';
import { useNetwork } from '../queries.ts';

/** Where the points are kept, the way to keep them elsewhere, and who checks the money behind them. */
export default function MePage() {
  const account = useAccount();
  const change = useChangeAccount();
  const network = useNetwork().data;
  const own = account.kind === 'own';
  return (
    <div className="mx-auto max-w-2xl space-y-4">
      <h1 className="mb-5 text-2xl font-bold tracking-tight">Me</h1>
      <section className="panel p-5">
        <div className="flex items-start gap-4">
          <span className="grid size-11 shrink-0 place-items-center rounded-xl bg-raised text-accent">
            {own ? (
              <WalletMinimal size={22} aria-hidden="true" />
            ) : (
              <Smartphone size={22} aria-hidden="true" />
            )}
          </span>
          <div>
            <h2 className="font-semibold">{own ? 'Your own wallet' : 'Guest card on this device'}</h2>
            <p className="mt-1 text-sm text-muted">
              {own
                ? 'Your points belong to the wallet that you brought along. You approve in it.'
                : 'Your points belong to this browser. Nobody else can use them, not even us. If its data is deleted, the card is lost.'}
            </p>
          </div>
        </div>
        <button
          type="button"
          className="button button-quiet mt-4 w-full sm:w-auto"
          aria-disabled={change.isPending}
          onClick={() => !change.isPending && change.mutate(own ? 'device' : 'own')}
        >
          {own ? 'Use the guest card' : 'Use my own wallet'}
        </button>
        {change.error ? (
          <div className="mt-4">
            <Notice tone="warn">{changeSentence(change.error)}</Notice>
          </div>
        ) : null}
      </section>
      <section className="panel p-5">
        <h2 className="font-semibold">Is there money behind my points?</h2>
        <p className="mt-1 text-sm text-muted">
          Every brand keeps money aside for the points it gave. Anyone can check that, without asking us.
        </p>
        <a className="button button-quiet mt-4 w-full sm:w-auto" href="/audit">
          See for yourself
        </a>
      </section>
      {network?.demo ? (
        <p className="px-1 text-sm text-muted">
          This is a demonstration: the brands and the money are made up.
        </p>
      ) : null}
    </div>
  );
}

function changeSentence(error: unknown): string {
  if (error instanceof ApprovalDeclined) return 'You did not approve. Nothing has changed.';
  if (error instanceof Error && error.name === 'OwnWalletMissing')
    return 'There is no wallet in this browser. Your guest card stays as it is.';
  return 'That wallet did not answer. Your card stays as it is.';
}
