import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import type { CharityProof } from '../../shared/chain/charity-proof.ts';
import { formatDay, formatMoney } from '../../shared/ui/format.ts';
import { Notice, Skeletons } from '../../shared/ui/notice.tsx';
import { useNetwork } from '../queries.ts';

/** Where the money went, read by this browser from the public record and not from us. */
export function PaidProof({ charity }: { charity: number }) {
  const network = useNetwork().data;
  const proof = useQuery({
    queryKey: ['charity-proof', charity],
    queryFn: async () => {
      if (!network) throw new TypeError('a proof waits for the network');
      const { proveCharity } = await import('../../shared/chain/charity-proof.ts');
      return proveCharity(charity, network);
    },
    enabled: network !== undefined,
    // An answer of before must never stand for a check that failed now.
    placeholderData: undefined,
  });
  return (
    <section className="panel p-5" aria-labelledby="proof" data-proof={wordOf(proof.data, proof.error)}>
      <h2 id="proof" className="font-semibold">{t`Where the money went`}</h2>
      <p className="mt-1 mb-4 text-sm text-muted">
        {t`Your browser has just added this up from the public record, without asking us.`}
      </p>
      {proof.error ? (
        <Notice tone="bad">
          <p>{t`Not checked. The record did not answer, so nothing is confirmed.`}</p>
          <button type="button" className="link mt-1" onClick={() => void proof.refetch()}>
            {t`Try again`}
          </button>
        </Notice>
      ) : proof.data ? (
        <Sums {...proof.data} />
      ) : (
        <Skeletons rows={3} className="h-10" />
      )}
    </section>
  );
}

const wordOf = (proof: CharityProof | undefined, error: unknown) =>
  error ? 'unchecked' : proof ? (proof.adds ? 'proven' : 'refuted') : 'open';

function Sums({ given, matched, paid, payable, payouts, adds }: CharityProof) {
  return (
    <>
      <Notice tone={adds ? 'good' : 'bad'}>
        {adds
          ? t`It adds up: all that was given has been paid out or waits for the charity.`
          : t`It does not add up: what was given is not what was paid out and what waits.`}
      </Notice>
      <dl className="mt-4 divide-y divide-line text-sm">
        <Sum label={t`Given by members`} value={given} />
        {matched > 0n ? <Sum label={t`Added by brands`} value={matched} /> : null}
        <Sum label={t`Paid to the charity`} value={paid} />
        <Sum label={t`Waiting to be paid out`} value={payable} />
      </dl>
      {payouts.length > 0 ? (
        <>
          <h3 className="mt-5 text-sm font-semibold">{t`Latest payments`}</h3>
          <ul className="mt-2 space-y-1 text-sm text-muted">
            {payouts.map(({ amount, at, transaction }) => (
              <li key={transaction} className="flex flex-wrap justify-between gap-x-4 tabular-nums">
                <span>{formatDay(at)}</span>
                <span className="font-semibold text-ink">{formatMoney(amount)}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function Sum({ label, value }: { label: string; value: bigint }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-4 py-2.5">
      <dt className="text-muted">{label}</dt>
      <dd className="font-semibold tabular-nums">{formatMoney(value)}</dd>
    </div>
  );
}
