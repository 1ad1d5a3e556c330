import { createHash, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { type Queryable, transact } from '../../backend/database/transact.ts';
import { encodeWord } from '../../backend/protocol/account-word.ts';
import { epochAt } from '../../backend/protocol/epochs.ts';
import { encodeValues } from '../../backend/protocol/values-word.ts';
import { CommandFailure } from '../shared/failure.ts';
import { startProgressBar } from '../shared/progress-bar.ts';
import { type BenchNetwork, percentile, tell, withBenchNetwork } from './network.ts';

/** What `bench -- read --json` prints. Times are milliseconds at the full size; `growth` has a step for each part of it. */
export interface ReadResult {
  readonly members: number;
  readonly purchases: number;
  readonly p95Ms: Readonly<Record<string, number>>;
  readonly growth: readonly {
    readonly purchases: number;
    readonly p95Ms: Readonly<Record<string, number>>;
    readonly tablesMb: number;
    /** Seconds that loading up to here took since the step before. */
    readonly loadSeconds: number;
    /** Resident memory of the program after the requests; null where it can't be read. */
    readonly programMb: number | null;
  }[];
}

/** What the database may grow to; a run that would pass it ends instead of filling the disk. */
const TABLES_LIMIT_MB = 20_000;
/** The parts of the full size at which everything is asked. */
const STEPS = [0.1, 0.3, 1];
const CHUNK = 200_000;
const BATCH = 500;
const REQUESTS = 300;
const CALLERS = 4;
/** The session of asked member `n`, in the shape of a real one. */
const tokenOf = (n: number) => `tss_${createHash('sha256').update(`session ${n}`).digest('base64url')}`;
/** Members that are asked for: enough that the cache of no process has them all. */
const ASKED = 200;

const sql = {
  account: (n: string) => `decode(lpad(to_hex(${n}), 40, '0'), 'hex')`,
  hash: (text: string) => `sha256(convert_to(${text}, 'UTF8'))`,
};

/** Loads members with purchases, receipts, accruals and words, in three steps, and asks what wallets and tills ask at each. */
export function benchRead({
  members,
  purchases,
}: {
  members: number;
  purchases: number;
}): Promise<ReadResult> {
  return withBenchNetwork({ brands: 1, withChain: false }, async (network) => {
    await loadParties(network, members);
    const program = await network.startProgram(['api']);
    const growth: ReadResult['growth'][number][] = [];
    let loaded = 0;
    for (const step of STEPS) {
      const target = Math.max(1, Math.floor(purchases * step));
      const [last] = growth.slice(-1);
      if (last && (last.tablesMb * target) / last.purchases > TABLES_LIMIT_MB)
        throw new CommandFailure(
          `${target} purchases would take more than ${TABLES_LIMIT_MB} MB: ${last.purchases} take ${last.tablesMb}. Ask for fewer.`,
        );
      const began = performance.now();
      await loadPurchases(network, { from: loaded, to: target, members });
      const loadSeconds = Math.round((performance.now() - began) / 1000);
      loaded = target;
      const p95Ms = await ask(program.url, network, { members, purchases: target });
      const { rows } = await network.database.pool.query(
        'SELECT pg_database_size(current_database())::text AS bytes',
      );
      const tablesMb = Math.round(Number(rows[0].bytes) / 2 ** 20);
      const programMb = residentMb(program.pid);
      growth.push({ purchases: target, p95Ms, tablesMb, loadSeconds, programMb });
      console.error(`At ${target}: ${JSON.stringify(growth.at(-1))}`);
    }
    tell(await network.conditions());
    return { members, purchases, p95Ms: growth.at(-1)?.p95Ms ?? {}, growth };
  });
}

async function loadParties({ database: { pool } }: BenchNetwork, members: number): Promise<void> {
  const bar = startProgressBar('Members');
  const epoch = epochAt(BigInt(Math.floor(Date.now() / 1000)), 1);
  const values = encodeValues({ values: [100n, 100n, 100n, 100n, 100n], epoch });
  await pool.query(
    `INSERT INTO partners (id, name, symbol, token, admin, quarters_per_epoch, validity, transferable, coverage_bps, values_word)
     VALUES (1, 'Brand 1', 'B1', ${sql.account('1')}, ${sql.account('2')}, 1, 4, false, 10000, $1)`,
    [values.toString()],
  );
  const word = encodeWord({
    buckets: [0n, 0n, 0n, 1_000n],
    epoch,
    nextNonce: 0,
    window: 0n,
  } as never).toString();
  for (let from = 0; from < members; from += CHUNK) {
    const to = Math.min(members, from + CHUNK);
    await pool.query(
      `INSERT INTO members (account, code, kind) SELECT ${sql.account('n')}, lpad(n::text, 8, '0'), 'eoa' FROM generate_series($1::int, $2::int) n`,
      [from + 1, to],
    );
    await pool.query(
      `INSERT INTO token_accounts (partner_id, account, word) SELECT 1, ${sql.account('n')}, $3 FROM generate_series($1::int, $2::int) n`,
      [from + 1, to, word],
    );
    bar.update(to, members);
  }
  for (let n = 1; n <= ASKED; n++)
    await pool
      .query(
        `INSERT INTO sessions (token_hash, account, origin, issued_at, expires_at)
       SELECT $1, account, 'bench', 1, now() + interval '1 day' FROM members WHERE account = ${sql.account('$2::int')}`,
        [createHash('sha256').update(tokenOf(n)).digest(), Math.min(n, members)],
      )
      .catch(() => {}); // Fewer members than are asked for: the one that is there has its session.
  bar.stop();
}

/** Purchases number `from` + 1 to `to`, each with what recording and issuing leave behind, in batches of five hundred that are final. */
async function loadPurchases(
  { database: { pool } }: BenchNetwork,
  { from, to, members }: { from: number; to: number; members: number },
): Promise<void> {
  const bar = startProgressBar('Purchases');
  for (let at = from; at < to; at += CHUNK) {
    const range = [at + 1, Math.min(to, at + CHUNK)];
    const account = sql.account(`1 + n % ${members}`);
    const statements = [
      `INSERT INTO issuance_batches (id, partner_id, number, status, receipts_root, members, points, mined_block, mined_hash, resolved_at)
       SELECT n, 1, n, 'final', ${sql.hash(`'root' || n`)}, ${BATCH}, ${BATCH}, n, ${sql.hash(`'tx' || n`)}, now()
       FROM generate_series(1 + $1::bigint / ${BATCH}, 1 + $2::bigint / ${BATCH}) n ON CONFLICT DO NOTHING`,
      `INSERT INTO receipt_groups (id, chain_id, coalition, root, size, signed_at, signature, signer)
       SELECT n, 31337, ${sql.account('1')}, ${sql.hash(`'group' || n`)}, ${BATCH}, 1, ${sql.hash(`'sig' || n`)}, ${sql.account('1')}
       FROM generate_series(1 + $1::bigint / ${BATCH}, 1 + $2::bigint / ${BATCH}) n ON CONFLICT DO NOTHING`,
      `INSERT INTO purchases (id, partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, received_at, points)
       SELECT n, 1, 'sale-' || n, ${sql.hash(`'body' || n`)}, ${account}, 100, 'USD', timestamptz '2026-01-01' + n * interval '1 second',
         now(), 100 FROM generate_series($1::bigint, $2::bigint) n`,
      `INSERT INTO receipts (receipt_id, purchase_id, group_id, salt, proof)
       SELECT ${sql.hash(`'receipt' || n`)}, n, 1 + n / ${BATCH}, decode(md5(n::text), 'hex'), decode(repeat(md5(n::text), 18), 'hex')
       FROM generate_series($1::bigint, $2::bigint) n`,
      `INSERT INTO accruals (id, purchase_id, partner_id, account, points, receipt_id, leaf, batch_id, leaf_index)
       SELECT n, n, 1, ${account}, 100, ${sql.hash(`'receipt' || n`)}, ${sql.hash(`'leaf' || n`)}, 1 + n / ${BATCH}, n % ${BATCH}
       FROM generate_series($1::bigint, $2::bigint) n`,
    ];
    await loadInBulk(pool, async (tx) => {
      for (const statement of statements) await tx.query(statement, range);
    });
    bar.update((range[1] ?? 0) - from, to - from);
  }
  await pool.query('ANALYZE');
  bar.stop();
}

/** Without triggers and without waiting for the disk: what is loaded fits together by itself, and checking every key would take as long again. */
const loadInBulk = (pool: BenchNetwork['database']['pool'], load: (tx: Queryable) => Promise<void>) =>
  transact(pool, async (tx) => {
    await tx.query(`SET LOCAL session_replication_role = replica`);
    await tx.query(`SET LOCAL synchronous_commit = off`);
    await load(tx);
  });

async function ask(
  url: string,
  { tills }: BenchNetwork,
  { members, purchases }: { members: number; purchases: number },
): Promise<Record<string, number>> {
  const key = `Bearer ${tills[0]}`;
  const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
  const asked = Math.min(ASKED, members);
  const sale = () => 1 + randomInt(purchases);
  const routes: Record<string, () => [path: string, authorization?: string]> = {
    'GET /v1/members/:code': () => [`/v1/members/${String(1 + randomInt(members)).padStart(8, '0')}`, key],
    'GET /v1/members/:account/balances': () => [`/v1/members/${address(1 + randomInt(members))}/balances`],
    'GET /v1/members/:account/history': () => {
      const n = 1 + randomInt(asked);
      return [`/v1/members/${address(n)}/history`, `Bearer ${tokenOf(n)}`];
    },
    'GET /v1/purchases/:id': () => [`/v1/purchases/sale-${sale()}`, key],
    'GET /v1/receipts/:receiptId': () => [
      `/v1/receipts/0x${createHash('sha256').update(`receipt${sale()}`).digest('hex')}`,
    ],
    'GET /v1/partners': () => ['/v1/partners'],
  };
  const pool = new Pool(url, { connections: CALLERS });
  const p95Ms: Record<string, number> = {};
  const bar = startProgressBar('Asked');
  for (const [index, [route, make]] of Object.entries(routes).entries()) {
    const times: number[] = [];
    const caller = async () => {
      for (let request = 0; request < REQUESTS / CALLERS; request++) {
        const [path, authorization] = make();
        const began = performance.now();
        const answer = await pool.request({
          method: 'GET',
          path,
          headers: authorization ? { authorization } : {},
        });
        const text = await answer.body.text();
        times.push(performance.now() - began);
        if (answer.statusCode !== 200)
          throw new CommandFailure(`${path} was answered with ${answer.statusCode}: ${text}`);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    p95Ms[route] = percentile(times, 0.95);
    bar.update(index + 1, Object.keys(routes).length);
  }
  bar.stop();
  await pool.close();
  return p95Ms;
}

function residentMb(pid: number): number | null {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return line ? Math.round(Number(line) / 1024) : null;
  } catch {
    return null;
  }
}
