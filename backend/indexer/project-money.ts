/** What an event means for brands, charities, reserves and pots. Pure, as project-event.ts is. */
import { shareDown } from '../audit/books.ts';
import { decodeValues, encodeValues, rollValues, type ValuesWord } from '../protocol/values-word.ts';
import type { BlockEvent } from './chain-block.ts';
import {
  addToReserve,
  changeCharity,
  changeCoalition,
  changePartner,
  clockOf,
  coalitionRow,
  giveToCharity,
  lower,
  partnerRow,
} from './projected-rows.ts';
import type { PartnerRow, Projection } from './projection.ts';

type Named<Name extends BlockEvent['eventName']> = Extract<BlockEvent, { eventName: Name }>;

/** Applies what moves money or changes what a brand or charity is; any other event changes no row here. */
export function projectMoney(projection: Projection, event: BlockEvent, timestamp: bigint): void {
  if (projectBrand(projection, event, timestamp) || projectCharity(projection, event)) return;
  switch (event.eventName) {
    case 'ReserveDeposited':
    case 'ReserveWithdrawn':
      changePartner(projection, event.args.partner, { reserve: event.args.reserve });
      break;
    case 'ReserveReleased':
      changePartner(projection, event.args.partner, { reserve: 0n, match_budget: 0n });
      break;
    case 'Redeemed':
      projectRedemption(projection, event);
      break;
    case 'Exchanged':
      addToReserve(projection, event.args.issuer, -event.args.value);
      addToReserve(projection, event.args.target, event.args.value);
      break;
    case 'Refunded': {
      const { issuer, acceptor, value } = event.args;
      if (issuer === acceptor) break;
      addToReserve(projection, acceptor, -value);
      addToReserve(projection, issuer, value);
      break;
    }
    case 'BreakageRecorded':
      projectBreakage(projection, event);
      break;
    case 'FeeChanged':
      changeCoalition(projection, { fee_bps: event.args.feeBps });
      break;
    case 'TreasuryWithdrawn':
      changeCoalition(projection, { treasury: event.args.left });
      break;
    case 'FundGranted':
      changeCoalition(projection, { members_fund: event.args.left });
      addToReserve(projection, event.args.partner, event.args.amount);
      break;
    default:
      // Skipped acts, halts of the whole coalition and what an operator may mint change no row here.
      break;
  }
}

/** False for an event that changes nothing that a brand is. */
function projectBrand(projection: Projection, event: BlockEvent, timestamp: bigint): boolean {
  switch (event.eventName) {
    case 'PartnerAdded':
      addPartner(projection, event, timestamp);
      return true;
    case 'PartnerAdminChanged':
      changePartner(projection, event.args.partner, { admin: lower(event.args.admin) });
      return true;
    case 'CoveragePolicyChanged':
      changePartner(projection, event.args.partner, { coverage_bps: event.args.coverageBps });
      return true;
    case 'PartnerHaltSet':
      changePartner(projection, event.args.partner, { halted: event.args.halted });
      return true;
    case 'PartnerExitBegun':
      changePartner(projection, event.args.partner, { leaving: true });
      return true;
    case 'BatchIssued':
      changePartner(projection, event.args.partner, { last_batch: BigInt(event.args.number) });
      return true;
    case 'PointValueScheduled':
    case 'PointValueRaised':
      changeValue(projection, event, timestamp);
      return true;
    case 'MatchChanged': {
      const { partner, matchBps, budget } = event.args;
      // The budget comes out of the reserve, or goes back there.
      const { reserve, match_budget: before } = partnerRow(projection, partner);
      const change = { match_bps: matchBps, match_budget: budget, reserve: reserve + before - budget };
      changePartner(projection, partner, change);
      return true;
    }
    default:
      return false;
  }
}

/** False for an event that concerns no charity. */
function projectCharity(projection: Projection, event: BlockEvent): boolean {
  switch (event.eventName) {
    case 'CharityAdded': {
      const { charity, name, payout } = event.args;
      const row = { id: charity, name, payout: lower(payout), payable: 0n, donated: 0n };
      projection.write('charities', String(charity), row);
      return true;
    }
    case 'CharityPayoutChanged':
      changeCharity(projection, event.args.charity, () => ({ payout: lower(event.args.payout) }));
      return true;
    case 'CharityPaid':
      changeCharity(projection, event.args.charity, ({ payable }) => ({
        payable: payable - event.args.amount,
      }));
      return true;
    case 'Donated':
      addToReserve(projection, event.args.issuer, -event.args.value);
      giveToCharity(projection, event.args.charity, event.args.value);
      return true;
    case 'DonationMatched': {
      const { issuer, charity, value } = event.args;
      const { match_budget: before } = partnerRow(projection, issuer);
      changePartner(projection, issuer, { match_budget: before - value });
      giveToCharity(projection, charity, value);
      return true;
    }
    default:
      return false;
  }
}

function addPartner(projection: Projection, { args }: Named<'PartnerAdded'>, timestamp: bigint): void {
  const { terms } = args;
  const row: PartnerRow = {
    id: args.partner,
    name: terms.name,
    symbol: terms.symbol,
    token: lower(args.token),
    admin: lower(args.admin),
    quarters_per_epoch: terms.quartersPerEpoch,
    validity: terms.validity,
    transferable: terms.transferable,
    coverage_bps: terms.coverageBps,
    halted: false,
    leaving: false,
    values_word: 0n,
    reserve: 0n,
    last_batch: 0n,
    match_bps: 0,
    match_budget: 0n,
    breakage_charity: terms.breakageCharity,
  };
  const value = BigInt(terms.value);
  const { epoch } = clockOf(row, timestamp);
  row.values_word = encodeValues({ values: [value, value, value, value, value], epoch });
  projection.write('partners', String(row.id), row);
}

function changeValue(
  projection: Projection,
  { eventName, args }: Named<'PointValueScheduled' | 'PointValueRaised'>,
  timestamp: bigint,
): void {
  const row = partnerRow(projection, args.partner);
  const { epoch } = clockOf(row, timestamp);
  const [a, b, c, d, next] = rollValues(decodeValues(row.values_word), epoch).values;
  const value = BigInt(args.value);
  const raised = (current: bigint, age: number) => (epoch - Number(args.epoch) === age ? value : current);
  const values: ValuesWord['values'] =
    eventName === 'PointValueScheduled'
      ? [a, b, c, d, value]
      : [raised(a, 3), raised(b, 2), raised(c, 1), raised(d, 0), next];
  changePartner(projection, args.partner, { values_word: encodeValues({ values, epoch }) });
}

/** Between brands the value moves but for the fee; at the issuer's own counter points are burned and no money moves. */
function projectRedemption(projection: Projection, { args }: Named<'Redeemed'>): void {
  const { issuer, acceptor, value } = args;
  if (acceptor === issuer) return;
  const { fee_bps, treasury } = coalitionRow(projection);
  const fee = shareDown(value, BigInt(fee_bps));
  addToReserve(projection, issuer, -value);
  addToReserve(projection, acceptor, value - fee);
  if (fee > 0n) changeCoalition(projection, { treasury: treasury + fee });
}

/** Shares of what expired leave the brand's reserve. */
function projectBreakage(projection: Projection, { args }: Named<'BreakageRecorded'>): void {
  const { partner, toFund, toCharity, charity } = args;
  addToReserve(projection, partner, -(toFund + toCharity));
  if (toFund > 0n)
    changeCoalition(projection, { members_fund: coalitionRow(projection).members_fund + toFund });
  if (toCharity > 0n) giveToCharity(projection, charity, toCharity);
}
