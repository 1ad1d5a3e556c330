/** What an event moves in the accounts of the brands that it concerns. Pure; asked before the event changes any row. */
import { shareDown } from '../audit/books.ts';
import { decodeWord, liveLots } from '../protocol/account-word.ts';
import { decodeValues, pointValue } from '../protocol/values-word.ts';
import type { Changes } from '../statements/accounts.ts';
import type { BlockEvent } from './chain-block.ts';
import { clockOf, coalitionRow, partnerRow } from './projected-rows.ts';
import type { Projection } from './projection.ts';

/** Changes by brand. */
type Movements = readonly (readonly [partner: number, changes: Changes])[];
type Named<Name extends BlockEvent['eventName']> = Extract<BlockEvent, { eventName: Name }>;

/** The brands whose rows or words an event may change. */
export function partnersOf(projection: Projection, event: BlockEvent): number[] {
  if ('token' in event) return [projection.partnerOfToken.get(event.token) ?? 0];
  const { partner, issuer, acceptor, target } = event.args as Partial<Record<string, number>>;
  return [partner, issuer, acceptor, target].filter((id) => id !== undefined);
}

/** @throws DomainError CHAIN_FOREIGN for a brand that nobody added */
export function movementsOf(projection: Projection, event: BlockEvent, timestamp: bigint): Movements {
  switch (event.eventName) {
    case 'BatchIssued': {
      const { partner, points } = event.args;
      const value = points * priceOf(projection, partner, timestamp);
      return [[partner, { 'points.issued': points, 'liability.issued': value }]];
    }
    case 'Redeemed':
      return ofRedemption(projection, event);
    case 'Exchanged':
      return ofExchange(projection, event, timestamp);
    case 'Refunded':
      return ofRefund(event);
    case 'Donated': {
      const { issuer, amount, value } = event.args;
      return [
        [issuer, { 'points.donated': -amount, 'liability.donated': -value, 'reserve.donated': -value }],
      ];
    }
    case 'DonationMatched':
      return [[event.args.issuer, { 'match.matched': -event.args.value }]];
    case 'PointValueRaised':
      return ofRaise(projection, event, timestamp);
    default:
      return ofMoney(projection, event);
  }
}

function ofMoney(projection: Projection, event: BlockEvent): Movements {
  switch (event.eventName) {
    case 'ReserveDeposited':
      return [[event.args.partner, { 'reserve.deposited': event.args.amount }]];
    case 'ReserveWithdrawn':
      return [[event.args.partner, { 'reserve.withdrawn': -event.args.amount }]];
    case 'ReserveReleased': {
      const { reserve, match_budget } = partnerRow(projection, event.args.partner);
      return [[event.args.partner, { 'reserve.released': -reserve, 'match.released': -match_budget }]];
    }
    case 'FundGranted':
      return [[event.args.partner, { 'reserve.granted': event.args.amount }]];
    case 'MatchChanged': {
      const { partner, budget } = event.args;
      const more = budget - partnerRow(projection, partner).match_budget;
      return [[partner, { 'match.reserved': more, 'reserve.matchReserved': -more }]];
    }
    case 'BreakageRecorded': {
      const { partner, toFund, toCharity } = event.args;
      return [[partner, { 'reserve.toMembersFund': -toFund, 'reserve.toCharities': -toCharity }]];
    }
    default:
      return [];
  }
}

function ofRedemption(projection: Projection, { args }: Named<'Redeemed'>): Movements {
  const { issuer, acceptor, amount, value } = args;
  if (issuer === acceptor)
    return [[issuer, { 'points.redeemedHere': -amount, 'liability.redeemedHere': -value }]];
  const fee = shareDown(value, BigInt(coalitionRow(projection).fee_bps));
  return [
    [
      issuer,
      {
        'points.redeemedElsewhere': -amount,
        'liability.redeemedElsewhere': -value,
        'reserve.redeemedElsewhere': -value,
      },
    ],
    [acceptor, { 'reserve.accepted': value, 'reserve.fees': -fee, 'accepted.points': amount }],
  ];
}

function ofExchange(projection: Projection, { args }: Named<'Exchanged'>, timestamp: bigint): Movements {
  const { issuer, target, amount, value, received } = args;
  const worth = received * priceOf(projection, target, timestamp);
  return [
    [
      issuer,
      {
        'points.exchangedOut': -amount,
        'liability.exchangedOut': -value,
        'reserve.exchangedOut': -value,
      },
    ],
    [
      target,
      { 'points.exchangedIn': received, 'liability.exchangedIn': worth, 'reserve.exchangedIn': value },
    ],
  ];
}

function ofRefund({ args }: Named<'Refunded'>): Movements {
  const { issuer, acceptor, points, value } = args;
  const back: Changes = { 'points.returned': points, 'liability.returned': value };
  if (issuer === acceptor) return [[issuer, back]];
  return [
    [issuer, { ...back, 'reserve.refundsReceived': value }],
    [acceptor, { 'reserve.refundsPaid': -value }],
  ];
}

/** A raise makes the live points of its epoch worth more at once. */
function ofRaise(projection: Projection, { args }: Named<'PointValueRaised'>, timestamp: bigint): Movements {
  const row = partnerRow(projection, args.partner);
  const clock = clockOf(row, timestamp);
  const pointEpoch = Number(args.epoch);
  const old = pointValue(decodeValues(row.values_word), { epoch: clock.epoch, pointEpoch });
  const word = projection.rows.token_supplies.get(String(args.partner))?.word ?? 0n;
  const live = liveLots(decodeWord(word), clock).find(({ epoch }) => epoch === pointEpoch)?.points ?? 0n;
  return [[args.partner, { 'liability.revalued': live * (BigInt(args.value) - old) }]];
}

/** What a new point of a brand is worth, in µUSD. */
function priceOf(projection: Projection, partner: number, timestamp: bigint): bigint {
  const row = partnerRow(projection, partner);
  const { epoch } = clockOf(row, timestamp);
  return pointValue(decodeValues(row.values_word), { epoch, pointEpoch: epoch });
}
