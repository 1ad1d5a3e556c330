import { getAbiItem, toFunctionSelector } from 'viem';
import { sameHex } from '../../../backend/protocol/bytes.ts';
import { sumOf } from '../../shared/chain/coverage.ts';
import { formatPoints, formatWhole } from '../../shared/ui/format.ts';
import { authorityAbi, hubAbi } from './check-abi.ts';
import { checkRootOnce } from './check-receipt.ts';
import { type CheckReport, type Evidence, type Finding, no, open, skipped, step, yes } from './evidence.ts';
import {
  checkDepth,
  findHubEvents,
  type HubLog,
  hubEvent,
  numberTopic,
  readMinedReceipt,
  readView,
} from './hub.ts';

const STEPS = {
  issued: 'The coalition has issued it, once',
  minted: 'It has minted what it says, and to so many members',
  issuer: 'Who sent it may issue',
  once: 'No other batch has its root',
  depth: 'Its block is on the chain',
} as const;

const ISSUE = getAbiItem({ abi: hubAbi, name: 'issue' });

type Issued = HubLog<'BatchIssued'>;
const ERC20_TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

/** Checks a batch by its brand and number. */
export async function checkBatch(
  { partner, number }: { partner: number; number: bigint },
  evidence: Evidence,
): Promise<CheckReport> {
  const name = evidence.figures.partners.find((each) => each.partner === partner)?.name ?? `brand ${partner}`;
  let issued: Issued | undefined;
  const first = await step(STEPS.issued, evidence, async (noted) => {
    const topics = [numberTopic(partner), numberTopic(number)];
    const events = await findHubEvents(noted, { name: 'BatchIssued', topics });
    issued = events[0];
    if (!issued) return no(`There is no such batch up to block ${noted.figures.block}.`);
    return events.length === 1
      ? yes(`In transaction ${issued.log.transactionHash}`)
      : no(`${events.length} times`);
  });
  const title = `Batch ${number} of ${name}`;
  if (!issued) {
    const { issued: _, ...others } = STEPS;
    return {
      title,
      about: [],
      steps: [first, ...Object.values(others).map((what) => skipped(what))],
      also: [],
    };
  }
  const batch: Issued = issued;
  const { receiptsRoot, members, points } = batch.args;
  return {
    title,
    about: [
      ['Root of its receipts', receiptsRoot],
      ['Members', formatWhole(members)],
      ['Points', formatWhole(points)],
      [
        'Its receipts',
        'are not on the chain, only their root; paste them above to check each, and for duplicates',
      ],
    ],
    steps: [
      first,
      await step(STEPS.minted, evidence, (noted) => checkMints(noted, batch)),
      await step(STEPS.issuer, evidence, (noted) => checkIssuer(noted, batch)),
      await step(STEPS.once, evidence, (noted) => checkRootOnce(noted, receiptsRoot)),
      await step(STEPS.depth, evidence, (noted) => checkDepth(noted, batch.log)),
    ],
    also: [],
  };
}

/** The token's mints before the event, back to the batch before it, are the batch's. */
async function checkMints({ rpc, coalition, figures }: Evidence, { args, log }: Issued): Promise<Finding> {
  const receipt = await readMinedReceipt(rpc, log.transactionHash);
  if (!receipt) return open('The node does not know the transaction.');
  const token = figures.partners.find(({ partner }) => partner === args.partner)?.token ?? '0x';
  let mints: bigint[] = [];
  for (const each of receipt.logs) {
    if (
      sameHex(each.address, token) &&
      each.topics[0] === ERC20_TRANSFER &&
      BigInt(each.topics[1] ?? 1) === 0n
    )
      mints.push(BigInt(each.data));
    const event = hubEvent(each, coalition);
    if (event?.eventName !== 'BatchIssued' || event.args.partner !== args.partner) continue;
    if (event.args.number === args.number) break;
    mints = [];
  }
  const found = `${formatPoints(sumOf(mints))} to ${formatWhole(mints.length)} members`;
  return BigInt(mints.length) === args.members && sumOf(mints) === args.points
    ? yes(found)
    : no(`It minted ${found}.`);
}

/** The brand's own key, or who holds the role of an issuer. */
async function checkIssuer(evidence: Evidence, { args, log }: Issued): Promise<Finding> {
  const { rpc, coalition, figures } = evidence;
  const topics = [numberTopic(args.partner), numberTopic(args.number)];
  const [own] = await findHubEvents(evidence, {
    name: 'BatchIssuedByKey',
    topics,
    from: BigInt(log.blockNumber),
  });
  if (own) return yes(`The brand’s own key, ${own.args.key}`);
  const receipt = await readMinedReceipt(rpc, log.transactionHash);
  if (!receipt) return open('The node does not know the transaction.');
  const { from, to } = receipt;
  if (!to || !sameHex(to, coalition))
    return open(`It came through another contract, ${to}, which was not checked.`);
  const { block } = figures;
  const address = await readView(rpc, {
    abi: hubAbi,
    address: coalition,
    name: 'authority',
    args: [],
    block,
  });
  const call = [from, coalition, toFunctionSelector(ISSUE)] as const;
  const [atOnce, delay] = await readView(rpc, {
    abi: authorityAbi,
    address,
    name: 'canCall',
    args: call,
    block,
  });
  // The contract let it through, so it had the role then.
  return atOnce || delay > 0
    ? yes(`${from} may call issue, says the authority ${address}.`)
    : open(`${from} may not issue any more; the contract let it then.`);
}
