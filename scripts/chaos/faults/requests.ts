/** What tills and brands do: 17, 18, 22 and 24 of the table. */
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFunctionData, erc20Abi } from 'viem';
import { DemoDollarAbi } from '../../../artifacts/abi.ts';
import { callChain, memberOf } from '../../bench/network.ts';
import { CommandFailure } from '../../shared/failure.ts';
import { type Fault, settle, underLoad } from '../fault.ts';
import type { Program } from '../program.ts';
import { Ledger, report, type Sale, saleOf, sell } from '../sell.ts';
import type { World } from '../world.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const MEGABYTE = 2 ** 20;
const MINT_CAPACITY = 2 ** 48 - 1;
/** What a till may say at most, in cents, and so points. */
const LARGEST_SALE = 10 ** 12;
/** So many of those are worth more than the money of the brand. */
const LARGE_SALES = 11;

/** Brand 1 promises more than its money covers: it waits, brand 2 goes on, and a deposit sets it free. */
const poisonPurchase: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  return underLoad(world, { purchases, programs: [program] }, async ({ reached }, ledger) => {
    await reached(0.2);
    for (let index = 0; index < LARGE_SALES; index++) {
      const sale = saleOf(world, 2_000_000 + 2 * index);
      const large: Sale = {
        ...sale,
        body: { ...sale.body, amount: LARGEST_SALE, member: memberOf(900 + index) },
      };
      await report(world, ledger, { sale: large, programs: [program] });
    }
    await mustWait(world, 'RESERVE_TOO_LOW');
    await reached(0.8);
    await deposit(world, 1, 10n ** 15n);
  });
};

async function mustWait({ pool }: World, code: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const sql = `SELECT FROM issuance_batches WHERE status = 'waiting' AND partner_id = 1 AND reason->>'code' = $1`;
    if ((await pool.query(sql, [code])).rowCount) return;
    await sleep(50);
  }
  throw new CommandFailure(`No batch of brand 1 waits with ${code}.`);
}

async function deposit(
  { rpc, people, deployment, hub }: World,
  partner: number,
  money: bigint,
): Promise<void> {
  const { owner } = people;
  const { coalition, stablecoin } = deployment;
  const mint = encodeFunctionData({ abi: DemoDollarAbi, functionName: 'mint', args: [owner, money] });
  const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [coalition, money] });
  for (const data of [mint, approve]) await callChain(rpc, owner, stablecoin, data);
  await hub(owner, 'deposit', [partner, money]);
}

const haltedBrand: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  const { guardian, governor } = world.people;
  return underLoad(world, { purchases, programs: [program] }, async ({ reached }) => {
    await reached(0.2);
    await world.hub(guardian, 'haltPartner', [1]);
    await mustWait(world, 'PARTNER_HALTED');
    await reached(0.8);
    await world.hub(governor, 'resumePartner', [1]);
  });
};

const allowanceUsedUp: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  const { admin } = world.people;
  return underLoad(world, { purchases, programs: [program] }, async ({ reached }) => {
    await reached(0.2);
    await world.hub(admin, 'setMintAllowance', [1, 8, 3_600]);
    await mustWait(world, 'MINT_ALLOWANCE_EXCEEDED');
    await reached(0.8);
    await world.hub(admin, 'setMintAllowance', [1, MINT_CAPACITY, 1]);
  });
};

