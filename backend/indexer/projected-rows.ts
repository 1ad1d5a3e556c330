/** Reading and changing the rows of a projection. */
import type { Hex } from 'viem';
import type { EpochClock } from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { DomainError } from '../shared/errors.ts';
import {
  type CharityRow,
  COALITION_ROW,
  type CoalitionRow,
  type PartnerRow,
  type Projection,
} from './projection.ts';

/** Hex as the rows spell it. */
export const lower = (hex: Hex): Hex => hex.toLowerCase() as Hex;

/** An event that can't follow from what came before it: a log is missing, or this is no Tessera hub. Nothing is written. */
export const impossible = (what: string, facts: Record<string, string | number>): DomainError =>
  new DomainError('CHAIN_FOREIGN', {
    message: `An event speaks of ${what} that no event made.`,
    details: facts,
  });

/** A brand's row. @throws DomainError CHAIN_FOREIGN */
export function partnerRow(projection: Projection, partner: number): PartnerRow {
  const row = projection.rows.partners.get(String(partner));
  if (!row) throw impossible('a partner', { partner });
  return row;
}

/** Writes parts of a brand's row. @throws DomainError CHAIN_FOREIGN */
export function changePartner(projection: Projection, partner: number, change: Partial<PartnerRow>): void {
  projection.write('partners', String(partner), { ...partnerRow(projection, partner), ...change });
}

/** Adds to a brand's reserve, or takes from it. @throws DomainError CHAIN_FOREIGN */
export const addToReserve = (projection: Projection, partner: number, amount: bigint): void =>
  changePartner(projection, partner, { reserve: partnerRow(projection, partner).reserve + amount });

/** A brand's epoch at a block's time, and how long its points live. @throws DomainError CHAIN_FOREIGN */
export function clockOf({ quarters_per_epoch, validity, id }: PartnerRow, timestamp: bigint): EpochClock {
  if (!isQuartersPerEpoch(quarters_per_epoch)) throw impossible('an epoch length', { partner: id });
  return { epoch: epochAt(timestamp, quarters_per_epoch), validity };
}

/** Writes parts of a charity's row. @throws DomainError CHAIN_FOREIGN */
export function changeCharity(
  projection: Projection,
  charity: number,
  change: (row: CharityRow) => Partial<CharityRow>,
): void {
  const row = projection.rows.charities.get(String(charity));
  if (!row) throw impossible('a charity', { charity });
  projection.write('charities', String(charity), { ...row, ...change(row) });
}

/** Gives a charity money that it can fetch. @throws DomainError CHAIN_FOREIGN */
export const giveToCharity = (projection: Projection, charity: number, value: bigint): void =>
  changeCharity(projection, charity, ({ payable, donated }) => ({
    payable: payable + value,
    donated: donated + value,
  }));

/** What is the coalition's own; nothing at first. */
export const coalitionRow = (projection: Projection): CoalitionRow =>
  projection.rows.coalition_pots.get(String(COALITION_ROW)) ?? {
    id: COALITION_ROW,
    fee_bps: 0,
    treasury: 0n,
    members_fund: 0n,
  };

/** Writes parts of what is the coalition's own. */
export const changeCoalition = (projection: Projection, change: Partial<CoalitionRow>): void =>
  projection.write('coalition_pots', String(COALITION_ROW), { ...coalitionRow(projection), ...change });
