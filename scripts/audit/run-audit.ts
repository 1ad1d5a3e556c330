/** An audit from a command line: reads, checks, prints and writes. */
import { BaseError, type Client, createClient, http } from 'viem';
import { getChainId } from 'viem/actions';
import { AuditError } from '../../backend/audit/audit.errors.ts';
import {
  type Audit,
  type AuditProgress,
  auditCoalition,
  summarise,
} from '../../backend/audit/audit-coalition.ts';
import {
  type IssuedBatches,
  noteBatch,
  ReceiptCheck,
  type ReceiptCounts,
} from '../../backend/audit/check-receipts.ts';
import { readReceiptSigners } from '../../backend/audit/receipt-signers.ts';
import { recoverEoaNative } from '../../backend/protocol/secp256k1-native.ts';
import { type ProgressBar, startProgressBar } from '../shared/progress-bar.ts';
import type { AuditArguments } from './arguments.ts';
import { describeAudit } from './print-audit.ts';
import { readReceipts } from './read-receipts.ts';
import { writeAudit } from './write-audit.ts';

const DISAGREES = 1;
const NOT_DONE = 2;
const RPC_TIMEOUT_MS = 60_000;

/** Audits, checks the receipts if there are any, and returns both. Throws AuditError and viem's errors. */
async function audit({
  rpc,
  coalition,
  block,
  from,
  receipts,
}: AuditArguments): Promise<{ audit: Audit; receipts: ReceiptCounts | null }> {
  const client = createClient({ transport: http(rpc, { timeout: RPC_TIMEOUT_MS }) });
  const batches: IssuedBatches = new Map();
  const bars = phaseBars({ blocks: 'Reading events', accounts: 'Comparing accounts' });
  const done = await auditCoalition({
    client,
    coalition,
    ...(block === undefined ? {} : { block }),
    ...(from === undefined ? {} : { from }),
    onEvent: (event) => receipts && noteBatch(batches, event),
    onProgress: bars.update,
  }).finally(bars.stop);
  if (!receipts) return { audit: done, receipts: null };
  const counts = await checkReceipts(done, { client, coalition, batches, file: receipts });
  return { audit: { ...done, result: summarise(done.books, done) }, receipts: counts };
}

/** One bar at a time: a phase's bar ends where the next one's begins. */
function phaseBars(labels: Record<AuditProgress['phase'], string>) {
  let shown: { phase: AuditProgress['phase']; bar: ProgressBar } | null = null;
  return {
    update({ phase, done, total }: AuditProgress) {
      if (shown?.phase !== phase) {
        shown?.bar.stop();
        shown = { phase, bar: startProgressBar(labels[phase]) };
      }
      shown.bar.update(done, total);
    },
    stop: () => shown?.bar.stop(),
  };
}

async function checkReceipts(
  { block, found }: Audit,
  {
    client,
    coalition,
    batches,
    file,
  }: { client: Client; coalition: AuditArguments['coalition']; batches: IssuedBatches; file: string },
): Promise<ReceiptCounts> {
  const network = { chainId: await getChainId(client), coalition };
  const signers = await readReceiptSigners(client, { coalition, to: block.number });
  const check = new ReceiptCheck(
    { network, signers, batches, block: block.number, recover: recoverEoaNative },
    found,
  );
  for await (const { document, line } of readReceipts(file))
    await check.check(document, `${file}, line ${line}`);
  return check.counts;
}

/** One sentence that says why the audit could not be done, and what to do. */
function explain(error: unknown, { rpc }: AuditArguments): string {
  if (error instanceof AuditError) return error.message;
  if (error instanceof BaseError) {
    const [reason] = error.shortMessage.split('\n');
    return `The endpoint ${rpc} did not answer as a JSON-RPC endpoint does (${reason}). Check the URL and that the chain is running, then try again.`;
  }
  return `The audit stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Audits and prints what was found. Returns the exit code: 0 if everything agrees, 1 if not, 2 when it could not be done. */
export async function runAudit(asked: AuditArguments): Promise<number> {
  try {
    const { audit: done, receipts } = await audit(asked);
    if (asked.out) await writeAudit(done, asked.out);
    for (const line of describeAudit(done, receipts)) (asked.json ? console.error : console.log)(line);
    if (asked.json) console.log(JSON.stringify(done.result));
    return done.result.agrees ? 0 : DISAGREES;
  } catch (error) {
    console.error(explain(error, asked));
    return NOT_DONE;
  }
}
