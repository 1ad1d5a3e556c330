import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ActState } from '../../shared/api/shapes.ts';
import { formatMoney } from '../../shared/ui/format.ts';
import { Logo } from '../../shared/ui/logo.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { charityName, partnerName, useCharities, usePartners } from '../queries.ts';
import { ShareButton } from '../ui/share-button.tsx';
import { pointsWords } from '../words/points.ts';
import { codeWords } from '../words/problems.ts';
import { nothingSpent, useActProgress } from './use-spend.ts';
import { useVoucher } from './use-voucher.ts';
import { VoucherCode } from './voucher-code.tsx';

const steps = () => [t`Approved`, t`Recorded`, t`Done`];
const reached = { held: 1, queued: 1, sent: 1, mined: 2, final: 3, skipped: 1, failed: 1 } as const;

/** Approved → recorded → done, and what came of it. Closing it stops nothing: the history goes on telling. */
export function Progress({ id, paid = false, onClose }: { id: string; paid?: boolean; onClose: () => void }) {
  const { data: state } = useActProgress(id);
  const status = state?.status ?? 'queued';
  const refused = status === 'skipped' || status === 'failed';
  const recorded = status === 'mined' || status === 'final';
  return (
    <div className="text-center" aria-live="polite" data-status={status}>
      <div className="grid h-28 place-items-center">
        <Logo
          joined={recorded}
          className={`size-20 ${recorded || refused ? '' : 'motion-safe:animate-pulse'}`}
        />
      </div>
      {refused ? (
        <div className="text-left">
          <Notice tone="bad">{nothingSpent(codeWords(state?.reason) ?? t`Please try again.`)}</Notice>
        </div>
      ) : (
        <>
          <Steps done={reached[status]} />
          {state && recorded ? (
            <Outcome state={state} paid={paid} />
          ) : (
            <p className="mt-5 text-muted">
              {status === 'held'
                ? t`The shop takes the points when your order is ready, or lets them go. You can close this.`
                : t`You can close this. It goes on by itself.`}
            </p>
          )}
        </>
      )}
      <button
        type="button"
        className={`button mt-6 w-full ${recorded ? 'button-primary' : 'button-quiet'}`}
        onClick={onClose}
      >
        {recorded ? t`Done` : t`Close`}
      </button>
    </div>
  );
}

function Steps({ done }: { done: number }) {
  return (
    <ol className="mx-auto flex max-w-xs flex-wrap items-center justify-center gap-x-4 gap-y-2 text-sm font-semibold">
      {steps().map((step, index) => (
        <li
          key={step}
          className={`flex items-center gap-2 ${index < done ? 'text-good' : 'text-muted'}`}
          aria-current={index === done - 1 ? 'step' : undefined}
        >
          <span
            className={`grid size-6 place-items-center rounded-full ${index < done ? 'bg-good-soft' : 'bg-raised'}`}
          >
            {index < done ? <Check size={14} strokeWidth={3} aria-hidden="true" /> : null}
          </span>
          {step}
        </li>
      ))}
    </ol>
  );
}

function Outcome({ state, paid }: { state: ActState; paid: boolean }) {
  const { act, value, received } = state;
  const partners = usePartners().data;
  const charities = useCharities().data;
  const worth = formatMoney(value ?? act.minimum);
  const shop = partnerName(partners, act.counterparty);
  if (act.kind === 'exchange') {
    const more = pointsWords(received ?? act.minimum);
    return <Line>{t`You now have ${more} more at ${shop}.`}</Line>;
  }
  if (act.kind === 'donation') {
    const charity = charityName(charities, act.counterparty);
    return (
      <>
        <Line>{t`${charity} receives ${worth}. Thank you.`}</Line>
        <p className="mt-4 flex flex-wrap items-center justify-center gap-3">
          <ShareButton path={`/act/${state.id}`} text={t`I gave ${worth} to ${charity} with my points.`} />
          <a className="link" href={`/charity/${act.counterparty}`}>
            {t`See what happens with it`}
          </a>
        </p>
      </>
    );
  }
  if (paid) return <Line>{t`${shop} has received ${worth}. The till knows already.`}</Line>;
  return (
    <>
      <Line>{t`${worth} to use at ${shop}.`}</Line>
      <Voucher state={state} shop={shop} />
    </>
  );
}

function Voucher({ state, shop }: { state: ActState; shop: string }) {
  const voucher = useVoucher(state);
  if (voucher) return <VoucherCode code={voucher} shop={shop} />;
  return (
    <p className="mt-3 text-muted">
      <Trans>
        The voucher is in your{' '}
        <a className="link" href="/history">
          history
        </a>
        .
      </Trans>
    </p>
  );
}

function Line({ children }: { children: ReactNode }) {
  return <p className="arrive mt-5 text-lg font-semibold text-balance">{children}</p>;
}
