/** What one event of the chain means for the projections. Pure: no clock, no database; time is the block's. */
import type { Hex } from 'viem';
import { ZERO_ADDRESS } from '../audit/chain-event.ts';
import {
  addPoints,
  closeAccount,
  decodeWord,
  encodeWord,
  markNonce,
  shiftBuckets,
  spendOfEpoch,
  spendPoints,
} from '../protocol/account-word.ts';
import type { BlockEvent, IndexedBlock } from './chain-block.ts';
import { closeAccounts, moveAccounts, openAccounts } from './project-accounts.ts';
import { projectMoney } from './project-money.ts';
import { projectBurned, projectRefunded } from './project-redemptions.ts';
import { clockOf, impossible, lower, partnerRow } from './projected-rows.ts';
import { accountKey, type Projection } from './projection.ts';

type Named<Name extends BlockEvent['eventName']> = Extract<BlockEvent, { eventName: Name }>;

/** Applies a block's events in order; each row's state at the start of the block goes to the undo journal. */
export function projectBlock(projection: Projection, block: IndexedBlock): void {
  projection.enterBlock(block.number);
  for (const event of block.events) {
    moveAccounts(projection, event, block);
    projectEvent(projection, event, block.timestamp);
    openAccounts(projection, event, block);
  }
  closeAccounts(projection, block);
}

function projectEvent(projection: Projection, event: BlockEvent, timestamp: bigint): void {
  switch (event.eventName) {
    case 'Transfer':
      projectTransfer(projection, event, timestamp);
      break;
    case 'TransferAtEpoch':
      projection.announced.set(event.token, { kind: 'epoch', epoch: Number(event.args.epoch) });
      break;
    case 'PointsRestored':
      projection.announced.set(event.token, {
        kind: 'restored',
        taken: decodeWord(event.args.buckets).buckets,
      });
      break;
    case 'AccountMoved':
      changeAccount(projection, { token: event.token, account: event.args.from }, closeAccount);
      break;
    case 'NonceCancelled':
      changeAccount(projection, { token: event.token, account: event.args.account }, (word) =>
        markNonce(word, Number(event.args.nonce)),
      );
      break;
    case 'Redeemed':
    case 'Exchanged':
    case 'Donated':
    case 'Gifted': {
      const { issuer, member, nonce } = event.args;
      const holder = { partner: issuer, account: lower(member) };
      writeAccount(projection, holder, (word) => markNonce(word, nonce));
      if (event.eventName !== 'Gifted') projectBurned(projection, event);
      projectMoney(projection, event, timestamp);
      break;
    }
    case 'Refunded':
      projectRefunded(projection, event);
      projectMoney(projection, event, timestamp);
      break;
    default:
      projectMoney(projection, event, timestamp);
  }
}

/** Points appear in the bucket of the block's epoch, leave by earliest expiry, and move or come back with the epochs they were earned in. */
function projectTransfer(
  projection: Projection,
  { token, args }: Named<'Transfer'>,
  timestamp: bigint,
): void {
  const partner = projection.partnerOfToken.get(token);
  if (partner === undefined) return;
  const announced = projection.announced.get(token);
  projection.announced.delete(token);
  const clock = clockOf(partnerRow(projection, partner), timestamp);
  const [from, to] = [lower(args.from), lower(args.to)];
  if (from === ZERO_ADDRESS) {
    const add = (word: Word) =>
      announced?.kind === 'restored'
        ? shiftBuckets(word, announced.taken, { ...clock, sign: 1n })
        : addPoints(word, args.value, clock);
    writeAccount(projection, { partner, account: to }, add);
    writeSupply(projection, partner, add);
    return;
  }
  const word = readAccount(projection, { partner, account: from });
  const spent =
    announced?.kind === 'epoch'
      ? spendOfEpoch(word, args.value, { ...clock, of: announced.epoch })
      : spendPoints(word, args.value, clock);
  if (!spent) throw impossible('points', { partner, account: from, points: String(args.value) });
  writeAccount(projection, { partner, account: from }, () => spent.word);
  if (to === ZERO_ADDRESS) {
    const { taken } = spent;
    projection.burns.push({ partner, account: from, points: args.value, epoch: clock.epoch, taken });
    writeSupply(projection, partner, (supply) => shiftBuckets(supply, spent.taken, { ...clock, sign: -1n }));
  } else
    writeAccount(projection, { partner, account: to }, (held) =>
      shiftBuckets(held, spent.taken, { ...clock, sign: 1n }),
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

function changeAccount(
  projection: Projection,
  { token, account }: { token: Hex; account: Hex },
  change: (word: Word) => Word,
): void {
  const partner = projection.partnerOfToken.get(token);
  if (partner !== undefined) writeAccount(projection, { partner, account: lower(account) }, change);
}
