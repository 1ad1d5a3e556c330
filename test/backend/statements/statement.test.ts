/**
 * Statements against the hub itself: a random history of everything that can happen is indexed, and the statements of random times are held
 * to the hub's views at their two blocks, and to sums that are made anew from the raw logs.
 */
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createPublicClient, custom, type Hex } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { type ChainLog, decodeHubLog } from '../../../backend/audit/chain-event.ts';
import { readLogs } from '../../../backend/audit/read-logs.ts';
import { openDatabase } from '../../../backend/database/database.ts';
import { createFollower } from '../../../backend/indexer/follow-chain.ts';
import { systemClock } from '../../../backend/shared/clock.ts';
import type { Deps } from '../../../backend/shared/deps.ts';
import { NO_HINTS } from '../../../backend/shared/hints.ts';
import { createLogger } from '../../../backend/shared/logger.ts';
import { ACCOUNT_NAMES, ACCOUNTS } from '../../../backend/statements/accounts.ts';
import { eachMovements, readMovements } from '../../../backend/statements/list-movements.ts';
import { openScope, readStatement, type Statement } from '../../../backend/statements/read-statement.ts';
import { testConfig } from '../../helpers/api.ts';
import { freshDatabase } from '../../helpers/database.ts';
import {
  openCoalition,
  playEverything,
  playHistory,
  playLastDay,
  type Stage,
} from '../audit/coalition-history.ts';

const BRANDS = [1, 2, 3, 4, 5];

