import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { memberOf } from '../../scripts/bench/network.ts';
import { Ledger, sell } from '../../scripts/chaos/sell.ts';
import { awaitDrained, compare, mustAgree } from '../../scripts/chaos/settle.ts';
import { openServer, openWorld, type Server, type World } from '../../scripts/chaos/world.ts';

const CHAOS = fileURLToPath(new URL('../../scripts/chaos.ts', import.meta.url));
/** The faults of the short run: the command tries all of them. */
const FAULTS = ['lost-answers-50', 'kill-at-every-await', 'frozen-relay', 'postgres-restart', 'reorg-3'];
const PURCHASES = 60;

const chaos = (args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [CHAOS, ...args], (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-chaos-'));

describe('npm run chaos', function () {
  this.timeout(600_000);
  const present = leftovers();

  it('breaks a running network, and nothing is doubled or lost', async () => {
    const args = ['--fault', FAULTS.join(','), '--purchases', String(PURCHASES), '--seed', '7', '--json'];
    const { code, out, err } = await chaos(args);
    expect(code, err).to.equal(0);
    const outcomes = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    expect(outcomes.map(({ fault }: { fault: string }) => fault)).to.have.members(FAULTS);
    for (const outcome of outcomes) {
      expect(Object.keys(outcome)).to.deep.equal([
        'fault',
        'asked',
        'issued',
        'doubled',
        'lost',
        'recoveredSeconds',
      ]);
      const { asked, issued, doubled, lost } = outcome;
      expect([issued, doubled, lost], outcome.fault).to.deep.equal([asked, 0, 0]);
      expect(asked, outcome.fault).to.be.at.least(20);
    }
    expect(leftovers()).to.have.members(present);
  });

  it('refuses what it doesn’t know', async () => {
    for (const args of [['--fault', 'rain'], ['--seed', 'x'], ['--purchases', '0'], ['--colour']])
      expect((await chaos(args)).code, args.join(' ')).to.equal(1);
    expect((await chaos(['--list'])).out).to.include('lost-answers-50');
  });

  describe('its judgement', () => {
    let server: Server & { close(): Promise<void> };
    let world: World;
    const ledger = new Ledger();
    before(async () => {
      server = await openServer();
      world = await openWorld(server, { name: 'judgement', seed: 1 });
      await sell(world, ledger, { count: 10, programs: [await world.open()] });
      await awaitDrained(world);
    });
    after(async () => {
      await world?.close();
      await server?.close();
    });

    it('finds what was promised and is not there, and what is there and was not promised', async () => {
      expect(await compare(world, ledger)).to.deep.equal({ issued: 10, doubled: 0, lost: 0 });
      ledger.promise(1, memberOf(0), 2);
      expect(await compare(world, ledger)).to.deep.equal({ issued: 10, doubled: 0, lost: 2 });
      ledger.promise(1, memberOf(0), -3);
      expect(await compare(world, ledger)).to.deep.equal({ issued: 10, doubled: 1, lost: 0 });
      ledger.promised.delete(`1/${memberOf(0)}`);
      expect((await compare(world, ledger)).doubled).to.equal(1);
    });

    it('finds a table that differs from the chain, and what does not drain', async () => {
      await mustAgree(world);
      await world.pool.query('UPDATE token_accounts SET word = word + 1 WHERE partner_id = 1');
      const failure = await mustAgree(world).catch((error: Error) => error.message);
      expect(failure).to.match(/Database and chain differ/);
      await world.pool.query(`UPDATE issuance_batches SET status = 'sent'`);
      const stuck = await awaitDrained(world, 300).catch((error: Error) => error.message);
      expect(stuck).to.match(/does not drain/);
    });
  });
});