async function ask(
  world: World,
  program: Program,
  { partner, body }: Sale,
): Promise<{ status: number; text: string }> {
  const authorization = `Bearer ${world.tills[partner - 1]}`;
  const answer = await fetch(`${program.url}/v1/purchases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

/** A hundred at once to two processes, with other bodies among them, and again a year later: one purchase, one answer. */
const sameId: Fault['run'] = async (world, { purchases }) => {
  const programs = [await world.open({ hasClock: true }), await world.open({ hasClock: true })] as const;
  const ledger = new Ledger();
  const first = new Map<number, string>();
  const ids = Math.max(5, Math.floor(purchases / 20));
  for (let index = 0; index < ids; index++) {
    const sale = saleOf(world, index);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => ask(world, programs[at % 2 ? 1 : 0], sale)),
    );
    const other = await ask(world, programs[0], { ...sale, body: { ...sale.body, amount: 2 } });
    const [one] = answers;
    const same = answers.every(
      ({ status, text }) => (status === 200 || status === 201) && text === one?.text,
    );
    if (!same || !one) throw new CommandFailure(`Purchase ${index} had different answers.`);
    if (other.status !== 409)
      throw new CommandFailure(`Another body under the id was answered ${other.status}.`);
    first.set(index, one.text);
    ledger.asked += 1;
    ledger.promise(sale.partner, sale.body.member, 1);
  }
  for (const program of programs) program.setClock(YEAR_MS);
  await sleep(100);
  for (const [index, text] of first)
    if ((await ask(world, programs[index % 2 ? 1 : 0], saleOf(world, index))).text !== text)
      throw new CommandFailure(`Purchase ${index} had another answer a year later.`);
  for (const program of programs) program.setClock(0);
  return settle(world, ledger);
};

/** Many more tills than the queue has room for: 429, bounded memory, and afterwards an ordinary load as if nothing had been. */
const overload: Fault['run'] = async (world, { purchases, isLong }) => {
  const program = await world.open({ env: { PURCHASE_QUEUE_LIMIT: '64' } });
  const ledger = new Ledger();
  const seconds = isLong ? 600 : 10;
  await sell(world, ledger, { count: 50, programs: [program] });
  const before = await program.memory();
  const until = performance.now() + 1_000 * seconds;
  let from = 1_000;
  let peak = before;
  while (performance.now() < until) {
    await sell(world, ledger, { count: 1_000, from, programs: [program], tills: 400 });
    peak = Math.max(peak, await program.memory());
    from += 1_000;
  }
  console.error(
    `  ${ledger.turnedAway} answers of 429; memory ${Math.round(before / MEGABYTE)} MB, at most ${Math.round(peak / MEGABYTE)} MB`,
  );
  if (ledger.turnedAway === 0) throw new CommandFailure('Nobody was turned away: the load was no overload.');
  if (peak > before + 512 * MEGABYTE) throw new CommandFailure('Memory grows without bound.');
  await sell(world, ledger, { count: purchases, from, programs: [program], perSecond: 80 });
  return settle(world, ledger);
};

/** Hours are left to whoever has them: what must not grow is compared between a fifth of the time and its end. */
const soak: Fault['run'] = async (world, { isLong }) => {
  const program = await world.open({ env: { REORG_LIMIT: '64' } });
  const ledger = new Ledger();
  const seconds = isLong ? 600 : 20;
  const perSecond = 50;
  const share = Math.round((seconds * perSecond) / 5);
  await sell(world, ledger, { count: share, programs: [program], perSecond });
  const [memory, early] = [await program.memory(), await bounded(world)];
  await sell(world, ledger, { count: 4 * share, from: share, programs: [program], perSecond });
  const [later, late] = [await program.memory(), await bounded(world)];
  const megabytes = [memory, later].map((bytes) => Math.round(bytes / MEGABYTE));
  console.error(
    `  memory ${megabytes.join(' → ')} MB, rows ${JSON.stringify(early)} → ${JSON.stringify(late)}`,
  );
  if (later > 1.5 * memory + 64 * MEGABYTE) throw new CommandFailure('Memory grows.');
  if (late.blocks > 64 * 2 + 50 || late.open > 2_000)
    throw new CommandFailure('A table grows without bound.');
  return settle(world, ledger);
};

/** Rows of what must stay small: headers that a reorg may reach, and accruals without a batch. */
async function bounded({ pool }: World): Promise<{ blocks: number; open: number }> {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*)::int FROM blocks) AS blocks, (SELECT count(*)::int FROM accruals WHERE batch_id IS NULL) AS open`,
  );
  return rows[0];
}

export const REQUEST_FAULTS: readonly Fault[] = [
  {
    name: 'poison-purchase',
    of: 17,
    what: 'a brand promises more than its money covers, and deposits later',
    run: poisonPurchase,
  },
  { name: 'halted-brand', of: 17, what: 'a brand is halted and resumed', run: haltedBrand },
  {
    name: 'allowance-used-up',
    of: 17,
    what: 'a brand’s mint allowance is nearly nothing, and is raised again',
    run: allowanceUsedUp,
  },
  {
    name: 'same-id',
    of: 18,
    what: 'each id a hundred times at once at two processes, with another body, and a year later',
    run: sameId,
  },
  {
    name: 'overload',
    of: 22,
    what: 'four hundred tills at a queue of 64 for ten seconds (long: ten minutes)',
    run: overload,
  },
  {
    name: 'soak',
    of: 24,
    what: 'a steady load for twenty seconds (long: ten minutes), memory and tables bounded',
    run: soak,
  },
];