describe('Statements', function () {
  this.timeout(240_000);
  let stage: Stage;
  let deps: Deps;
  let close: () => Promise<void>;
  let blocks: { number: bigint; timestamp: number }[];
  let logs: ChainLog[];

  before(async () => {
    stage = await openCoalition();
    await playHistory(stage, { seed: 2, steps: 150 });
    await playEverything(stage, { seed: 5 });
    await playHistory(stage, { seed: 7, steps: 60 });
    // Chance alone need not match a donation, and may have left the brand halted.
    await stage.coalition.resumePartner(1);
    await playLastDay(stage);
    const chain = createPublicClient({ transport: custom(stage.provider), cacheTime: 0 });
    const chainId = await chain.getChainId();
    const databaseUrl = await freshDatabase();
    const config = { ...testConfig(databaseUrl), chainId, coalition: stage.address, confirmations: 0 };
    const database = openDatabase({ url: databaseUrl, maxConnections: 4, onError: () => {} });
    close = () => database.close();
    deps = {
      config: { ...config, reorgLimit: 1_000_000 },
      network: { chainId, coalition: stage.address },
      prisma: database.prisma,
      pool: database.pool,
      chain,
      endpoints: [chain],
      hints: NO_HINTS,
      clock: systemClock,
      logger: createLogger({ level: 'silent' }),
      metrics: new Registry(),
    };
    const follower = createFollower(deps);
    while (await follower.step());
    const { rows } = await deps.pool.query('SELECT number, timestamp FROM blocks ORDER BY number');
    blocks = rows.map(({ number, timestamp }) => ({ number, timestamp: Number(timestamp) }));
    logs = [];
    const to = Number(blocks.at(-1)?.number);
    for await (const part of readLogs(chain, { addresses: [stage.address], from: 0, to }))
      logs.push(...part.logs);
  });
  after(async () => {
    await close?.();
    await stage?.connection.close();
  });

  const report = (partner: number, blockNumber: bigint) =>
    deps.chain.readContract({
      address: stage.address,
      abi: CoalitionAbi,
      functionName: 'partnerReport',
      args: [partner],
      blockNumber,
    });

  /** Two blocks of which the first is a share of the way, with the period between them: all of it but the first block. */
  const between = (a: number, b: number) => {
    const at = (share: number) => {
      const block = blocks[Math.floor((blocks.length - 1) * share)];
      if (!block) throw new RangeError('no such block');
      return block;
    };
    const [first, last] = [at(a), at(b)];
    return { first, last, period: { from: first.timestamp + 1, to: last.timestamp + 1 } };
  };
  /** Times of which each begins after the brands have joined. */
  const SPANS = [
    [0.3, 1],
    [0.3, 0.5],
    [0.5, 0.51],
    [0.45, 0.8],
    [0.7, 0.95],
    [0.9, 1],
  ] as const;

  const sumOf = (lines: Record<string, bigint>) => Object.values(lines).reduce((sum, one) => sum + one, 0n);

  it('opens and closes with the hub’s own views, and its lines make up the difference exactly', async () => {
    for (const [a, b] of SPANS) {
      const { first, last, period } = between(a, b);
      for (const partner of BRANDS) {
        const statement = await readStatement(deps, partner, period);
        for (const [when, block] of [
          ['opening', first],
          ['closing', last],
        ] as const) {
          const view = await report(partner, block.number);
          const told = ACCOUNT_NAMES.map((name) => statement[name][when]);
          const seen = [view.supply, view.liability, view.reserve, view.matchBudget];
          expect(told, `${when} of ${partner} at ${block.number}`).to.deep.equal(seen);
        }
        for (const name of ACCOUNT_NAMES) {
          const { opening, closing, lines } = statement[name];
          expect(opening + sumOf(lines), `${name} of ${partner}, ${a} to ${b}`).to.equal(closing);
        }
      }
    }
  });

  it('has in each line what the raw logs add up to', async () => {
    const used = new Set<string>();
    for (const [a, b] of [...SPANS, [0, 1] as const]) {
      const { first, last, period } = between(a, b);
      const slow = await addUp(first.number, last.number);
      for (const partner of BRANDS) {
        const statement = await readStatement(deps, partner, period);
        const expected = slow.get(partner) ?? {};
        for (const name of ACCOUNT_NAMES)
          for (const line of ACCOUNTS[name]) {
            // What time and raises do is in no log with its worth; the sums of the test before leave them no freedom.
            if (line === 'expired' || line === 'revalued') continue;
            const amount = statement[name].lines[line];
            if (amount !== 0n) used.add(`${name}.${line}`);
            expect(amount, `${name}.${line} of ${partner}, ${a} to ${b}`).to.equal(
              expected[`${name}.${line}`] ?? 0n,
            );
          }
        expect(statement.acceptedPoints).to.equal(expected.accepted ?? 0n);
      }
    }
    const all = ACCOUNT_NAMES.flatMap((name) => ACCOUNTS[name].map((line) => `${name}.${line}`));
    const unused = all.filter((line) => !used.has(line) && !/expired|revalued/.test(line));
    expect(unused, 'lines that the history never moved').to.deep.equal([]);
  });

  it('counts what one brand pays another as received there, to the last unit', async () => {
    for (const [a, b] of SPANS) {
      const { period } = between(a, b);
      const all = await Promise.all(BRANDS.map((partner) => readStatement(deps, partner, period)));
      const net = all.reduce((sum, { clearing }) => sum + clearing.net, 0n);
      expect(net, `${a} to ${b}`).to.equal(0n);
      expect(all.some(({ clearing }) => clearing.received > 0n) || b - a < 0.1).to.equal(true);
    }
  });

  it('lists what it comes from: the changes of all events add up to its lines, page by page', async () => {
    const { period } = between(0.3, 1);
    for (const partner of BRANDS) {
      const statement = await readStatement(deps, partner, period);
      const sums: Record<string, bigint> = {};
      let cursor: string | undefined;
      let count = 0;
      do {
        const page = await readMovements(deps, { partner, period }, { cursor, limit: 7 });
        for (const { changes } of page.movements)
          for (const [line, amount] of Object.entries(changes))
            sums[line] = (sums[line] ?? 0n) + BigInt(amount);
        count += page.movements.length;
        cursor = page.next ?? undefined;
      } while (cursor);
      expect(count).to.be.greaterThan(10);
      for (const name of ACCOUNT_NAMES)
        for (const line of ACCOUNTS[name])
          expect(sums[`${name}.${line}`] ?? 0n, `${name}.${line}`).to.equal(statement[name].lines[line]);
      let streamed = 0;
      for await (const rows of eachMovements(deps, await openScope(deps, partner, period), 3))
        streamed += rows.length;
      expect(streamed).to.equal(count);
    }
  });

  it('closes each day where the next one opens, when points expire while nobody looks too', async () => {
    const start = blocks[0]?.timestamp ?? 0;
    const end = blocks.at(-1)?.timestamp ?? 0;
    const step = Math.ceil((end - start) / 60);
    for (const partner of BRANDS) {
      let before: Statement | null = null;
      let expired = 0n;
      for (let from = start; from < end; from += step) {
        const statement: Statement = await readStatement(deps, partner, { from, to: from + step });
        for (const name of ACCOUNT_NAMES) {
          expect(statement[name].opening + sumOf(statement[name].lines)).to.equal(statement[name].closing);
          if (before) expect(statement[name].opening).to.equal(before[name].closing);
        }
        expired += statement.points.lines.expired ?? 0n;
        before = statement;
      }
      const whole = await readStatement(deps, partner, { from: start, to: end + 1 });
      expect(expired).to.equal(whole.points.lines.expired);
      expect(expired < 0n, `something of ${partner} expired`).to.equal(true);
    }
  });

  it('says when the period is not over, and knows nothing of what is not final', async () => {
    const last = blocks.at(-1);
    const to = (last?.timestamp ?? 0) + 1_000;
    const { through } = await readStatement(deps, 1, { from: 0, to });
    expect(through.isComplete).to.equal(false);
    const half = blocks[Math.floor(blocks.length / 2)];
    await deps.pool.query('UPDATE indexer_cursor SET final = $1', [half?.number]);
    const early = await readStatement(deps, 1, { from: 0, to });
    const view = await report(1, half?.number ?? 0n);
    expect([early.reserve.closing, early.points.closing]).to.deep.equal([view.reserve, view.supply]);
    await deps.pool.query('UPDATE indexer_cursor SET final = $1', [last?.number]);
  });

  /** The lines by brand, from the raw logs after one block up to another, with the hub's own word for what a point and the fee were. */
  async function addUp(after: bigint, through: bigint) {
    const sums = new Map<number, Record<string, bigint>>();
    const add = (partner: number, line: string, amount: bigint) => {
      const own = sums.get(partner) ?? {};
      own[line] = (own[line] ?? 0n) + amount;
      sums.set(partner, own);
    };
    for (const log of logs) {
      if (BigInt(log.block) <= after || BigInt(log.block) > through) continue;
      const event = decodeHubLog(log);
      if (!event) continue;
      const blockNumber = BigInt(log.block);
      switch (event.eventName) {
        case 'BatchIssued': {
          const { partner, points } = event.args;
          add(partner, 'points.issued', points);
          add(partner, 'liability.issued', points * (await price(partner, log)));
          break;
        }
        case 'Redeemed': {
          const { issuer, acceptor, amount, value } = event.args;
          const where = issuer === acceptor ? 'redeemedHere' : 'redeemedElsewhere';
          add(issuer, `points.${where}`, -amount);
          add(issuer, `liability.${where}`, -value);
          if (issuer === acceptor) break;
          add(issuer, 'reserve.redeemedElsewhere', -value);
          add(acceptor, 'reserve.accepted', value);
          add(acceptor, 'accepted', amount);
          const bps = await deps.chain.readContract({
            address: stage.address,
            abi: CoalitionAbi,
            functionName: 'feeBps',
            blockNumber,
          });
          add(acceptor, 'reserve.fees', -((value * BigInt(bps)) / 10_000n));
          break;
        }
        case 'Exchanged': {
          const { issuer, target, amount, value, received } = event.args;
          for (const account of ['liability', 'reserve']) add(issuer, `${account}.exchangedOut`, -value);
          add(issuer, 'points.exchangedOut', -amount);
          add(target, 'points.exchangedIn', received);
          add(target, 'reserve.exchangedIn', value);
          add(target, 'liability.exchangedIn', received * (await price(target, log)));
          break;
        }
        case 'Refunded': {
          const { issuer, acceptor, points, value } = event.args;
          add(issuer, 'points.returned', points);
          add(issuer, 'liability.returned', value);
          if (issuer === acceptor) break;
          add(issuer, 'reserve.refundsReceived', value);
          add(acceptor, 'reserve.refundsPaid', -value);
          break;
        }
        case 'Donated': {
          const { issuer, amount, value } = event.args;
          add(issuer, 'points.donated', -amount);
          for (const account of ['liability', 'reserve']) add(issuer, `${account}.donated`, -value);
          break;
        }
        case 'DonationMatched':
          add(event.args.issuer, 'match.matched', -event.args.value);
          break;
        case 'ReserveDeposited':
          add(event.args.partner, 'reserve.deposited', event.args.amount);
          break;
        case 'ReserveWithdrawn':
          add(event.args.partner, 'reserve.withdrawn', -event.args.amount);
          break;
        case 'ReserveReleased': {
          const before = await report(event.args.partner, blockNumber - 1n);
          // Breakage is recorded first, in the same transaction.
          add(event.args.partner, 'reserve.released', before.matchBudget - event.args.amount);
          add(event.args.partner, 'match.released', -before.matchBudget);
          break;
        }
        case 'FundGranted':
          add(event.args.partner, 'reserve.granted', event.args.amount);
          break;
        case 'MatchChanged': {
          const { matchBudget } = await report(event.args.partner, blockNumber - 1n);
          add(event.args.partner, 'match.reserved', event.args.budget - matchBudget);
          add(event.args.partner, 'reserve.matchReserved', matchBudget - event.args.budget);
          break;
        }
        case 'BreakageRecorded':
          add(event.args.partner, 'reserve.toMembersFund', -event.args.toFund);
          add(event.args.partner, 'reserve.toCharities', -event.args.toCharity);
          break;
        default:
      }
    }
    return sums;
  }

  /** What a new point was worth at a log: µUSD, out of the hub's values word as it stood, by hand. */
  async function price(partner: number, log: ChainLog): Promise<bigint> {
    const { valuesWord } = await report(partner, BigInt(log.block));
    const quarters = [1, 2, 4, 1, 1][partner - 1] ?? 1;
    const date = new Date(log.timestamp * 1000);
    const quarter = (date.getUTCFullYear() - 1970) * 4 + Math.floor(date.getUTCMonth() / 3);
    const epoch = Math.floor(quarter / quarters);
    const written = Number((valuesWord >> 200n) & 0xffffn);
    return (valuesWord >> (40n * BigInt(Math.min(3 + epoch - written, 4)))) & ((1n << 40n) - 1n);
  }

  it('tells the transaction of each movement', async () => {
    const { period } = between(0.3, 1);
    const known = new Set(logs.map(({ transaction }) => transaction as Hex));
    const { movements } = await readMovements(deps, { partner: 1, period }, { limit: 100 });
    for (const { transaction, event } of movements)
      expect(event === 'PointsExpired' || known.has(transaction as Hex)).to.equal(true);
  });
});
