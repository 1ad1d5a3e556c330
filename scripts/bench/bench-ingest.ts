import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Address, Hex } from 'viem';
import { enrolAccounts } from '../../backend/members/enrol-accounts.ts';
import {
  insertPurchases,
  type PurchaseGroup,
  reserveIds,
} from '../../backend/purchases/purchases.repository.ts';
import { MinorUnits, Points } from '../../backend/shared/units.ts';
import { CommandFailure } from '../shared/failure.ts';
import { startProgressBar } from '../shared/progress-bar.ts';
import {
  type BenchNetwork,
  memberOf,
  percentile,
  perSecond,
  ratioOf,
  runName,
  saleOf,
  tell,
  withBenchNetwork,
} from './network.ts';
import { sendBulk } from './send-bulk.ts';

/** What `bench -- ingest --json` prints. Speeds are purchases a second, times milliseconds from sending to the signed receipt. */
export interface IngestResult {
  readonly ceilingPerS: number;
  readonly singlePerS: number;
  readonly ratio: number;
  readonly bulkPerS: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const CALLERS = 256;
const GROUP = 512;
/** Groups that are written at once, as the recorder does. */
const WRITERS = 2;
/** Latency is measured below the limit: at this many purchases a second, for so long. */
const PACE_PER_S = 500;
const PACE_MS = 10_000;

/** Recording alone: the statement by itself, singles from 256 callers, one bulk stream, and the time to a receipt at 500 a second. */
export function benchIngest({ count, members }: { count: number; members: number }): Promise<IngestResult> {
  return withBenchNetwork({ brands: 1, withChain: false }, async (network) => {
    const accounts = Array.from({ length: members }, (_, index) => memberOf(index));
    for (let from = 0; from < accounts.length; from += 5_000)
      await enrolAccounts({ pool: network.database.pool }, accounts.slice(from, from + 5_000));
    // Before and after, because a database with more rows is slower and a warm one is faster.
    const before = await measureCeiling(network, { count, members });
    const program = await network.startProgram(['api']);
    const till = { url: program.url, key: network.tills[0] ?? '' };
    await sendSingles(till, { count: Math.min(count, 3_000), members, label: 'Warming up' });
    const cpu = network.watchCpu();
    const singlePerS = await sendSingles(till, { count, members, label: 'Singles' });
    const ofSingles = cpu(count);
    const latencies = await sendPaced(till, { count, members });
    const bulkPerS = await measureBulk(till, { count: 2 * count, members });
    await program.stop();
    tell({ ...(await network.conditions()), acceptedPerS: singlePerS, ...ofSingles });
    const after = await measureCeiling(network, { count, members });
    const ceilingPerS = Math.round((before + after) / 2);
    return {
      ceilingPerS,
      singlePerS,
      ratio: ratioOf(singlePerS, ceilingPerS),
      bulkPerS,
      p95Ms: percentile(latencies, 0.95),
      p99Ms: percentile(latencies, 0.99),
    };
  });
}

/** The whole-purchase statement in groups of 512 over two connections, everything that it writes made beforehand. */
async function measureCeiling(
  { database: { pool }, keyIds }: BenchNetwork,
  { count, members }: { count: number; members: number },
): Promise<number> {
  const bar = startProgressBar('Ceiling');
  const hex = (bytes: number): Hex => `0x${randomBytes(bytes).toString('hex')}`;
  const run = runName();
  const groups: PurchaseGroup[] = [];
  for (let from = 0; from < count; from += GROUP) {
    const drafts = Array.from({ length: Math.min(GROUP, count - from) }, (_, index) => {
      const sale = saleOf(from + index, { members, run });
      return {
        partnerId: 1,
        purchaseId: sale.id,
        bodyHash: createHash('sha256').update(sale.id).digest(),
        account: sale.member as Address,
        amount: MinorUnits.of(sale.amount),
        currency: sale.currency,
        occurredAt: new Date(sale.occurredAt),
        points: Points.of(sale.amount),
        actor: `key:${keyIds[0]}`,
      };
    });
    const group = { root: hex(32), signedAt: 1, signature: hex(65), signer: memberOf(0) };
    const proof = Array.from({ length: 9 }, () => hex(32));
    const receipts = drafts.map(({ account, purchaseId }) => ({
      version: 1 as const,
      receiptId: hex(32),
      partner: 1,
      member: account,
      points: '1',
      occurredAt: 1,
      purchase: purchaseId,
      salt: hex(16),
      chainId: 1,
      coalition: memberOf(0),
      group: { ...group, proof },
    }));
    const signed = { ...group, receipts, leaves: drafts.map(() => randomBytes(32)) };
    groups.push({ drafts, ids: await reserveIds(pool, drafts.length), signed, receivedAt: new Date() });
  }
  let done = 0;
  const began = performance.now();
  const write = async () => {
    for (let group = groups.pop(); group; group = groups.pop()) {
      await insertPurchases(pool, group);
      done += group.drafts.length;
      bar.update(done, count);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  bar.stop();
  return perSecond(count, performance.now() - began);
}

interface TillPlace {
  readonly url: string;
  readonly key: string;
}

function openTill({ url, key }: TillPlace) {
  const pool = new Pool(url, { connections: CALLERS });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return {
    async report(sale: object): Promise<void> {
      const answer = await pool.request({
        method: 'POST',
        path: '/v1/purchases',
        headers,
        body: JSON.stringify(sale),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 201)
        throw new CommandFailure(`A purchase was answered with ${answer.statusCode}: ${text}`);
    },
    close: () => pool.close(),
  };
}

async function sendSingles(
  place: TillPlace,
  { count, members, label }: { count: number; members: number; label: string },
): Promise<number> {
  const till = openTill(place);
  const bar = startProgressBar(label);
  const run = runName();
  let next = 0;
  const began = performance.now();
  const caller = async () => {
    for (let index = next++; index < count; index = next++) {
      await till.report(saleOf(index, { members, run }));
      bar.update(index, count);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const speed = perSecond(count, performance.now() - began);
  bar.stop();
  await till.close();
  return speed;
}

/** Milliseconds of each purchase, sent by the clock: one that waits delays none of the next, so its waiting is seen. */
async function sendPaced(
  place: TillPlace,
  { count, members }: { count: number; members: number },
): Promise<number[]> {
  const till = openTill(place);
  const bar = startProgressBar('At 500/s');
  const run = runName();
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  const total = Math.min(count, (PACE_PER_S * PACE_MS) / 1000);
  const began = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * PACE_PER_S));
    for (; sent < due; sent++) {
      const at = began + (sent / PACE_PER_S) * 1000;
      const sale = saleOf(sent, { members, run });
      underWay.push(till.report(sale).then(() => void latencies.push(performance.now() - at)));
    }
    bar.update(sent, total);
    await sleep(1);
  }
  await Promise.all(underWay);
  bar.stop();
  await till.close();
  return latencies;
}

async function measureBulk(
  { url, key }: TillPlace,
  { count, members }: { count: number; members: number },
): Promise<number> {
  const bar = startProgressBar('Bulk');
  const run = runName();
  const sales = (function* () {
    for (let index = 0; index < count; index++) yield saleOf(index, { members, run });
  })();
  const { milliseconds } = await sendBulk(url, { key, sales, onAnswer: (done) => bar.update(done, count) });
  bar.stop();
  return perSecond(count, milliseconds);
}
