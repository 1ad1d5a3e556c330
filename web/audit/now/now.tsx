import { lazy, Suspense, useEffect, useState } from 'react';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { readSettlements, type Settlements } from '../../shared/chain/settlements.ts';
import { Skeletons } from '../../shared/ui/notice.tsx';
import type { PartProps } from '../app.tsx';
import { PartnerBars } from './partner-bars.tsx';
import { Totals } from './totals.tsx';

const loading = import('./details.tsx');
const Details = lazy(() => loading);

/** The coalition at one block: what is owed, what is held, and where it is. */
export function Now({ figures, ...part }: PartProps & { figures: CoalitionFigures }) {
  const stale = part.reading.problem !== undefined;
  const settlements = useSettlements(part, figures);
  return (
    <div className="space-y-8">
      <div className={`space-y-8 ${stale ? 'grayscale' : ''}`}>
        <Totals figures={figures} />
        <PartnerBars partners={figures.partners} confirmed={!stale} link={part.link} />
      </div>
      <Suspense fallback={<Skeletons rows={3} className="h-64" />}>
        <Details figures={figures} settlements={settlements} source={part.source} stale={stale} />
      </Suspense>
    </div>
  );
}

/** When brands last settled; read anew when a brand's money has changed. */
function useSettlements({ rpc, source }: PartProps, { partners, block }: CoalitionFigures) {
  const [settlements, setSettlements] = useState<Settlements>();
  const money = partners.map(({ reserve }) => reserve).join();
  useEffect(() => {
    let wanted = true;
    const brands = partners.map(({ partner }) => partner);
    readSettlements(rpc, { coalition: source.coalition, to: block, brands }).then(
      (read) => wanted && setSettlements(read),
      // The page's answer does not hang on it, and says itself when the node is gone.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [rpc, source.coalition, money]);
  return settlements;
}
