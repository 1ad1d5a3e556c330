import { expect } from 'chai';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { quoteAct } from '../../../backend/acts/quote-act.ts';
import { submitAct } from '../../../backend/acts/submit-act.ts';
import { randomPrivateKey } from '../../../backend/keys/keystore.ts';
import { actFromJson } from '../../../backend/protocol/acts.ts';
import { readGasCosts } from '../../../backend/relay/gas-costs.ts';
import { createLaneWorker } from '../../../backend/relay/run-relay.ts';
import { privateKeySigner } from '../../../backend/relay/signer.ts';
import { Points } from '../../../backend/shared/units.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  balanceOf,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  TEST_LEASE_MS,
} from '../../helpers/engine.ts';
import { eoaMember } from '../../helpers/members.ts';

const MEMBERS = 12;
const EARNED = 1_000n;
const SPENT = 7n;

describe('Several lanes', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  const members = Array.from({ length: MEMBERS }, (_, index) => eoaMember(`lanes ${index}`));
  before(async () => {
    network = await openEngine({ sponsoredActsPerDay: 1_000 });
    process = network.process();
    while (await process.index());
    await network.earn(
      AURORA,
      members.map(({ account }) => ({ account, points: EARNED })),
    );
    await network.drain(process);
  });
  after(() => network?.stop());

  const query = async (sql: string) => (await network.deps.pool.query(sql)).rows;

  /** One more lane, for acts, on a process of its own. */
  const openLane = async () => {
    const key = randomPrivateKey();
    const signer = privateKeySigner(key);
    await network.rpc('anvil_setBalance', signer.address, '0x56bc75e2d63100000');
    const own = network.process();
    const worker = createLaneWorker(own.deps, signer, { kinds: ['acts'], leaseMs: TEST_LEASE_MS });
    const stop = async () => {
      await worker.release();
      await own.stop();
    };
    return { worker, stop };
  };
  const spend = async (member: (typeof members)[number]) => {
    const quoted = await quoteAct(network.deps, {
      kind: 'redemption',
      member: member.account,
      issuer: AURORA,
      counterparty: BOREAL,
      amount: Points.of(SPENT),
    });
    const act = actFromJson(quoted.act);
    const signature = await member.sign(act, network.deps.network);
    const submission = { ...act, amount: Points.of(SPENT), minimum: Points.of(act.minimum) };
    await submitAct(network.deps, { act: submission, signature });
  };

  it('carry acts side by side, beside issuance on its own: each nonce once, each act once', async () => {
    const lanes = await Promise.all([openLane(), openLane(), openLane()]);
    for (const [index, member] of members.entries()) {
      await spend(member);
      await queueActs(network.deps);
      await network.earn(BOREAL, [{ account: accountOf(7_000 + index), points: 3n }]);
      await process.issue();
      await Promise.all([...lanes.map(({ worker }) => worker.turn()), process.relay()]);
      await process.index();
    }
    for (let turn = 0; turn < 20; turn++)
      await Promise.all([...lanes.map(({ worker }) => worker.turn()), process.relay()]);
    await network.drain(process);
    const used = await query(
      `SELECT lane_id, kind, count(*)::int AS count, array_agg(nonce::int ORDER BY nonce) AS nonces, bool_and(status = 'final') AS final
       FROM relay_transactions GROUP BY 1, 2 ORDER BY 1`,
    );
    const byLane = Map.groupBy(used, ({ lane_id }) => lane_id);
    for (const rows of byLane.values()) {
      const nonces = rows.flatMap(({ nonces: own }) => own).sort((a, b) => a - b);
      expect(nonces).to.deep.equal(nonces.map((_nonce: number, index: number) => index));
    }
    // Batches stay on the one lane that has the role, in their order; acts were on more than one.
    expect(
      new Set(used.filter(({ kind }) => kind === 'issuance').map(({ lane_id }) => lane_id)).size,
    ).to.equal(1);
    expect(
      new Set(used.filter(({ kind }) => kind === 'acts').map(({ lane_id }) => lane_id)).size,
    ).to.be.greaterThan(1);
    expect(used.every(({ final }) => final)).to.equal(true);
    for (const { account } of members)
      expect(await balanceOf(network, AURORA, account)).to.equal(EARNED - SPENT);
    const acts = await query('SELECT status, count(*)::int AS count FROM acts GROUP BY 1');
    expect(acts).to.deep.equal([{ status: 'final', count: MEMBERS }]);
    for (const lane of lanes) await lane.stop();
  });

  it('go on for one that is gone: its queue was never its own', async () => {
    const [gone, stays] = await Promise.all([openLane(), openLane()]);
    await gone.worker.turn();
    await gone.stop();
    for (const member of members.slice(0, 3)) await spend(member);
    await queueActs(network.deps);
    for (let turn = 0; turn < 5; turn++) await stays.worker.turn();
    await network.drain(process);
    const acts = await query('SELECT status, count(*)::int AS count FROM acts GROUP BY 1');
    expect(acts).to.deep.equal([{ status: 'final', count: MEMBERS + 3 }]);
    await stays.stop();
  });

  describe('what they burned', () => {
    it('is noted for the brands, to the last unit of gas', async () => {
      const costs = await readGasCosts(network.deps);
      const [total] = await query(
        `SELECT sum(gas_used)::text AS gas, sum(gas_used * effective_gas_price)::text AS wei, count(*)::int AS count FROM relay_transactions`,
      );
      const sum = (field: 'gas' | 'wei') => costs.reduce((whole, cost) => whole + cost[field], 0n).toString();
      expect([sum('gas'), sum('wei')]).to.deep.equal([total.gas, total.wei]);
      expect(costs.map(({ partner, kind, items }) => [partner, kind, items])).to.deep.equal([
        [AURORA, 'issuance', MEMBERS],
        [AURORA, 'acts', MEMBERS + 3],
        [BOREAL, 'issuance', MEMBERS],
      ]);
      for (const { gas, items, kind } of costs)
        expect(Number(gas) / items).to.be.within(20_000, kind === 'acts' ? 120_000 : 250_000);
    });

    it('is divided among the brands of one transaction by their members', async () => {
      const before = await readGasCosts(network.deps);
      await network.earn(
        AURORA,
        [1, 2, 3].map((n) => ({ account: accountOf(8_000 + n), points: 5n })),
      );
      await network.earn(BOREAL, [{ account: accountOf(8_001), points: 5n }]);
      await network.drain(process);
      const [shared] = await query(
        `SELECT t.gas_used::int AS gas, array_agg(c.gas::int ORDER BY c.partner_id) AS parts FROM relay_transactions t
         JOIN gas_costs c ON c.transaction_id = t.id GROUP BY t.id HAVING count(*) > 1 ORDER BY t.id DESC LIMIT 1`,
      );
      expect(shared.parts).to.deep.equal([
        Math.floor((shared.gas * 3) / 4),
        shared.gas - Math.floor((shared.gas * 3) / 4),
      ]);
      const onlyBoreal = await readGasCosts(network.deps, { partner: BOREAL });
      expect(onlyBoreal.every(({ partner }) => partner === BOREAL)).to.equal(true);
      expect(onlyBoreal[0]?.gas).to.be.greaterThan(
        before.find(({ partner }) => partner === BOREAL)?.gas ?? 0n,
      );
      const future = new Date(Date.now() + 60_000);
      expect(await readGasCosts(network.deps, { from: future })).to.deep.equal([]);
      expect(await readGasCosts(network.deps, { to: new Date(0) })).to.deep.equal([]);
    });

    it('is noted once, however often blocks become final', async () => {
      const before = await readGasCosts(network.deps);
      await network.deps.pool.query(`UPDATE relay_transactions SET status = 'mined' WHERE status = 'final'`);
      await network.mine(2);
      while (await process.index());
      await network.drain(process);
      expect(await readGasCosts(network.deps)).to.deep.equal(before);
    });
  });
});
