import type { Partner } from '../../shared/api/shapes.ts';
import { formatMinor, formatPoints } from '../../shared/ui/format.ts';

/** "1 point for every £1.00"; `undefined` while a brand has no earning rule. */
export function earningSentence({ earning }: Partner): string | undefined {
  return (
    earning && `${formatPoints(earning.points)} for every ${formatMinor(earning.perMinor, earning.currency)}`
  );
}
