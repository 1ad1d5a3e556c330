import { expect } from 'chai';
import {
  type Address,
  createClient,
  custom,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  toHex,
} from 'viem';
import { CoalitionAbi, PointsTokenAbi } from '../../../artifacts/abi.ts';
import { openBooks } from '../../../backend/audit/books.ts';
import { decodeHubLog, decodeTokenLog, ZERO_ADDRESS } from '../../../backend/audit/chain-event.ts';
import { checkLaws } from '../../../backend/audit/check-laws.ts';
import { Disagreements } from '../../../backend/audit/disagreements.ts';
import { readLogs } from '../../../backend/audit/read-logs.ts';
import { replayEvent } from '../../../backend/audit/replay-event.ts';
import { closeTransaction } from '../../../backend/audit/replay-points.ts';

const hub: Address = toHex(0xc0a1, { size: 20 });
const token: Address = toHex(0x70ce, { size: 20 });
const BATCHES = 250;
const MEMBERS_A_BATCH = 400;
const MEMBERS = 20_000;
const STARTED = 1_700_000_000;
const LOGS_LIMIT = 60_000;

/** In which block points die that nobody spent: those of 2023's last quarter (blocks 1 to 47), and of 2024's first (48 to 138). */
const EXPIRIES = new Map([
  [139, { epoch: 53 * 4 + 3, blocks: 47 }],
  [230, { epoch: 54 * 4, blocks: 91 }],
]);

interface Draft {
  address: Address;
  topics: Hex[];
  data: Hex;
}

const hubLog = (
  eventName: 'MintAllowanceChanged' | 'ReserveDeposited' | 'BatchIssued',
  indexed: object,
  types: string[],
  values: unknown[],
): Draft => ({
  address: hub,
  topics: encodeEventTopics({ abi: CoalitionAbi, eventName, args: indexed as never }) as Hex[],
  data: encodeAbiParameters(
    types.map((type) => ({ type })),
    values,
  ),
});

/** The terms of a brand, as its event carries them. */
const TERMS = CoalitionAbi.filter((item) => item.type === 'event' && item.name === 'PartnerAdded').flatMap(
  (item) => item.inputs.filter((input) => input.name === 'terms'),
);

const expiredLog = ({ epoch, blocks }: { epoch: number; blocks: number }): Draft => ({
  address: token,
  topics: encodeEventTopics({
    abi: PointsTokenAbi,
    eventName: 'PointsExpired',
    args: { epoch: BigInt(epoch) },
  }) as Hex[],
  data: toHex(7 * MEMBERS_A_BATCH * blocks, { size: 32 }),
});

/** The logs of one block: block 0 opens a brand, every block after it issues a batch. */
function logsOf(block: number): Draft[] {
  if (block === 0) {
    const terms = {
      name: 'Aurora',
      symbol: 'AUR',
      admin: hub,
      quartersPerEpoch: 1,
      validity: 2,
      transferable: false,
      value: 10_000,
      coverageBps: 10_000,
      fundBps: 0,
      charityBps: 0,
      breakageCharity: 0,
    };
    return [
      {
        address: hub,
        topics: encodeEventTopics({
          abi: CoalitionAbi,
          eventName: 'PartnerAdded',
          args: { partner: 1, token, admin: hub },
        }) as Hex[],
        data: encodeAbiParameters(TERMS, [terms]),
      },
      hubLog('MintAllowanceChanged', { partner: 1 }, ['uint48', 'uint32'], [10 ** 9, 1]),
      hubLog('ReserveDeposited', { partner: 1, from: hub }, ['uint256', 'uint256'], [10n ** 15n, 10n ** 15n]),
    ];
  }
  const mints = Array.from({ length: MEMBERS_A_BATCH }, (_, index): Draft => {
    const to = toHex(1 + ((block * MEMBERS_A_BATCH + index) % MEMBERS), { size: 20 });
    const topics = encodeEventTopics({
      abi: PointsTokenAbi,
      eventName: 'Transfer',
      args: { from: ZERO_ADDRESS, to },
    }) as Hex[];
    return { address: token, topics, data: toHex(7, { size: 32 }) };
  });
  const indexed = { partner: 1, number: block, receiptsRoot: toHex(block, { size: 32 }) };
  const issued = hubLog(
    'BatchIssued',
    indexed,
    ['uint256', 'uint256'],
    [BigInt(MEMBERS_A_BATCH), 7n * BigInt(MEMBERS_A_BATCH)],
  );
  const expiry = EXPIRIES.get(block);
  return [...mints, ...(expiry ? [expiredLog(expiry)] : []), issued];
}

describe('replay of a hundred thousand events', () => {
  it('takes seconds, and never holds more than a part of them', async () => {
    const client = createClient({
      transport: custom({
        request: async ({ params }: { params: [{ fromBlock: Hex; toBlock: Hex }] }) => {
          const [{ fromBlock, toBlock }] = params;
          const blocks = Array.from(
            { length: Number(toBlock) - Number(fromBlock) + 1 },
            (_, index) => Number(fromBlock) + index,
          );
          return blocks.flatMap((block) =>
            logsOf(block).map((log, index) => ({
              ...log,
              blockNumber: toHex(block),
              logIndex: toHex(index),
              transactionHash: toHex(block, { size: 32 }),
              // A day a block, so that points lapse on the way.
              blockTimestamp: toHex(STARTED + 86_400 * block),
            })),
          );
        },
      }),
    });
    const [books, found] = [openBooks(), new Disagreements()];
    let [largest, replaying] = [0, 0];
    for await (const { logs } of readLogs(client, { addresses: [hub, token], from: 0, to: BATCHES })) {
      largest = Math.max(largest, logs.length);
      const began = performance.now();
      for (const log of logs) {
        const event = log.address === hub ? decodeHubLog(log) : decodeTokenLog(log);
        if (event) replayEvent(books, Object.assign(event, log), found);
      }
      replaying += performance.now() - began;
    }
    closeTransaction(books, found);
    checkLaws(books, { timestamp: STARTED + 86_400 * BATCHES, held: 10n ** 15n }, found);
    expect(found.kept).to.deep.equal([]);
    expect(books.events).to.equal(3 + EXPIRIES.size + BATCHES * (MEMBERS_A_BATCH + 1));
    expect(largest).to.be.lessThan(LOGS_LIMIT);
    expect(books.partners.get(1)?.accounts.size).to.equal(MEMBERS);
    // About 1.5 s on an idle core of the machine this was written on; a busy one may take its time.
    expect(replaying).to.be.lessThan(60_000);
  }).timeout(120_000);
});
