/** From which epochs redemptions took points, and which of those came back. Pure, as project-event.ts is. */
import { decodeWord, EMPTY_WORD, encodeWord, withoutBuckets } from '../protocol/account-word.ts';
import type { BlockEvent } from './chain-block.ts';
import { lower } from './projected-rows.ts';
import { type Projection, redemptionKey } from './projection.ts';

type Named<Name extends BlockEvent['eventName']> = Extract<BlockEvent, { eventName: Name }>;

/**
 * Notes what a redemption took. The acts of a block burn in whatever order, and their events follow; member, brand and points tell the burns
 * apart, so that of an act of another kind is used up by its event too.
 */
export function projectBurned(
  projection: Projection,
  event: Named<'Redeemed' | 'Exchanged' | 'Donated'>,
): void {
  const { issuer, amount, nonce, ref } = event.args;
  const account = lower(event.args.member);
  const { burns, block } = projection;
  const index = burns.findIndex(
    (burn) => burn.partner === issuer && burn.account === account && burn.points === amount,
  );
  const [burn] = index < 0 ? [] : burns.splice(index, 1);
  if (!burn || event.eventName !== 'Redeemed') return;
  const taken = encodeWord({ ...EMPTY_WORD, epoch: burn.epoch, buckets: burn.taken });
  const about = { partner_id: issuer, account, nonce, acceptor: event.args.acceptor, ref: lower(ref) };
  projection.write('redemptions', redemptionKey(issuer, account, nonce), {
    ...about,
    block,
    taken,
    left: taken,
  });
}

/** Takes from what is left of a redemption what its refund names, expired points included. */
export function projectRefunded(projection: Projection, { args }: Named<'Refunded'>): void {
  const key = redemptionKey(args.issuer, lower(args.member), args.nonce);
  const row = projection.rows.redemptions.get(key);
  if (!row || row.acceptor !== args.acceptor) return;
  const left = encodeWord(withoutBuckets(decodeWord(row.left), decodeWord(args.buckets)));
  projection.write('redemptions', key, { ...row, left });
}
