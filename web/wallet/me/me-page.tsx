import { t } from '@lingui/core/macro';
import { Download, Smartphone, WalletMinimal } from 'lucide-react';
import { ApprovalDeclined } from '../../shared/account/account.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { useInstallation } from '../install/update-notice.tsx';
import { useAccount, useChangeAccount } from '../member.tsx';
import { useNetwork } from '../queries.ts';
import { LanguageField } from './language-field.tsx';

/** Where the points are kept, the way to keep them elsewhere, the language, and who checks the money behind them. */
export default function MePage() {
  const network = useNetwork().data;
  return (
    <div className="mx-auto max-w-2xl space-y-4">
      <h1 className="mb-5 text-2xl font-bold tracking-tight">{t`Me`}</h1>
      <Card />
      <LanguageField />
      <InstallOffer />
      <section className="panel p-5">
        <h2 className="font-semibold">{t`Is there money behind my points?`}</h2>
        <p className="mt-1 text-sm text-muted">
          {t`Every brand keeps money aside for the points it gave. Anyone can check that, without asking us.`}
        </p>
        <a className="button button-quiet mt-4 w-full sm:w-auto" href="/audit">
          {t`See for yourself`}
        </a>
      </section>
      {network?.demo ? (
        <p className="px-1 text-sm text-muted">
          {t`This is a demonstration: the brands and the money are made up.`}
        </p>
      ) : null}
    </div>
  );
}

function Card() {
  const account = useAccount();
  const change = useChangeAccount();
  const own = account.kind === 'own';
  return (
    <section className="panel p-5">
      <div className="flex items-start gap-4">
        <span className="grid size-11 shrink-0 place-items-center rounded-xl bg-raised text-accent">
          {own ? <WalletMinimal size={22} aria-hidden="true" /> : <Smartphone size={22} aria-hidden="true" />}
        </span>
        <div>
          <h2 className="font-semibold">{own ? t`Your own wallet` : t`Guest card on this device`}</h2>
          <p className="mt-1 text-sm text-muted">
            {own
              ? t`Your points belong to the wallet that you brought along. You approve in it.`
              : t`Your points belong to this browser. Nobody else can use them, not even us. If its data is deleted, the card is lost.`}
          </p>
        </div>
      </div>
      <button
        type="button"
        className="button button-quiet mt-4 w-full sm:w-auto"
        aria-disabled={change.isPending}
        onClick={() => !change.isPending && change.mutate(own ? 'device' : 'own')}
      >
        {own ? t`Use the guest card` : t`Use my own wallet`}
      </button>
      {change.error ? (
        <div className="mt-4">
          <Notice tone="warn">{changeSentence(change.error)}</Notice>
        </div>
      ) : null}
    </section>
  );
}

function InstallOffer() {
  const { install } = useInstallation();
  if (!install) return null;
  return (
    <section className="panel p-5">
      <h2 className="font-semibold">{t`Keep Tessera at hand`}</h2>
      <p className="mt-1 text-sm text-muted">
        {t`On your home screen it opens like any app, and shows your code without a network, too.`}
      </p>
      <button type="button" className="button button-primary mt-4 w-full sm:w-auto" onClick={install}>
        <Download size={18} aria-hidden="true" /> {t`Install`}
      </button>
    </section>
  );
}

function changeSentence(error: unknown): string {
  if (error instanceof ApprovalDeclined) return t`You did not approve. Nothing has changed.`;
  if (error instanceof Error && error.name === 'OwnWalletMissing')
    return t`There is no wallet in this browser. Your guest card stays as it is.`;
  return t`That wallet did not answer. Your card stays as it is.`;
}
