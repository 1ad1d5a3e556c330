import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import type { Reason } from '../shared/reason.ts';

/** A lane as an operator sees it. Amounts of ether are in wei. */
export interface LaneStatus {
  readonly id: number;
  readonly signer: string;
  readonly nextNonce: bigint;
  readonly reserved: number;
  readonly sent: number;
  /** Seconds since the oldest transaction without a block was signed; null when there is none. */
  readonly oldestSeconds: number | null;
  readonly held: boolean;
  readonly frozen: string | null;
  /** Null while no endpoint answers. */
  readonly gasWei: bigint | null;
}

/** How far everything is, at this moment. */
export interface Status {
  readonly lanes: readonly LaneStatus[];
  readonly queue: { readonly transactions: number; readonly accruals: bigint; readonly acts: number };
  readonly batches: Readonly<Record<string, number>>;
  readonly waiting: readonly {
    readonly partner: number;
    readonly number: bigint;
    readonly points: bigint;
    readonly reason: Reason;
  }[];
  /** Refunds that the chain would refuse now. */
  readonly waitingRefunds: readonly {
    readonly partner: number;
    readonly id: string;
    readonly points: bigint;
    readonly reason: Reason;
  }[];
  readonly indexer: {
    readonly block: bigint | null;
    readonly final: bigint | null;
    /** Blocks behind the chain's head; null while that is unknown. */
    readonly lag: bigint | null;
    readonly alarm: string | null;
  };
  /** What somebody has to look at, each by a stable name first. Empty when all is well. */
  readonly alarms: readonly string[];
}

/** Blocks that the indexer may be behind before that is an alarm, and how long a transaction may be without one. */
const MAX_LAG = 50n;
const STUCK_SECONDS = 120;
/** A signer with less than this, in wei, stops soon. */
const GAS_FLOOR = 10n ** 16n;
/** How many of the refunds that wait are listed. */
const REFUNDS_SHOWN = 100;

type StatusDeps = Pick<Deps, 'pool' | 'chain' | 'network'>;

/** Reads lanes, queues, batches that wait, and the indexer; says what is wrong with them. Works while the chain is away. */
export async function readStatus(deps: StatusDeps): Promise<Status> {
  const [lanes, queue, batches, waiting, waitingRefunds, indexer] = await Promise.all([
    readLanes(deps),
    readQueue(deps),
    readBatches(deps),
    readWaiting(deps),
    readWaitingRefunds(deps),
    readIndexer(deps),
  ]);
  const alarms = [
    ...lanes.flatMap(alarmsOf),
    ...waiting
      .filter(({ reason }) => reason.code === 'BATCH_NUMBER_TAKEN')
      .map(({ partner, number }) => `BATCH_NUMBER_TAKEN: batch ${number} of partner ${partner}`),
    ...(indexer.alarm ? [`INDEXER_STOPPED: ${indexer.alarm}`] : []),
    ...(indexer.lag === null ? ['CHAIN_UNAVAILABLE: no endpoint answers'] : []),
    ...(indexer.lag !== null && indexer.lag > MAX_LAG ? [`INDEXER_BEHIND: ${indexer.lag} blocks`] : []),
  ];
  return { lanes, queue, batches, waiting, waitingRefunds, indexer, alarms };
}

function alarmsOf({ id, frozen, held, oldestSeconds, gasWei, sent, reserved }: LaneStatus): string[] {
  const alarms: string[] = [];
  if (frozen !== null) alarms.push(`LANE_FROZEN: lane ${id}: ${frozen}`);
  if (!held && sent + reserved > 0) alarms.push(`LANE_ABANDONED: no process holds lane ${id}`);
  if (oldestSeconds !== null && oldestSeconds > STUCK_SECONDS)
    alarms.push(`TRANSACTION_STUCK: lane ${id} has one without a block for ${oldestSeconds} s`);
  if (gasWei !== null && gasWei < GAS_FLOOR)
    alarms.push(`GAS_LOW: the signer of lane ${id} has ${gasWei} wei`);
  return alarms;
}

async function readLanes({ pool, chain, network }: StatusDeps): Promise<LaneStatus[]> {
  const { rows } = await pool.query(
    `SELECT l.id, l.signer, l.next_nonce, l.frozen_reason, coalesce(l.lease_until > now(), false) AS held,
       count(t.id) FILTER (WHERE t.status = 'reserved')::int AS reserved, count(t.id) FILTER (WHERE t.status = 'sent')::int AS sent,
       extract(epoch FROM now() - min(t.updated_at) FILTER (WHERE t.status = 'sent'))::int AS oldest
     FROM lanes l LEFT JOIN relay_transactions t ON t.lane_id = l.id AND t.status IN ('reserved', 'sent')
     WHERE l.chain_id = $1 GROUP BY l.id ORDER BY l.id`,
    [network.chainId],
  );
  return Promise.all(
    rows.map(async (row) => {
      const signer = toAddress(row.signer);
      const gasWei = await chain.getBalance({ address: signer }).catch(() => null);
      return {
        id: row.id,
        signer,
        nextNonce: row.next_nonce,
        reserved: row.reserved,
        sent: row.sent,
        oldestSeconds: row.oldest,
        held: row.held,
        frozen: row.frozen_reason,
        gasWei,
      };
    }),
  );
}

async function readQueue({ pool }: StatusDeps): Promise<Status['queue']> {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*)::int FROM relay_transactions WHERE status = 'queued') AS transactions,
       (SELECT count(*) FROM accruals WHERE batch_id IS NULL) AS accruals,
       (SELECT count(*)::int FROM acts WHERE status = 'queued') AS acts`,
  );
  return rows[0];
}

async function readBatches({ pool }: StatusDeps): Promise<Status['batches']> {
  const { rows } = await pool.query<{ status: string; count: number }>(
    `SELECT status, count(*)::int AS count FROM issuance_batches WHERE status <> 'final' GROUP BY status ORDER BY status`,
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

async function readWaiting({ pool }: StatusDeps): Promise<Status['waiting']> {
  const { rows } = await pool.query(
    `SELECT partner_id AS partner, number, points, reason FROM issuance_batches WHERE status = 'waiting' ORDER BY 1, 2`,
  );
  return rows;
}

async function readWaitingRefunds({ pool }: StatusDeps): Promise<Status['waitingRefunds']> {
  const { rows } = await pool.query(
    `SELECT partner_id AS partner, refund_id AS id, points, reason FROM refunds WHERE status = 'waiting' ORDER BY 1, id LIMIT ${REFUNDS_SHOWN}`,
  );
  return rows;
}

async function readIndexer({ pool, chain }: StatusDeps): Promise<Status['indexer']> {
  const { rows } = await pool.query('SELECT number, final, alarm FROM indexer_cursor');
  const head = await chain.getBlockNumber({ cacheTime: 0 }).catch(() => null);
  const at = rows[0];
  const lag = head === null || !at ? null : head > at.number ? head - at.number : 0n;
  return { block: at?.number ?? null, final: at?.final ?? null, lag, alarm: at?.alarm ?? null };
}
