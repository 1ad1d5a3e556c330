/** Processes that die, freeze, and whose clocks are wrong: 8 to 10, 12 of the table. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from '../../shared/failure.ts';
import { type Fault, type Load, settle, underLoad } from '../fault.ts';
import type { Program } from '../program.ts';
import { Ledger, sell } from '../sell.ts';
import type { World } from '../world.ts';

/** A dead holder's lane is free after three seconds; this is past it. */
const PAST_LEASE_MS = 5_000;
/** Within which another process has to hold a dead one's lane. */
const TAKEOVER_MS = 10_000;
const HOUR_MS = 3_600_000;

/** Where a process can die: before a question leaves it, or after it was answered and before it heard. */
interface Place {
  readonly what: string;
  readonly moment: 'before' | 'after';
}

/** A statement by its beginning: enough to tell all those of the relay apart. */
const nameOf = (statement: string) => statement.replaceAll(/\s+/g, ' ').trim().slice(0, 48);

/** Every question that a relay asks while it works, by watching one. */
async function watchQuestions(relay: Program): Promise<string[]> {
  const seen = new Set<string>();
  relay.postgres.rule = (statement) => void seen.add(`sql ${nameOf(statement)}`);
  relay.rpc.rule = ({ method }) => void seen.add(`rpc ${method}`);
  await sleep(WATCH_MS);
  relay.postgres.rule = undefined;
  relay.rpc.rule = undefined;
  return [...seen].sort();
}

/** The process dies at the first such question from now on. Resolves when it is dead, or when there was none in time. */
async function killAt(relay: Program, { what, moment }: Place): Promise<boolean> {
  let isDead = false;
  const die = async () => {
    if (isDead) return;
    isDead = true;
    await relay.signal('SIGKILL');
  };
  const fault =
    moment === 'before' ? { before: die, delivered: false, cut: true } : { after: die, cut: true };
  relay.postgres.rule = (statement) => (what === `sql ${nameOf(statement)}` ? fault : undefined);
  relay.rpc.rule = ({ method }) => (what === `rpc ${method}` ? fault : undefined);
  const deadline = performance.now() + NEVER_ASKED_MS;
  while (!isDead && performance.now() < deadline) await sleep(10);
  relay.postgres.rule = undefined;
  relay.rpc.rule = undefined;
  return isDead;
}

function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const keyed = list.map((item) => [random(), item] as const);
  return keyed.sort(([a], [b]) => a - b).map(([, item]) => item);
}

/** Deaths that matter most come first, so that a short run has them. */
const FIRST: readonly Place[] = [
  { what: 'rpc eth_sendRawTransaction', moment: 'before' },
  { what: 'rpc eth_sendRawTransaction', moment: 'after' },
  { what: 'sql COMMIT', moment: 'after' },
];
/** A short run dies once for so many purchases that it was to have. */
const PURCHASES_A_DEATH = 25;
const WATCH_MS = 2_500;
/** A question that it doesn't ask within this time is left out: it belongs to something else than sales. */
const NEVER_ASKED_MS = 8_000;
/** Sold anew before each death, so that there is always something to be sent. */
const SALES_A_DEATH = 6;

function placesOf(questions: readonly string[], random: () => number): Place[] {
  const all = questions.flatMap((what): Place[] => [
    { what, moment: 'before' },
    { what, moment: 'after' },
  ]);
  const rest = all.filter((a) => !FIRST.some((b) => a.what === b.what && a.moment === b.moment));
  return [...FIRST, ...shuffle(rest, random)];
}

const killAtEveryAwait: Fault['run'] = async (world, { purchases, isLong }) => {
  const front = await world.open({ roles: ['api', 'issuer', 'indexer'] });
  const relay = await world.open({ roles: ['relay'] });
  const ledger = new Ledger();
  let from = 0;
  const sellSome = (count: number) => {
    from += count;
    return sell(world, ledger, { count, from: from - count, programs: [front] });
  };
  const watching = watchQuestions(relay);
  for (let time = 0; time < 5; time++) await sellSome(SALES_A_DEATH).then(() => sleep(WATCH_MS / 6));
  const places = placesOf(await watching, world.random);
  const died: string[] = [];
  const deaths = isLong ? places.length : Math.max(FIRST.length, Math.floor(purchases / PURCHASES_A_DEATH));
  for (const place of places.slice(0, deaths)) {
    const dying = killAt(relay, place);
    await sellSome(SALES_A_DEATH);
    if (await dying) died.push(`${place.moment} ${place.what}`);
    else await relay.signal('SIGKILL');
    await relay.start();
  }
  console.error(`  killed ${died.length} times, of ${places.length} places:\n    ${died.join('\n    ')}`);
  if (died.length < FIRST.length) throw new CommandFailure('It was hardly ever killed.');
  return settle(world, ledger);
};

