import { t } from '@lingui/core/macro';
import { useQuery } from '@tanstack/react-query';
import { readAct } from '../../shared/api/calls.ts';
import { useNetwork } from '../queries.ts';
import { useActNames } from '../spend/use-act-names.ts';
import { actSentence } from '../words/act-sentence.ts';
import { ProofPage } from './findings.tsx';

const AGAIN_MS = 4_000;

const words = () => ({
  proven: t`Proven. It was done as approved, and is on the record for good.`,
  waiting: t`Not on the record for good yet. This usually takes a few seconds.`,
  refuted: t`No. What is on the record is not what was approved.`,
  unchecked: t`Not checked. The record did not answer, so nothing is confirmed.`,
});

/** What was approved, and what this browser finds on the chain about it. */
export default function ActPage({ id }: { id: string }) {
  const network = useNetwork().data;
  const proof = useQuery({
    queryKey: ['act-proof', id],
    queryFn: async () => {
      const [state, { checkAct }] = await Promise.all([
        readAct(id),
        import('../../shared/chain/act-proof.ts'),
      ]);
      if (!network) throw new TypeError('an act waits for the network');
      return { act: state.act, ...(await checkAct(state, network)) };
    },
    enabled: network !== undefined,
    // An answer of before must never stand for a check that failed now.
    placeholderData: undefined,
    refetchInterval: ({ state }) => (state.data?.verdict === 'proven' ? false : AGAIN_MS),
  });
  const nameOf = useActNames();
  const said = proof.data && actSentence(proof.data.act, nameOf(proof.data.act));
  return (
    <ProofPage
      title={t`What was approved`}
      found={proof.data}
      error={proof.error}
      words={words()}
      share={said ? { path: `/act/${id}`, text: said } : undefined}
    >
      {said ? <section className="panel px-5 py-5 text-lg font-semibold text-balance">{said}</section> : null}
    </ProofPage>
  );
}
