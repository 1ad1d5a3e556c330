/** Acts that are sent wrongly and raced, receivers of webhooks that misbehave, and a restored backup: 19 to 21 of the table. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { type Address, type Hex, keccak256, toHex } from 'viem';
import { encodeExecute } from '../../../backend/acts/encode-acts.ts';
import { openChain } from '../../../backend/chain/open-chain.ts';
import { openDatabase } from '../../../backend/database/database.ts';
import { resolveTaken } from '../../../backend/issuance/resolve-taken.ts';
import { type Act, actDigest } from '../../../backend/protocol/acts.ts';
import { eoaOf, signDigest } from '../../../backend/protocol/secp256k1-native.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import { systemClock } from '../../../backend/shared/clock.ts';
import { SECP256K1_ORDER, withHighS } from '../../../test/helpers/members.ts';
import { idsOf, openReceiver } from '../../../test/helpers/receiver.ts';
import { CommandFailure } from '../../shared/failure.ts';
import { type Fault, type Outcome, settle, underLoad } from '../fault.ts';
import type { Program } from '../program.ts';
import { Ledger, report, saleOf, sell } from '../sell.ts';
import { awaitDrained, compare, mustAgree } from '../settle.ts';
import { BRANDS, type World } from '../world.ts';

const EARNED = 100;
const SPENT = 10n;
const ACTS = 20;
/** One in so many acts is also sent by an account of its own; there are so many of those. */
const RACED_OF = 4;
const RACERS = 5;

interface Key {
  readonly key: Buffer;
  readonly account: Address;
}

function memberKey(world: World, index: number): Key {
  const key = fromHex(keccak256(toHex(`${world.run} ${index}`)));
  const account = eoaOf(key);
  if (!account) throw new CommandFailure('A key is none.');
  return { key, account };
}

function redemption(
  world: World,
  { key, account }: Key,
  { nonce = 0, deadlineIn = 1_800, chainId = 0 } = {},
) {
  const act: Act = {
    kind: 'redemption',
    member: account,
    issuer: 1,
    counterparty: 2,
    amount: SPENT,
    minimum: 0n,
    ref: keccak256(toHex(`${account} ${nonce}`)),
    nonce,
    deadline: Math.floor(Date.now() / 1000) + deadlineIn,
  };
  const place = { chainId: chainId || world.deployment.chainId, coalition: world.deployment.coalition };
  return { act, signature: signDigest(key, actDigest(act, place)) };
}

