/** Compares what the API promised with what the chain holds, point for point and account for account. */
import { type Address, type Client, createClient, http } from 'viem';
import { getTransactionReceipt } from 'viem/actions';
import { type Audit, auditCoalition } from '../../backend/audit/audit-coalition.ts';
import type { ProgressBar } from '../shared/progress-bar.ts';
import { ChainTally, type DoneAct } from './chain-tally.ts';
import type { PlannedAct } from './members-acts.ts';
import type { Sale } from './send-purchases.ts';

/** What a network may refuse an act for, when the file's customers earned too little or its brands are short: anything else is a lost act. */
const GOOD_REASONS: ReadonlySet<string> = new Set([
  'ACT_WORTHLESS',
  'COALITION_HALTED',
  'COVERAGE_INSUFFICIENT',
  'PARTNER_HALTED',
  'POINTS_INSUFFICIENT',
  'RESERVE_INSUFFICIENT',
]);

/** Points beyond and short of what was promised, summed over accounts; acts likewise; and the audit of the whole coalition. */
export interface Reconciliation {
  /** Purchases whose member has all that it was promised at the brand; those that earned nothing among them. */
  readonly issued: number;
  readonly doubled: bigint;
  readonly lost: bigint;
  readonly actsDone: number;
  readonly actsDoubled: number;
  readonly actsLost: number;
  /** Acts that the network had a good reason to refuse, by the reason's code. */
  readonly refusals: ReadonlyMap<string, number>;
  readonly batches: number;
  readonly gasPerPurchase: number;
  readonly audit: Audit;
}

const RECEIPTS_AT_ONCE = 20;
const RPC_TIMEOUT_MS = 60_000;

/**
 * Reads the chain once, audits it, and compares. Points are counted as they were issued, so what has been spent or has lapsed since
 * is neither lost nor doubled. Throws AuditError and viem's errors.
 */
export async function reconcile(
  sales: readonly Sale[],
  {
    network,
    planned,
    refused,
    bar,
  }: {
    network: { rpcUrl: string; coalition: Address };
    planned: readonly PlannedAct[];
    refused: ReadonlyMap<PlannedAct, string>;
    bar: ProgressBar;
  },
): Promise<Reconciliation> {
  const client = createClient({ transport: http(network.rpcUrl, { timeout: RPC_TIMEOUT_MS }) });
  const members = new Set(sales.map(({ customer }) => customer.account.toLowerCase()));
  const tally = new ChainTally({ members, refs: new Set(planned.map(({ ref }) => ref)) });
  const audit = await auditCoalition({
    client,
    coalition: network.coalition,
    onEvent: (event) => tally.note(event),
    onProgress: ({ phase, done, total }) => bar.update(done, total, phase),
  });
  const earning = sales.filter(({ points }) => points > 0n).length;
  const gas = await gasOf(client, tally);
  return {
    ...comparePoints(sales, tally),
    ...compareActs({ planned, refused }, tally),
    batches: tally.batches,
    gasPerPurchase: earning === 0 ? 0 : Math.round(gas / earning),
    audit,
  };
}

function comparePoints(
  sales: readonly Sale[],
  { issued }: ChainTally,
): Pick<Reconciliation, 'issued' | 'doubled' | 'lost'> {
  const keyOf = ({ customer, till }: Sale) => `${till.partner}/${customer.account.toLowerCase()}`;
  const promised = new Map<string, bigint>();
  for (const sale of sales) promised.set(keyOf(sale), (promised.get(keyOf(sale)) ?? 0n) + sale.points);
  let [doubled, lost] = [0n, 0n];
  const short = new Set<string>();
  for (const key of new Set([...promised.keys(), ...issued.keys()])) {
    const difference = (issued.get(key) ?? 0n) - (promised.get(key) ?? 0n);
    if (difference > 0n) doubled += difference;
    if (difference < 0n) {
      lost -= difference;
      short.add(key);
    }
  }
  return {
    issued: sales.filter((sale) => sale.points === 0n || !short.has(keyOf(sale))).length,
    doubled,
    lost,
  };
}

function compareActs(
  { planned, refused }: { planned: readonly PlannedAct[]; refused: ReadonlyMap<PlannedAct, string> },
  { acts }: ChainTally,
): Pick<Reconciliation, 'actsDone' | 'actsDoubled' | 'actsLost' | 'refusals'> {
  let [actsDone, actsDoubled, actsLost] = [0, 0, 0];
  const refusals = new Map<string, number>();
  for (const plan of planned) {
    const done = (acts.get(plan.ref) ?? []).filter((act) => isDone(plan, act));
    const reason = refused.get(plan) ?? 'NOT_ON_CHAIN';
    if (done.length > 0) actsDone += 1;
    else refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    if (done.length > 1) actsDoubled += done.length - 1;
    if (done.length === 0 && !GOOD_REASONS.has(reason)) actsLost += 1;
  }
  return { actsDone, actsDoubled, actsLost, refusals };
}

const isDone = (plan: PlannedAct, act: DoneAct): boolean =>
  act.member === plan.customer.account.toLowerCase() &&
  act.issuer === plan.till.partner &&
  act.counterparty === plan.counterparty &&
  act.amount === plan.amount;

/** Gas of the issuance of these members' points; a transaction that issued to others as well counts by its share of mints. */
async function gasOf(client: Client, { transactions }: ChainTally): Promise<number> {
  const ours = [...transactions].filter(([, counts]) => counts.ours > 0);
  let gas = 0;
  for (let at = 0; at < ours.length; at += RECEIPTS_AT_ONCE) {
    const chunk = ours.slice(at, at + RECEIPTS_AT_ONCE);
    const receipts = await Promise.all(chunk.map(([hash]) => getTransactionReceipt(client, { hash })));
    receipts.forEach(({ gasUsed }, index) => {
      const counts = chunk[index]?.[1] ?? { ours: 0, all: 1 };
      gas += (Number(gasUsed) * counts.ours) / counts.all;
    });
  }
  return gas;
}
