import type { Hex } from 'viem';
import { verifyAccountSignature } from '../../../backend/protocol/account.ts';
import { type Act, actDigest, refOfRecipient } from '../../../backend/protocol/acts.ts';
import { sameHex } from '../../../backend/protocol/bytes.ts';
import type { SignedAct } from '../../../backend/protocol/compact-acts.ts';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { formatMoney, formatPoints } from '../../shared/ui/format.ts';
import { hubAbi, keysAbi } from './check-abi.ts';
import { checkPayout, payoutStep } from './check-payout.ts';
import { type CheckReport, type Evidence, type Finding, no, open, type Step, step, yes } from './evidence.ts';
import { checkDepth, type HubLog, type MinedReceipt, readView } from './hub.ts';
import { signedActs } from './signed-act.ts';

/** What members do, in the hub's events. */
export const ACT_EVENTS = ['Redeemed', 'Exchanged', 'Donated', 'Gifted', 'ActSkipped'] as const;
export type ActLog = HubLog<(typeof ACT_EVENTS)[number]>;

/** One act that was done, or refused, and the transaction that it was in. */
export interface ActInTransaction {
  readonly hash: Hex;
  readonly event: ActLog;
  readonly receipt: MinedReceipt;
}

/** Checks an act from the member's signature to what came of it; a donation as far as the charity's account. */
export async function checkAct(
  { hash, event, receipt }: ActInTransaction,
  evidence: Evidence,
): Promise<CheckReport> {
  const { figures } = evidence;
  let signed: SignedAct | undefined;
  const isDone = event.eventName !== 'ActSkipped';
  const steps: Step[] = [
    await step('The coalition did it, in its own event on the chain', evidence, () =>
      isDone
        ? yes(`Transaction ${hash}, event ${event.eventName}`)
        : no(`It was refused: ${event.args.reason}. Nothing of it happened.`),
    ),
    await step('The member signed it', evidence, async (noted) => {
      const found = await findSigned(noted, { hash, event });
      if ('result' in found) return found;
      signed = found;
      return checkSignature(noted, found);
    }),
  ];
  if (isDone) {
    const what = 'What was done is what was signed: whose points, where to, how many, and at least what for';
    steps.push(
      await step(what, evidence, () =>
        signed ? compare(event, signed.act) : open('Without the signed act, not checked.'),
      ),
    );
    if (event.eventName === 'Donated') steps.push(await payoutStep({ event, receipt }, evidence));
    if (event.eventName === 'Donated') steps.push(await checkPayout(event, evidence));
  }
  steps.push(await step('Its block is on the chain', evidence, (noted) => checkDepth(noted, event.log)));
  const { member } = event.args;
  return {
    title: titles[event.eventName],
    about: aboutAct(event, figures),
    steps,
    also: [{ words: 'Check the member’s account', check: member }],
  };
}

const titles: Record<ActLog['eventName'], string> = {
  Redeemed: 'Redemption',
  Exchanged: 'Exchange',
  Donated: 'Donation',
  Gifted: 'Gift to another member',
  ActSkipped: 'Refused act',
};

/** An act as one line: "500 points of Aurora spent at Boreal, worth $5.00". */
export function actWords(event: ActLog, { partners }: CoalitionFigures): string {
  const brand = (id: number) => partners.find(({ partner }) => partner === id)?.name ?? `brand ${id}`;
  const { issuer } = event.args;
  if (event.eventName === 'ActSkipped') return `An act with points of ${brand(issuer)} was refused`;
  const points = `${formatPoints(event.args.amount)} of ${brand(issuer)}`;
  if (event.eventName === 'Gifted') return `${points} given to ${event.args.recipient}`;
  const worth = `worth ${formatMoney(event.args.value)}`;
  if (event.eventName === 'Redeemed') return `${points} spent at ${brand(event.args.acceptor)}, ${worth}`;
  if (event.eventName === 'Donated') return `${points} given to charity ${event.args.charity}, ${worth}`;
  return `${points} exchanged for ${formatPoints(event.args.received)} of ${brand(event.args.target)}, ${worth}`;
}

const aboutAct = (event: ActLog, figures: CoalitionFigures): [string, string][] => [
  ['What', actWords(event, figures)],
  ['Member', event.args.member],
];

/** The signed act in the transaction's own data. */
async function findSigned(
  { rpc, coalition }: Evidence,
  { hash, event }: { hash: Hex; event: ActLog },
): Promise<SignedAct | Finding> {
  const transaction = (await rpc.ask('eth_getTransactionByHash', [hash])) as {
    to: Hex | null;
    input: Hex;
  } | null;
  if (!transaction) return open('The node does not know the transaction.');
  const { to, input } = transaction;
  if (!to || !sameHex(to, coalition))
    return open(`It came through another contract, ${to}; the hub checked the signature, this page did not.`);
  const { member, issuer, nonce } = event.args;
  const signed = signedActs(input)?.find(
    ({ act }) => sameHex(act.member, member) && act.issuer === issuer && act.nonce === nonce,
  );
  return signed ?? no('The transaction carries no such act.');
}

/** In this browser by the member's own key; by an added key or a contract only the members' keys on the chain can tell. */
async function checkSignature(
  { rpc, coalition, figures }: Evidence,
  { act, signature }: SignedAct,
): Promise<Finding> {
  const { chainId, block } = figures;
  const digest = actDigest(act, { chainId, coalition });
  if (await verifyAccountSignature({ account: act.member, digest, signature }))
    return yes(`By its own key, verified in this browser over the digest ${digest}`);
  const address = await readView(rpc, {
    abi: hubAbi,
    address: coalition,
    name: 'memberKeys',
    args: [],
    block,
  });
  const args = [act.member, digest, signature] as const;
  const authority = await readView(rpc, { abi: keysAbi, address, name: 'authorityOf', args, block });
  if (BigInt(authority) === 0n)
    return open(
      'By a key that the member’s keys on the chain do not count now; it may have been removed since.',
    );
  return yes(
    sameHex(authority, act.member)
      ? 'With the member’s full power, say the members’ keys on the chain'
      : `By the limited key ${authority}, say the members’ keys on the chain`,
  );
}

function compare(event: Exclude<ActLog, { eventName: 'ActSkipped' }>, act: Act): Finding {
  const { amount } = event.args;
  const done = doneOf(event);
  if (done.kind !== act.kind) return no(`A ${act.kind} was signed.`);
  if (amount !== act.amount) return no(`${act.amount} points were signed, ${amount} were taken.`);
  if (done.counterparty !== act.counterparty)
    return no(`It was signed for another party, ${act.counterparty}.`);
  if (!sameHex(done.ref, act.ref)) return no('It was signed with another reference.');
  if (done.yielded < act.minimum)
    return no(`${act.minimum} was signed as the least, it yielded ${done.yielded}.`);
  return yes();
}

function doneOf(event: Exclude<ActLog, { eventName: 'ActSkipped' }>) {
  switch (event.eventName) {
    case 'Redeemed':
      return {
        kind: 'redemption',
        counterparty: event.args.acceptor,
        yielded: event.args.value,
        ref: event.args.ref,
      };
    case 'Exchanged':
      return {
        kind: 'exchange',
        counterparty: event.args.target,
        yielded: event.args.received,
        ref: event.args.ref,
      };
    case 'Donated':
      return {
        kind: 'donation',
        counterparty: event.args.charity,
        yielded: event.args.value,
        ref: event.args.ref,
      };
    case 'Gifted':
      return { kind: 'gift', counterparty: 0, yielded: 0n, ref: refOfRecipient(event.args.recipient) };
  }
}