async function submit(program: Program, asked: { act: Act; signature: Hex }): Promise<number> {
  const body = JSON.stringify(asked, (_key, value) => (typeof value === 'bigint' ? value.toString() : value));
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${program.url}/v1/acts`, { method: 'POST', headers, body });
  await answer.text();
  return answer.status;
}

/** Every act five times at once, beside forms of it that must be refused, and one in four raced by the member's own transaction. */
const wrongActs: Fault['run'] = async (world, { isLong }) => {
  const programs = [await world.open(), await world.open()] as const;
  const ledger = new Ledger();
  const count = isLong ? 10 * ACTS : ACTS;
  const keys = Array.from({ length: count }, (_, index) => memberKey(world, index));
  // A transaction each, so that none waits for another one's nonce.
  const racers = (await world.rpc<Address[]>('eth_accounts')).slice(-RACERS);
  for (const [index, { account }] of keys.entries()) {
    const sale = saleOf(world, 2 * index);
    const earning = { ...sale, body: { ...sale.body, member: account, amount: EARNED } };
    await report(world, ledger, { sale: earning, programs });
  }
  await awaitDrained(world);
  let taken = 0;
  await Promise.all(
    keys.map(async (key, index) => {
      const good = redemption(world, key);
      const malleable = withHighS(good.signature, { offset: 32, order: SECP256K1_ORDER });
      // Before the act is known: afterwards any signature of it gets the first answer, and does nothing.
      await mustRefuse(programs[1], { act: good.act, signature: malleable });
      const bad = [
        redemption(world, key, { chainId: 1 }),
        redemption(world, key, { nonce: 1, deadlineIn: -5 }),
        { act: { ...good.act, amount: 2n * SPENT }, signature: good.signature },
      ];
      const sent = Array.from({ length: 5 }, (_, at) => submit(programs[at % 2 ? 1 : 0], good));
      const racer = index % RACED_OF === 0 ? racers[index / RACED_OF] : undefined;
      const [answers] = await Promise.all([Promise.all(sent), racer && executeDirectly(world, racer, good)]);
      // Whoever was first: it is done once, and no more.
      if (racer || answers.some((status) => status === 202)) {
        ledger.promise(1, key.account, -Number(SPENT));
        taken += 1;
      }
      for (const wrong of bad) await mustRefuse(programs[0], wrong);
      if ((await submit(programs[1], good)) >= 500) throw new CommandFailure('A repeat was answered 5xx.');
    }),
  );
  if (taken < count) throw new CommandFailure(`Of ${count} acts ${taken} were taken.`);
  return settle(world, ledger);
};

async function mustRefuse(program: Program, asked: { act: Act; signature: Hex }): Promise<void> {
  const status = await submit(program, asked);
  if (status < 400 || status >= 500) throw new CommandFailure(`A wrong act was answered ${status}.`);
}

/** As anybody may: the signed act in a transaction of their own. One that comes second is refused by the chain. */
async function executeDirectly(
  { rpc, deployment }: World,
  from: Address,
  { act, signature }: { act: Act; signature: Hex },
): Promise<void> {
  const call = { from, to: deployment.coalition, data: encodeExecute(act, signature), gas: '0x7a120' };
  await rpc('eth_sendTransaction', call);
}

/** Receivers that hang, fail, redirect to this machine and close connections, until they are well again. */
const badReceiver: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  const [receiver, forbidden] = [await openReceiver(), await openReceiver()];
  receiver.answer = async (request, response) => {
    const luck = world.random();
    if (luck < 0.2) return request.socket.destroy();
    if (luck < 0.4) return response.writeHead(500).end();
    if (luck < 0.5) return response.writeHead(302, { location: forbidden.url }).end();
    if (luck < 0.55) await sleep(1_500);
    return response.destroyed || response.writeHead(204).end();
  };
  try {
    await subscribe(world, program, receiver.url);
    const outcome = await underLoad(world, { purchases, programs: [program] }, ({ done }) => done);
    receiver.answer = (_request, response) => response.writeHead(204).end();
    const mendedAt = performance.now();
    const told = () => new Set(receiver.received.map(({ body }) => body.data.purchase));
    const own = Math.ceil(purchases / BRANDS);
    while (told().size < own && performance.now() - mendedAt < 60_000) await sleep(50);
    if (forbidden.received.length > 0) throw new CommandFailure('A redirect was followed.');
    const ids = new Set(idsOf(receiver)).size;
    return {
      asked: own,
      issued: told().size,
      doubled: outcome.doubled + Math.max(0, ids - told().size),
      lost: outcome.lost + own - told().size,
      recoveredSeconds: Math.round((performance.now() - mendedAt) / 100) / 10,
    };
  } finally {
    await receiver.stop();
    await forbidden.stop();
  }
};

async function subscribe({ tills }: World, program: Program, url: string): Promise<void> {
  const answer = await fetch(`${program.url}/v1/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tills[0]}` },
    body: JSON.stringify({ url, types: ['purchase.issued'] }),
  });
  if (!answer.ok) throw new CommandFailure(`The webhook was refused: ${await answer.text()}`);
}

/** A backup of half the sales is brought back when the chain has all of them; the tills send again what they sold since. */
const restoredBackup: Fault['run'] = async (world, { purchases }) => {
  const half = Math.floor(purchases / 2);
  const program = await world.open();
  const ledger = new Ledger();
  await sell(world, ledger, { count: half, programs: [program], perSecond: 80 });
  await awaitDrained(world);
  await program.signal('SIGKILL');
  const copyUrl = await copyDatabase(world);
  await program.start();
  await sell(world, ledger, { count: purchases - half, from: half, programs: [program], perSecond: 80 });
  await awaitDrained(world);
  await program.signal('SIGKILL');
  const restored = await world.open({ databaseUrl: copyUrl });
  const pool = new Pool({ connectionString: copyUrl, max: 2 });
  try {
    // The tills' own journals: what was promised is promised already.
    await sell(world, new Ledger(), {
      count: purchases - half,
      from: half,
      programs: [restored],
      perSecond: 80,
    });
    const mendedAt = performance.now();
    await resolveHeld(world, { copyUrl, pool });
    await awaitDrained({ pool });
    const recoveredSeconds = Math.round((performance.now() - mendedAt) / 100) / 10;
    const comparison = await compare(world, ledger);
    await mustAgree(world, copyUrl);
    return { asked: ledger.points(), ...comparison, recoveredSeconds } satisfies Omit<Outcome, 'fault'>;
  } finally {
    await pool.end();
  }
};

/** A copy is a backup. The server makes one only of a database that nobody is connected to. */
async function copyDatabase({ server, databaseUrl }: World): Promise<string> {
  const name = databaseUrl.slice(databaseUrl.lastIndexOf('/') + 1);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await client.end();
  return server.createDatabase(`${name}_${randomBytes(2).toString('hex')}`, name);
}

/** What an operator does after the alarm BATCH_NUMBER_TAKEN: `resolve-batches --apply`, until no batch is held any more. */
async function resolveHeld(
  { deployment, chainUrl }: World,
  { copyUrl, pool }: { copyUrl: string; pool: Pool },
) {
  const { chainId, coalition } = deployment;
  const database = openDatabase({ url: copyUrl, maxConnections: 2, onError: () => {} });
  const { chain } = openChain({ rpcUrls: [chainUrl], chainId });
  const deps = { pool: database.pool, chain, clock: systemClock, network: { chainId, coalition } };
  const held = `SELECT DISTINCT partner_id AS partner FROM issuance_batches WHERE status = 'waiting' AND reason->>'code' = 'BATCH_NUMBER_TAKEN'`;
  const open = `SELECT (SELECT count(*) FROM accruals WHERE batch_id IS NULL) + (SELECT count(*) FROM issuance_batches WHERE status NOT IN ('final', 'waiting')) AS count`;
  try {
    for (let quiet = 0, tries = 0; quiet < 10 && tries < 600; tries++) {
      await sleep(200);
      const { rows } = await pool.query<{ partner: number }>(held);
      for (const { partner } of rows)
        await resolveTaken(deps, { partner, apply: true, unclear: 'ask', actor: 'chaos' }).catch(() => {});
      quiet = rows.length === 0 && Number((await pool.query(open)).rows[0].count) === 0 ? quiet + 1 : 0;
    }
  } finally {
    await database.close();
  }
}

export const MEMBER_FAULTS: readonly Fault[] = [
  {
    name: 'wrong-acts',
    of: 19,
    what: 'acts replayed, expired, signed for another chain, malleable, altered, and raced by the member',
    run: wrongActs,
  },
  {
    name: 'bad-receiver',
    of: 20,
    what: 'a receiver of webhooks hangs, fails, cuts and redirects to this machine; asked are deliveries',
    run: badReceiver,
  },
  {
    name: 'restored-backup',
    of: 21,
    what: 'an older database against the newer chain; tills send again, an operator resolves what is held',
    run: restoredBackup,
  },
];
