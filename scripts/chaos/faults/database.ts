/** A PostgreSQL that is away, full, slow or in a bad mood: 11 and 23 of the table. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresFault, PostgresRule } from '../../../test/helpers/faulty-postgres.ts';
import { CommandFailure } from '../../shared/failure.ts';
import { type Fault, underLoad } from '../fault.ts';
import type { World } from '../world.ts';

const WRITES = /^\s*(INSERT|UPDATE|DELETE|COMMIT|WITH)/;

/** A fault of the PostgreSQL of two programs that lasts as long as the load, or until half of it is answered. */
const whileSelling =
  (ruleOf: (world: World) => PostgresRule, { until = 1, env = {} } = {}): Fault['run'] =>
  async (world, { purchases }) => {
    const programs = [await world.open({ env }), await world.open({ env })];
    return underLoad(world, { purchases, programs }, async ({ reached }) => {
      await reached(0.1);
      for (const { postgres } of programs) postgres.rule = ruleOf(world);
      if (until < 1) await sleep(MENDED_AFTER_MS);
      else await reached(until);
      for (const { postgres } of programs) postgres.rule = undefined;
    });
  };

const MENDED_AFTER_MS = 3_000;

const sometimes =
  (world: World, share: number, fault: (statement: string) => PostgresFault | undefined): PostgresRule =>
  (statement) =>
    world.random() < share ? fault(statement) : undefined;

const restart: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  return underLoad(world, { purchases, programs: [program] }, async ({ reached }) => {
    for (const share of [0.3, 0.6]) {
      await reached(share);
      await world.server.stop();
      await sleep(500);
      await world.server.start();
    }
  });
};

const cuts: Fault['run'] = async (world, { purchases }) => {
  const program = await world.open();
  return underLoad(world, { purchases, programs: [program] }, async ({ done }) => {
    let isOver = false;
    void done.then(() => {
      isOver = true;
    });
    while (!isOver) {
      await sleep(200 + world.random() * 600);
      program.postgres.cutAll();
      program.postgres.refusing = world.random() < 0.3;
      await sleep(100);
      program.postgres.refusing = false;
    }
  });
};

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'postgres-restart',
    of: 11,
    what: 'PostgreSQL is stopped and started again, twice',
    run: restart,
  },
  {
    name: 'postgres-cuts',
    of: 11,
    what: 'all connections break again and again, and new ones are refused for a while',
    run: cuts,
  },
  {
    name: 'disk-full',
    of: 11,
    what: 'every write is answered with SQLSTATE 53100 for three seconds (by the proxy: no disk is filled)',
    run: whileSelling(
      () => (statement) =>
        WRITES.test(statement) ? { error: { code: '53100', message: 'No space left on device' } } : undefined,
      { until: 0 },
    ),
  },
  {
    name: 'serialization-failures',
    of: 11,
    what: 'one in seven writes ends with 40001 or 40P01',
    run: whileSelling((world) =>
      sometimes(world, 0.15, (statement) =>
        WRITES.test(statement)
          ? {
              error: {
                code: world.random() < 0.5 ? '40001' : '40P01',
                message: 'could not serialize access',
              },
            }
          : undefined,
      ),
    ),
  },
  {
    name: 'lost-commits',
    of: 11,
    what: 'the answer to one in ten writes is lost, and the connection with it',
    run: whileSelling((world) =>
      sometimes(world, 0.1, (statement) => (WRITES.test(statement) ? { cut: true } : undefined)),
    ),
  },
  {
    name: 'fsync-stalls',
    of: 11,
    what: 'one in ten writes takes a second and a half',
    run: whileSelling((world) =>
      sometimes(world, 0.1, (statement) => (WRITES.test(statement) ? { stallMs: 1_500 } : undefined)),
    ),
  },
  {
    name: 'pool-exhausted',
    of: 11,
    what: 'programs with two connections each, and every statement takes 50 ms',
    run: whileSelling(() => () => ({ stallMs: 50 }), { env: { DATABASE_CONNECTIONS: '2' } }),
  },
  {
    name: 'migration-both-versions',
    of: 23,
    what: 'the database is migrated while programs of two versions run',
    cannot: () => 'it takes the code of an older version',
    run: () => Promise.reject(new CommandFailure('It takes the code of an older version.')),
  },
];
