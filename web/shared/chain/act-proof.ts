import { type Hex, parseEventLogs } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { NO_REF, refOfRecipient } from '../../../backend/protocol/acts.ts';
import type { Act, ActState, Network } from '../api/shapes.ts';
import { chainClient } from './client.ts';
import { depthStep, readMined, unseenFacts, whyUnseen } from './mined.ts';
import { type CheckStep, type StepFacts, type Verdict, verdictOf } from './verdict.ts';

export interface ActVerdict {
  verdict: Verdict;
  steps: CheckStep[];
}

const STEPS = {
  event: 'The coalition did it, in its own event on the chain',
  terms: 'What was done is what was approved: who, whose points, where to, how many',
  minimum: 'It yielded at least what was approved',
  depth: 'Enough blocks stand on it',
} as const;

/** What an event of the coalition says was done, in the terms of the act. */
interface Done {
  address: Hex;
  kind: Act['kind'];
  member: Hex;
  issuer: number;
  counterparty: number;
  amount: bigint;
  yielded: bigint;
  nonce: number;
  ref: Hex;
}

/**
 * Checks that what a member approved is what the coalition did, in the event of the transaction that the API names.
 * Never throws: what failed, or could not be checked, is in the steps.
 */
export async function checkAct({ act, transaction }: ActState, network: Network): Promise<ActVerdict> {
  const mined = transaction ? await readMined(chainClient(network.rpcUrl), transaction, network) : undefined;
  if (mined === undefined || typeof mined === 'string') {
    const detail = mined === undefined ? 'Not in a transaction yet.' : whyUnseen(mined, network);
    const facts: StepFacts = mined === undefined ? { code: 'early' } : unseenFacts(mined, network);
    const names = ['event', 'terms', 'minimum', 'depth'] as const;
    const steps = names.map((name): CheckStep => ({ name, what: STEPS[name], result: 'open' }));
    steps[0] = { name: 'event', what: STEPS.event, result: 'open', detail, facts };
    return { verdict: mined === undefined ? 'waiting' : 'unchecked', steps };
  }
  const { receipt, depth } = mined;
  const ours = doneIn(receipt.logs).filter(({ address }) => same(address, network.coalition));
  const done = ours.find(
    ({ member, issuer, nonce }) => same(member, act.member) && issuer === act.issuer && nonce === act.nonce,
  );
  const place = `Block ${receipt.blockNumber}, transaction ${receipt.transactionHash}`;
  const facts: StepFacts = {
    code: 'at',
    block: String(receipt.blockNumber),
    transaction: receipt.transactionHash,
  };
  const steps: CheckStep[] = [
    { name: 'event', what: STEPS.event, result: done ? 'yes' : 'no', detail: place, facts },
    { name: 'terms', what: STEPS.terms, result: done && isOf(done, act) ? 'yes' : 'no' },
    {
      name: 'minimum',
      what: STEPS.minimum,
      result: done && done.yielded >= act.minimum ? 'yes' : 'no',
    },
    depthStep(STEPS.depth, depth, network),
  ];
  return { verdict: verdictOf(steps, true), steps };
}

function doneIn(logs: Parameters<typeof parseEventLogs>[0]['logs']): Done[] {
  const events = parseEventLogs({
    abi: CoalitionAbi,
    eventName: ['Redeemed', 'Exchanged', 'Donated', 'Gifted', 'ActCancelled'],
    logs,
  });
  return events.map(({ address, eventName, args }) => {
    const { member, issuer, nonce } = args;
    // What such an act doesn't sign is 0 in it.
    const alone = { address, member, issuer, nonce, counterparty: 0, yielded: 0n };
    if (eventName === 'Gifted')
      return { ...alone, kind: 'gift', amount: args.amount, ref: refOfRecipient(args.recipient) };
    if (eventName === 'ActCancelled') return { ...alone, kind: 'cancellation', amount: 0n, ref: NO_REF };
    const { amount, ref } = args;
    const common = { address, member, issuer, amount, nonce, ref };
    if (eventName === 'Redeemed')
      return { ...common, kind: 'redemption', counterparty: args.acceptor, yielded: args.value };
    if (eventName === 'Exchanged')
      return { ...common, kind: 'exchange', counterparty: args.target, yielded: args.received };
    return { ...common, kind: 'donation', counterparty: args.charity, yielded: args.value };
  });
}

function isOf(done: Done, act: Act): boolean {
  return (
    done.kind === act.kind &&
    done.counterparty === act.counterparty &&
    done.amount === act.amount &&
    same(done.ref, act.ref)
  );
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
