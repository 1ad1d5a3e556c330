import { z } from 'zod';
import { DomainError } from '../shared/errors.ts';
import { currencyField, numberField } from '../shared/requests.ts';
import { MAX_POINTS, type MinorUnits, mulDivDown, Points } from '../shared/units.ts';

/** What a purchase earns: `points` for every `perMinor` minor units of `currency`. */
export interface EarningRule {
  readonly points: bigint;
  readonly perMinor: bigint;
  readonly currency: string;
}

/** A partner's off-chain settings. */
export interface Programme {
  readonly partnerId: number;
  readonly slug: string;
  /** `#rrggbb` */
  readonly colour: string;
  readonly earning: EarningRule;
}

const MAX_RULE = 10n ** 9n;
const ruleNumber = (min: bigint) => z.bigint().min(min).max(MAX_RULE);

/** A programme as scripts and operators give it. */
export const programmeSchema = z.strictObject({
  partnerId: numberField,
  slug: z.string().regex(/^[a-z0-9-]{1,40}$/, 'Send 1 to 40 lower-case letters, digits or hyphens.'),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i, 'Send a colour as #rrggbb.'),
  earning: z.strictObject({ points: ruleNumber(0n), perMinor: ruleNumber(1n), currency: currencyField }),
});

/**
 * Points for a purchase of `total`, rounded down: the member never gets a point that the sale did not pay for.
 * @throws DomainError POINTS_TOO_MANY when it would be more than an account can hold
 */
export function pointsForPurchase(total: MinorUnits, rule: EarningRule): Points {
  const points = mulDivDown(total, rule.points, rule.perMinor);
  if (points > MAX_POINTS)
    throw new DomainError('POINTS_TOO_MANY', {
      message: `An amount of ${total} would earn ${points} points, more than ${MAX_POINTS}.`,
      details: { amount: total.toString(), points: points.toString(), limit: MAX_POINTS.toString() },
      fields: [{ field: 'amount', message: 'This earns more points than can exist.' }],
    });
  return Points.of(points);
}
