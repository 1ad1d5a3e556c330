/** What one event of the chain means for the projections. Pure: no clock, no database; time is the block's. */
import type { Hex } from 'viem';
import { type TransferEvent, ZERO_ADDRESS } from '../audit/chain-event.ts';
import {
  addPoints,
  decodeWord,
  type EpochClock,
  encodeWord,
  markNonce,
  shiftBuckets,
  spendPoints,
} from '../protocol/account-word.ts';
import { epochAt, isQuartersPerEpoch } from '../protocol/epochs.ts';
import { decodeValues, encodeValues, rollValues, type ValuesWord } from '../protocol/values-word.ts';
import { DomainError } from '../shared/errors.ts';
import type { BlockEvent, IndexedBlock } from './chain-block.ts';
import { accountKey, type CharityRow, type PartnerRow, type Projection } from './projection.ts';

type Named<Name extends BlockEvent['eventName']> = Extract<BlockEvent, { eventName: Name }>;

/** Applies a block's events in order; each row's state at the start of the block goes to the undo journal. */
export function projectBlock(projection: Projection, block: IndexedBlock): void {
  projection.enterBlock(block.number);
  for (const event of block.events) projectEvent(projection, event, block.timestamp);
}

function projectEvent(projection: Projection, event: BlockEvent, timestamp: bigint): void {
  switch (event.eventName) {
    case 'Transfer':
      projectTransfer(projection, event, timestamp);
      break;
    case 'PartnerAdded':
      addPartner(projection, event, timestamp);
      break;
    case 'PartnerAdminChanged':
      changePartner(projection, event.args.partner, { admin: lower(event.args.admin) });
      break;
    case 'CoveragePolicyChanged':
      changePartner(projection, event.args.partner, { coverage_bps: event.args.coverageBps });
      break;
    case 'PartnerHaltSet':
      changePartner(projection, event.args.partner, { halted: event.args.halted });
      break;
    case 'ReserveDeposited':
    case 'ReserveWithdrawn':
      changePartner(projection, event.args.partner, { reserve: event.args.reserve });
      break;
    case 'BatchIssued':
      changePartner(projection, event.args.partner, { last_batch: BigInt(event.args.number) });
      break;
    case 'PointValueScheduled':
    case 'PointValueRaised':
      changeValue(projection, event, timestamp);
      break;
    case 'Redeemed':
    case 'Exchanged':
    case 'Donated':
      projectAct(projection, event);
      break;
    case 'CharityAdded':
      writeCharity(projection, {
        id: event.args.charity,
        name: event.args.name,
        payout: lower(event.args.payout),
        payable: 0n,
        donated: 0n,
      });
      break;
    case 'CharityPayoutChanged':
      changeCharity(projection, event.args.charity, () => ({ payout: lower(event.args.payout) }));
      break;
    case 'CharityPaid':
      changeCharity(projection, event.args.charity, ({ payable }) => ({
        payable: payable - event.args.amount,
      }));
      break;
    default:
      // Skipped acts and halts of the whole coalition change no row here.
      break;
  }
}

const lower = (hex: Hex): Hex => hex.toLowerCase() as Hex;

/** An event that can't follow from what came before it: a log is missing, or this is no Tessera hub. Nothing is written. */
const impossible = (what: string, facts: Record<string, string | number>): DomainError =>
  new DomainError('CHAIN_FOREIGN', {
    message: `An event speaks of ${what} that no event made.`,
    details: facts,
  });

function partnerRow(projection: Projection, partner: number): PartnerRow {
  const row = projection.rows.partners.get(String(partner));
  if (!row) throw impossible('a partner', { partner });
  return row;
}

function changePartner(projection: Projection, partner: number, change: Partial<PartnerRow>): void {
  projection.write('partners', String(partner), { ...partnerRow(projection, partner), ...change });
}

function clockOf({ quarters_per_epoch, validity, id }: PartnerRow, timestamp: bigint): EpochClock {
  if (!isQuartersPerEpoch(quarters_per_epoch)) throw impossible('an epoch length', { partner: id });
  return { epoch: epochAt(timestamp, quarters_per_epoch), validity };
}

