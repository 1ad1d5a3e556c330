import { sameHex } from '../../../backend/protocol/bytes.ts';
import { formatMoney } from '../../shared/ui/format.ts';
import { hubAbi } from './check-abi.ts';
import { type Evidence, type Finding, no, open, type Step, step, yes } from './evidence.ts';
import type { Log } from './find-logs.ts';
import {
  findHubEvents,
  type HubLog,
  hubEvent,
  type MinedReceipt,
  numberTopic,
  readMinedReceipt,
  readView,
} from './hub.ts';

const ERC20_TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

type Donated = HubLog<'Donated'>;
type Paid = HubLog<'CharityPaid'>;

const isAfter = (log: Log, than: Log): boolean => {
  const blocks = BigInt(log.blockNumber) - BigInt(than.blockNumber);
  return blocks > 0n || (blocks === 0n && BigInt(log.logIndex) > BigInt(than.logIndex));
};

/** What the brand added to a donation, by its own event. */
export const payoutStep = (
  { event, receipt }: { event: Donated; receipt: MinedReceipt },
  evidence: Evidence,
): Promise<Step> =>
  step('Its value is owed to the charity, with what the brand adds', evidence, () => {
    const { member, issuer, charity, nonce, value } = event.args;
    const matched = receipt.logs
      .map((log) => hubEvent(log, evidence.coalition))
      .find(
        (each) =>
          each?.eventName === 'DonationMatched' &&
          sameHex(each.args.member, member) &&
          each.args.issuer === issuer &&
          each.args.charity === charity &&
          each.args.nonce === nonce,
      );
    const match = matched?.eventName === 'DonationMatched' ? matched.args.value : 0n;
    return yes(`${formatMoney(value)} of the points, and ${formatMoney(match)} added by the brand`);
  });

/** Whether the money has arrived: a payout pays all that a charity is owed, so the next one after the donation holds it. */
export const checkPayout = (event: Donated, evidence: Evidence): Promise<Step> =>
  step('The money has arrived at the charity', evidence, async (noted) => {
    const { charity, value } = event.args;
    const topics = [numberTopic(charity)];
    const from = BigInt(event.log.blockNumber);
    const payouts = await findHubEvents(noted, { name: 'CharityPaid', topics, from });
    const paid = payouts.find(({ log }) => isAfter(log, event.log));
    if (!paid) return stillWaiting(noted, charity, value);
    const { amount } = paid.args;
    if (amount < value) return no(`The next payout was ${formatMoney(amount)}, less than this donation.`);
    return checkArrival(noted, paid);
  });

async function stillWaiting(
  { rpc, coalition, figures }: Evidence,
  charity: number,
  value: bigint,
): Promise<Finding> {
  const { payable_ } = await readView(rpc, {
    abi: hubAbi,
    address: coalition,
    name: 'charityAccount',
    args: [charity],
    block: figures.block,
  });
  const waits = `${formatMoney(payable_)} waits for the charity; anybody may have it paid.`;
  return payable_ < value ? no(`It was not paid, and only ${waits}`) : open(`Not paid yet: ${waits}`);
}

/** The stablecoin itself says that the amount went to the address that governance had named by then. */
async function checkArrival(evidence: Evidence, { args, log }: Paid): Promise<Finding> {
  const { rpc, coalition, figures } = evidence;
  const { charity, payout, amount } = args;
  const receipt = await readMinedReceipt(rpc, log.transactionHash);
  const moved = receipt?.logs.some(
    (each) =>
      sameHex(each.address, figures.stablecoin) &&
      each.topics[0] === ERC20_TRANSFER &&
      BigInt(each.topics[1] ?? 0) === BigInt(coalition) &&
      BigInt(each.topics[2] ?? 0) === BigInt(payout) &&
      BigInt(each.data) === amount,
  );
  if (!moved)
    return no(`The stablecoin knows of no ${formatMoney(amount)} for ${payout} in ${log.transactionHash}.`);
  const named = await findHubEvents(evidence, {
    name: ['CharityAdded', 'CharityPayoutChanged'],
    topics: [numberTopic(charity)],
  });
  const address = named.filter((each) => isAfter(log, each.log)).at(-1)?.args.payout ?? '0x';
  if (!sameHex(address, payout)) return no(`It went to ${payout}, and the charity’s address was ${address}.`);
  return yes(`In a payout of ${formatMoney(amount)} to ${payout}, transaction ${log.transactionHash}`);
}
