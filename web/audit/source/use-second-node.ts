import { useEffect, useMemo, useState } from 'react';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { readHead } from '../../shared/chain/head.ts';
import { openRpc } from '../../shared/chain/rpc.ts';

/** What another node says of the block that was read: its hash stands for everything in it. */
export type SecondOpinion = 'asking' | 'same' | 'other' | 'behind' | 'silent';

/** Asks a second node about every block that is read, if the reader has named one. */
export function useSecondNode(url: string | undefined, figures: CoalitionFigures | undefined): SecondOpinion {
  const rpc = useMemo(() => (url === undefined ? undefined : openRpc(url)), [url]);
  const [opinion, setOpinion] = useState<SecondOpinion>('asking');
  const { block, hash, chainId } = figures ?? {};
  useEffect(() => {
    if (!rpc || block === undefined) return;
    let wanted = true;
    const say = (said: SecondOpinion) => wanted && setOpinion(said);
    readHead(rpc, block).then(
      (head) => say(!head ? 'behind' : head.hash === hash && head.chainId === chainId ? 'same' : 'other'),
      () => say('silent'),
    );
    return () => {
      wanted = false;
    };
  }, [rpc, block, hash, chainId]);
  return opinion;
}