function addPartner(projection: Projection, { args }: Named<'PartnerAdded'>, timestamp: bigint): void {
  const row: PartnerRow = {
    id: args.partner,
    name: args.name,
    symbol: args.symbol,
    token: lower(args.token),
    admin: lower(args.admin),
    quarters_per_epoch: args.quartersPerEpoch,
    validity: args.validity,
    transferable: args.transferable,
    coverage_bps: args.coverageBps,
    halted: false,
    values_word: 0n,
    reserve: 0n,
    last_batch: 0n,
  };
  const value = BigInt(args.value);
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

/** Points appear in the bucket of the block's epoch, leave by earliest expiry, and move with the epochs they were earned in. */
function projectTransfer(projection: Projection, { token, args }: TransferEvent, timestamp: bigint): void {
  const partner = projection.partnerOfToken.get(token);
  if (partner === undefined) return;
  const clock = clockOf(partnerRow(projection, partner), timestamp);
  const [from, to] = [lower(args.from), lower(args.to)];
  if (from === ZERO_ADDRESS) {
    writeAccount(projection, { partner, account: to }, (word) => addPoints(word, args.value, clock));
    writeSupply(projection, partner, (word) => addPoints(word, args.value, clock));
    return;
  }
  const spent = spendPoints(readAccount(projection, { partner, account: from }), args.value, clock);
  if (!spent) throw impossible('points', { partner, account: from, points: String(args.value) });
  writeAccount(projection, { partner, account: from }, () => spent.word);
  if (to === ZERO_ADDRESS)
    writeSupply(projection, partner, (word) => shiftBuckets(word, spent.taken, { ...clock, sign: -1n }));
  else
    writeAccount(projection, { partner, account: to }, (word) =>
      shiftBuckets(word, spent.taken, { ...clock, sign: 1n }),
    );
}

type Word = ReturnType<typeof decodeWord>;
type Holder = { partner: number; account: Hex };

const readAccount = ({ rows }: Projection, { partner, account }: Holder): Word =>
  decodeWord(rows.token_accounts.get(accountKey(partner, account))?.word ?? 0n);

function writeAccount(projection: Projection, holder: Holder, change: (word: Word) => Word): void {
  const { partner, account } = holder;
  const word = encodeWord(change(readAccount(projection, holder)));
  projection.write('token_accounts', accountKey(partner, account), { partner_id: partner, account, word });
}

function writeSupply(projection: Projection, partner: number, change: (word: Word) => Word): void {
  const word = decodeWord(projection.rows.token_supplies.get(String(partner))?.word ?? 0n);
  projection.write('token_supplies', String(partner), {
    partner_id: partner,
    word: encodeWord(change(word)),
  });
}

/** An act uses up its nonce in the issuer's token and moves its value; the points moved by their own Transfer events. */
function projectAct(projection: Projection, event: Named<'Redeemed' | 'Exchanged' | 'Donated'>): void {
  const { member, issuer, value, nonce } = event.args;
  writeAccount(projection, { partner: issuer, account: lower(member) }, (word) => markNonce(word, nonce));
  const counterparty =
    event.eventName === 'Redeemed'
      ? event.args.acceptor
      : event.eventName === 'Exchanged'
        ? event.args.target
        : event.args.charity;
  // At the issuer's own counter points are burned and no money moves.
  if (event.eventName === 'Redeemed' && counterparty === issuer) return;
  changePartner(projection, issuer, { reserve: partnerRow(projection, issuer).reserve - value });
  if (event.eventName === 'Donated')
    changeCharity(projection, counterparty, ({ payable, donated }) => ({
      payable: payable + value,
      donated: donated + value,
    }));
  else
    changePartner(projection, counterparty, {
      reserve: partnerRow(projection, counterparty).reserve + value,
    });
}

function changeCharity(
  projection: Projection,
  charity: number,
  change: (row: CharityRow) => Partial<CharityRow>,
): void {
  const row = projection.rows.charities.get(String(charity));
  if (!row) throw impossible('a charity', { charity });
  writeCharity(projection, { ...row, ...change(row) });
}

const writeCharity = (projection: Projection, row: CharityRow): void =>
  projection.write('charities', String(row.id), row);