const killAfterCommit: Fault['run'] = async (world, { purchases }) => {
  const front = await world.open({ roles: ['api'] });
  await world.open({ roles: ['issuer', 'relay', 'indexer'] });
  return underLoad(world, { purchases, programs: [front] }, async ({ reached }) => {
    for (const share of [0.2, 0.4, 0.6]) {
      await reached(share);
      let isDead = false;
      front.postgres.rule = (statement) =>
        !isDead && statement.includes('INSERT INTO purchases')
          ? {
              after: async () => {
                isDead = true;
                await front.signal('SIGKILL');
              },
              cut: true,
            }
          : undefined;
      while (!isDead) await sleep(5);
      front.postgres.rule = undefined;
      await front.start();
    }
  });
};

/** Who holds the lane now, by the database's clock. */
async function holderOf({ pool }: World): Promise<string | null> {
  const { rows } = await pool.query('SELECT lease_owner FROM lanes WHERE lease_until > now()');
  return rows[0]?.lease_owner ?? null;
}

async function awaitTakeover(world: World, before: string | null): Promise<number> {
  const began = performance.now();
  for (;;) {
    const holder = await holderOf(world);
    if (holder !== null && holder !== before) return performance.now() - began;
    if (performance.now() - began > TAKEOVER_MS)
      throw new CommandFailure(`Nobody took the lane over within ${TAKEOVER_MS / 1_000} s.`);
    await sleep(20);
  }
}

/** Whichever process holds the lane: freezes each in turn until the holder changes, and wakes the others. */
async function freezeHolder(world: World, programs: readonly Program[]): Promise<Program> {
  const owner = await holderOf(world);
  for (const program of programs) {
    await program.signal('SIGSTOP');
    const stillHeld = async () => (await holderOf(world)) === owner;
    const deadline = performance.now() + PAST_LEASE_MS;
    while ((await stillHeld()) && performance.now() < deadline) await sleep(50);
    if (!(await stillHeld())) return program;
    await program.signal('SIGCONT');
  }
  throw new CommandFailure('No process holds the lane.');
}

const frozenRelay: Fault['run'] = async (world, { purchases }) => {
  const front = await world.open({ roles: ['api', 'issuer', 'indexer'] });
  const relays = [await world.open({ roles: ['relay'] }), await world.open({ roles: ['relay'] })];
  return underLoad(
    world,
    { purchases: Math.max(purchases, 120), programs: [front], perSecond: 20 },
    async ({ reached }) => {
      await reached(0.2);
      const frozen = await freezeHolder(world, relays);
      await awaitTakeover(world, null);
      await sleep(1_000);
      await frozen.signal('SIGCONT');
      await reached(0.8);
    },
  );
};

/** One of three is killed for good, one frozen past its lease and woken. */
const threePrograms: Fault['run'] = async (world, { purchases }) => {
  const programs = [await world.open(), await world.open(), await world.open()];
  const breaking = async ({ reached }: Load) => {
    await reached(0.2);
    const frozen = await freezeHolder(world, programs);
    await awaitTakeover(world, null);
    await sleep(500);
    await frozen.signal('SIGCONT');
    await reached(0.5);
    const before = await holderOf(world);
    const [victim] = programs.filter((program) => program !== frozen);
    await victim?.signal('SIGKILL');
    // It may not have been the holder: then nothing has to be taken over.
    await sleep(PAST_LEASE_MS);
    if ((await holderOf(world)) !== before) return;
    await awaitTakeover(world, null);
  };
  return underLoad(world, { purchases: Math.max(purchases, 300), programs, perSecond: 25 }, breaking);
};

const clockJumps: Fault['run'] = async (world, { purchases }) => {
  const programs = [await world.open({ hasClock: true }), await world.open({ hasClock: true })];
  return underLoad(world, { purchases, programs }, async ({ reached }) => {
    for (const [share, offset] of [
      [0.2, HOUR_MS],
      [0.4, -HOUR_MS],
      [0.6, 0],
    ] as const) {
      await reached(share);
      programs[0]?.setClock(offset);
      programs[1]?.setClock(-offset);
    }
    await world.rpc('evm_increaseTime', HOUR_MS / 1_000);
  });
};

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill-at-every-await',
    of: 8,
    what: 'kill -9 of the relay before and after each question that it asks of chain and database (all of them with --long)',
    run: killAtEveryAwait,
  },
  {
    name: 'kill-after-commit',
    of: 9,
    what: 'kill -9 of the API between COMMIT and the answer; tills repeat',
    run: killAfterCommit,
  },
  {
    name: 'frozen-relay',
    of: 10,
    what: 'two relays on one lane, the holder frozen past its lease and woken',
    run: frozenRelay,
  },
  {
    name: 'three-programs',
    of: 10,
    what: 'three whole programs on one database, one frozen past its lease and woken, one killed for good',
    run: threePrograms,
  },
  {
    name: 'clock-jumps',
    of: 12,
    what: 'two programs whose clocks jump an hour ahead and an hour back, and the chain’s an hour ahead',
    run: clockJumps,
  },
];
