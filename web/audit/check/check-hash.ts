import { type Hex, numberToHex } from 'viem';
import { ACT_EVENTS, type ActLog, actWords, checkAct } from './check-act.ts';
import { checkBatch } from './check-batch.ts';
import { checkReceipt } from './check-receipt.ts';
import { type CheckReport, type Evidence, no, open, skipped, step, yes } from './evidence.ts';
import { checkDepth, findHubEvents, hubEvent, type MinedReceipt, readMinedReceipt } from './hub.ts';

const isAct = (event: ReturnType<typeof hubEvent>): event is ActLog =>
  event !== undefined && (ACT_EVENTS as readonly string[]).includes(event.eventName);

/** Checks 32 bytes: a transaction, a batch's root, or else a receipt, whose document only our server, or the member, can give. */
export async function checkHash(
  { hash, logIndex }: { hash: Hex; logIndex: number | undefined },
  evidence: Evidence,
): Promise<CheckReport> {
  const receipt = await readMinedReceipt(evidence.rpc, hash);
  if (receipt) return checkTransaction({ hash, receipt, logIndex }, evidence);
  const [batch] = await findHubEvents(evidence, { name: 'BatchIssued', topics: [null, null, hash] });
  if (batch) return checkBatch({ partner: batch.args.partner, number: BigInt(batch.args.number) }, evidence);
  return checkReceiptNumber(hash, evidence);
}

async function checkTransaction(
  { hash, receipt, logIndex }: { hash: Hex; receipt: MinedReceipt; logIndex: number | undefined },
  evidence: Evidence,
): Promise<CheckReport> {
  const events = receipt.logs.flatMap((log) => hubEvent(log, evidence.coalition) ?? []);
  const acts = events.filter(isAct);
  const chosen =
    logIndex === undefined
      ? acts.length === 1
        ? acts[0]
        : undefined
      : acts.find(({ log }) => Number(log.logIndex) === logIndex);
  if (chosen && events.length <= acts.length + matchesOf(events))
    return checkAct({ hash, event: chosen, receipt }, evidence);
  if (chosen && logIndex !== undefined) return checkAct({ hash, event: chosen, receipt }, evidence);
  const batches = events.filter((event) => event.eventName === 'BatchIssued');
  const ours = events.length;
  return {
    title: 'Transaction',
    about: [
      ['Transaction', hash],
      ['Events of the coalition', events.map(({ eventName }) => eventName).join(', ') || 'none'],
    ],
    steps: [
      await step('It was carried out', evidence, () =>
        receipt.status === '0x1' ? yes() : no('It failed, and changed nothing.'),
      ),
      await step('It has to do with the coalition', evidence, () =>
        ours > 0 ? yes() : no('The coalition says nothing in it.'),
      ),
      await step('Its block is on the chain', evidence, (noted) => checkDepth(noted, receipt)),
    ],
    also: [
      ...acts.slice(0, LISTED).map((event) => ({
        words: actWords(event, evidence.figures),
        check: `${hash}/${Number(event.log.logIndex)}`,
      })),
      ...batches.slice(0, LISTED).map(({ args }) => ({
        words: `Batch ${args.number} of brand ${args.partner}`,
        check: `${args.partner}/${args.number}`,
      })),
    ],
  };
}

const LISTED = 50;
const matchesOf = (events: readonly { eventName: string }[]) =>
  events.filter(({ eventName }) => eventName === 'DonationMatched').length;

/** A receipt's number says nothing to the chain, so its document is fetched; nothing in it is believed. */
async function checkReceiptNumber(hash: Hex, evidence: Evidence): Promise<CheckReport> {
  const document = await fetchJson(`/v1/receipts/${hash}`);
  if (document !== undefined) {
    const report = await checkReceipt(document, evidence, hash);
    return {
      ...report,
      about: [...report.about, ['Its document', 'came from this site, and was not believed in anything']],
    };
  }
  const what = 'The chain knows it';
  const detail =
    'No transaction and no batch has this number. It may be a receipt’s: then this site has no document of it now; paste the document.';
  return {
    title: 'Unknown number',
    about: [['Number', hash]],
    steps: [
      await step(what, evidence, async ({ rpc, figures }) => {
        await rpc.ask('eth_getTransactionReceipt', [hash]);
        return open(`${detail} Looked for up to block ${numberToHex(figures.block)}.`);
      }),
    ],
    also: [],
  };
}

/** Checks an act by the id that our API gave it: only the transaction's hash is taken from there. */
export async function checkActId(id: string, evidence: Evidence): Promise<CheckReport> {
  const state = (await fetchJson(`/v1/acts/${id}`)) as
    | { transaction?: unknown; act?: Record<string, unknown> }
    | undefined;
  const hash = state?.transaction;
  const title = 'Act';
  if (typeof hash !== 'string' || !/^0x[0-9a-f]{64}$/i.test(hash)) {
    const detail = state
      ? 'It is in no transaction yet, says this site.'
      : 'This site does not know it, or does not answer. Give the transaction instead.';
    return { title, about: [], steps: [skipped('The coalition did it', detail)], also: [] };
  }
  const receipt = await readMinedReceipt(evidence.rpc, hash as Hex);
  if (!receipt) {
    const detail = `The node does not know the transaction ${hash} that this site names.`;
    return { title, about: [], steps: [skipped('The coalition did it', detail)], also: [] };
  }
  const { member, issuer, nonce } = state?.act ?? {};
  const event = receipt.logs
    .flatMap((log) => hubEvent(log, evidence.coalition) ?? [])
    .filter(isAct)
    .find(
      ({ args }) =>
        args.member.toLowerCase() === String(member).toLowerCase() &&
        args.issuer === Number(issuer) &&
        args.nonce === Number(nonce),
    );
  if (event) return checkAct({ hash: hash as Hex, event, receipt }, evidence);
  const detail = `The transaction ${hash} that this site names holds no such act.`;
  return {
    title,
    about: [],
    steps: [{ ...skipped('The coalition did it', detail), result: 'no' }],
    also: [],
  };
}

async function fetchJson(path: string): Promise<unknown> {
  try {
    const response = await fetch(path, { headers: { accept: 'application/json' }, credentials: 'omit' });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
