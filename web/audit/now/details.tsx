import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { checkFigures } from '../../shared/chain/coverage.ts';
import type { Settlements } from '../../shared/chain/settlements.ts';
import type { Source } from '../source/link.ts';
import { Checks } from './checks.tsx';
import { FiguresTable } from './figures-table.tsx';
import { Pots } from './pots.tsx';
import { Recompute } from './recompute.tsx';

/** What stands below the first screen, and is loaded while the node is asked. */
export default function Details({
  figures,
  settlements,
  source,
  stale,
}: {
  figures: CoalitionFigures;
  settlements: Settlements | undefined;
  source: Source;
  stale: boolean;
}) {
  return (
    <>
      <div className={`space-y-8 ${stale ? 'grayscale' : ''}`}>
        <FiguresTable figures={figures} settlements={settlements} />
        <Pots figures={figures} />
        {stale ? null : <Checks checks={checkFigures(figures)} />}
      </div>
      {stale ? null : <Recompute source={source} />}
    </>
  );
}
