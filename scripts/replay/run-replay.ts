/** A replay from a command line, phase by phase. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from 'viem';
import { z } from 'zod';
import { AuditError } from '../../backend/audit/audit.errors.ts';
import { CommandFailure } from '../shared/failure.ts';
import { startProgressBar } from '../shared/progress-bar.ts';
import { Api, operation } from './api.ts';
import type { ReplayArguments } from './arguments.ts';
import { customersOf } from './customers.ts';
import { performActs, planActs } from './members-acts.ts';
import { type PurchaseFile, readPurchaseFile } from './purchase-file.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import { awaitFinality, type Sale, sendPurchases } from './send-purchases.ts';
import { describeRun, isSound, type ReplayRun, summaryJson } from './summary.ts';
import { openTills, type Till } from './till-keys.ts';

const UNSOUND = 1;
const NOT_DONE = 2;
const SETTLE_ATTEMPTS = 5;
const SETTLE_PAUSE_MS = 3_000;

const networkAnswer = z.object({
  chainId: z.int(),
  coalition: z.string().transform((address) => address as Address),
  rpcUrl: z.url(),
});
const charitiesAnswer = z.object({ charities: z.array(z.object({ id: z.int() })) });

/** Gives each purchase its customer's account and its brand's till: the file's own, or the one that the customer's dice choose. */
function assignSales(
  { namespace, purchases }: PurchaseFile,
  { tills, seed }: { tills: readonly Till[]; seed: string },
): Sale[] {
  const customerOf = customersOf({ seed, namespace });
  return purchases.map((purchase) => {
    const customer = customerOf(purchase.customer);
    const fitting = tills.filter(({ currency }) => currency === purchase.currency);
    const till =
      purchase.partner === null
        ? fitting[customer.dice % fitting.length]
        : tills.find(({ slug, partner }) => slug === purchase.partner || `${partner}` === purchase.partner);
    if (till) return { purchase, customer, till, points: 0n };
    throw new CommandFailure(
      purchase.partner === null
        ? `No till earns in ${purchase.currency} (purchase ${purchase.id}). Name a partner for it in a CSV file.`
        : `There is no till key of "${purchase.partner}" (purchase ${purchase.id}). The keys are of ${tills.map(({ slug }) => slug).join(', ')}.`,
    );
  });
}

/** Runs one phase with a bar of its own, which ends with it. */
async function phase<T>(
  label: string,
  work: (bar: ReturnType<typeof startProgressBar>) => Promise<T>,
): Promise<T> {
  const bar = startProgressBar(label);
  return work(bar).finally(() => bar.stop());
}

async function replay({ file, url, keys, seed }: ReplayArguments): Promise<ReplayRun> {
  const purchases = await readPurchaseFile(file);
  const api = new Api(url);
  try {
    const network = await api.must(operation('readNetwork', {}), networkAnswer);
    const tills = await openTills(api, keys);
    const sales = assignSales(purchases, { tills, seed });
    const began = performance.now();
    const perS = () => Math.round((sales.length / (performance.now() - began)) * 1000);
    await phase('Purchases', (bar) => sendPurchases(api, sales, bar));
    const acceptedPerS = perS();
    await phase('Issued', (bar) => awaitFinality(api, sales, bar));
    const speed = { acceptedPerS, perS: perS() };
    const { charities } = await api.must(operation('listCharities', {}), charitiesAnswer);
    const planned = planActs(sales, { tills, charities: charities.map(({ id }) => id) });
    const acts = await phase('Acts', (bar) => performActs(api, { planned, network, bar }));
    const found = { network, planned, refused: acts.refused };
    const reconciliation = await phase('Audit', (bar) => settle(sales, { ...found, bar }));
    return {
      purchases: sales.length,
      points: sales.reduce((sum, { points }) => sum + points, 0n),
      ...speed,
      retries: api.retries,
      actsPlanned: planned.length,
      actsSubmitted: acts.submitted,
      reconciliation,
    };
  } finally {
    await api.close();
  }
}

/** Reconciles; what is short yet may be on its way, so it is given some time. */
async function settle(...found: Parameters<typeof reconcile>): Promise<Reconciliation> {
  for (let attempt = 1; ; attempt++) {
    const result = await reconcile(...found);
    if ((result.lost === 0n && result.actsLost === 0) || attempt === SETTLE_ATTEMPTS) return result;
    await sleep(SETTLE_PAUSE_MS);
  }
}

function explain(error: unknown): string {
  if (error instanceof CommandFailure || error instanceof AuditError) return error.message;
  return `The replay stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Replays a file and prints what was found. Returns the exit code: 0 if all is sound, 1 if not, 2 when it could not be done. */
export async function runReplay(asked: ReplayArguments): Promise<number> {
  try {
    const run = await replay(asked);
    for (const line of describeRun(run)) (asked.json ? console.error : console.log)(line);
    if (asked.json) console.log(JSON.stringify(summaryJson(run)));
    return isSound(run) ? 0 : UNSOUND;
  } catch (error) {
    console.error(explain(error));
    return NOT_DONE;
  }
}
