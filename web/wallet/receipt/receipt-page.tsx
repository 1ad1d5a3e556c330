import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import type { Receipt } from '../../../backend/protocol/receipt.ts';
import { readReceipt } from '../../shared/api/calls.ts';
import { formatMoment } from '../../shared/ui/format.ts';
import { partnerName, useNetwork, usePartners } from '../queries.ts';
import { pointsWords } from '../words/points.ts';
import { ProofPage } from './findings.tsx';

const AGAIN_MS = 4_000;

const words = () => ({
  proven: t`Proven. These points are on the record for good.`,
  waiting: t`Given, and not yet on the record for good. This usually takes a few seconds.`,
  refuted: t`No. This receipt is not what it claims to be.`,
  unchecked: t`Not checked. The record did not answer, so nothing is confirmed.`,
});

/** A receipt, and what this browser finds when it checks it itself, against the chain and nobody's word. */
export default function ReceiptPage({ id }: { id: string }) {
  const network = useNetwork().data;
  const proof = useQuery({
    queryKey: ['receipt', id],
    queryFn: async () => {
      const [answer, { checkReceipt }] = await Promise.all([
        readReceipt(id),
        import('../../shared/chain/receipt-proof.ts'),
      ]);
      if (!network) throw new TypeError('a receipt waits for the network');
      return checkReceipt(answer, id, network);
    },
    enabled: network !== undefined,
    // An answer of before must never stand for a check that failed now.
    placeholderData: undefined,
    refetchInterval: ({ state }) => (state.data?.verdict === 'proven' ? false : AGAIN_MS),
  });
  return (
    <ProofPage title={t`Receipt`} found={proof.data} error={proof.error} words={words()}>
      {proof.data?.receipt ? <Facts receipt={proof.data.receipt} /> : null}
    </ProofPage>
  );
}

function Facts({ receipt }: { receipt: Receipt }) {
  const shop = partnerName(usePartners().data, receipt.partner);
  const moment = formatMoment(new Date(receipt.occurredAt * 1000));
  const number = receipt.purchase;
  return (
    <section className="panel broken-below px-5 pt-5 pb-8">
      <p className="figure text-3xl">{pointsWords(BigInt(receipt.points))}</p>
      <p className="text-muted">{t`earned at ${shop}, ${moment}`}</p>
      <p className="mt-3 text-sm break-all text-muted">{t`Till’s number ${number}`}</p>
    </section>
  );
}
