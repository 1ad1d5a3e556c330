/** What the auditor's page shows besides the books: gathered while the audit replays the events. */
import { type Books, shareDown } from '../../../backend/audit/books.ts';
import type { Placed, PlacedEvent } from '../../../backend/audit/chain-event.ts';
import { Sampler } from './series.ts';

/** More events than this are counted and not kept for downloads. */
const EVENTS_LIMIT = 300_000;

/** Fees that a brand paid for honouring others' points, µUSD. */
export interface FeesPaid {
  readonly count: number;
  readonly amount: bigint;
}

/** Gathers what passes. */
export class Collector {
  readonly sampler = new Sampler();
  readonly events: PlacedEvent[] = [];
  readonly breakage: Placed<'BreakageRecorded'>[] = [];
  readonly refunds: Placed<'Refunded'>[] = [];
  readonly governance: PlacedEvent[] = [];
  /** By acceptor. */
  readonly fees = new Map<number, FeesPaid>();
  /** When value last moved between a brand and somebody else: block and Unix seconds. */
  readonly settled = new Map<number, { block: number; at: number }>();
  count = 0;

  /** Sees an event before the books take it. */
  see(event: PlacedEvent, books: Books): void {
    this.sampler.before(books, event);
    this.count += 1;
    if (this.events.length < EVENTS_LIMIT) this.events.push(event);
    if (event.eventName === 'Redeemed') this.#seeRedemption(event, books);
    else if (event.eventName === 'Exchanged') this.#settle(event, [event.args.issuer, event.args.target]);
    else if (event.eventName === 'Donated') this.#settle(event, [event.args.issuer]);
    else if (event.eventName === 'BreakageRecorded') this.breakage.push(event);
    else if (event.eventName === 'Refunded') this.refunds.push(event);
    else if (GOVERNANCE.has(event.eventName)) this.governance.push(event);
  }

  #seeRedemption(event: Placed<'Redeemed'>, books: Books): void {
    const { issuer, acceptor, value } = event.args;
    if (issuer === acceptor) return;
    this.#settle(event, [issuer, acceptor]);
    const fee = shareDown(value, books.feeBps);
    if (fee === 0n) return;
    const { count, amount } = this.fees.get(acceptor) ?? { count: 0, amount: 0n };
    this.fees.set(acceptor, { count: count + 1, amount: amount + fee });
  }

  #settle({ block, timestamp }: PlacedEvent, brands: readonly number[]): void {
    for (const brand of brands) this.settled.set(brand, { block, at: timestamp });
  }
}

/** Events of the hub by which somebody with power over it, or over a brand, changed something. */
const GOVERNANCE: ReadonlySet<string> = new Set([
  'PartnerAdded',
  'PartnerAdminChanged',
  'PartnerExitBegun',
  'PartnerHaltSet',
  'CoveragePolicyChanged',
  'IssuingKeyChanged',
  'MintAllowanceChanged',
  'MatchChanged',
  'PointValueScheduled',
  'PointValueRaised',
  'ReserveReleased',
  'CharityAdded',
  'CharityPayoutChanged',
  'CharitySuspensionSet',
  'FeeChanged',
  'TreasuryWithdrawn',
  'FundGranted',
  'CoalitionHaltSet',
  'WithdrawalsHalted',
  'AuthorityUpdated',
]);
