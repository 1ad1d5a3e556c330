import { expect } from 'chai';
import { PERMISSION_NAMES } from '../../../backend/partners/permission.ts';
import { readReserve, setReserveAlert } from '../../../backend/partners/read-reserve.ts';
import { watchReserves } from '../../../backend/partners/watch-reserves.ts';
import {
  accountOf,
  CINDER,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  supplyOf,
} from '../../helpers/engine.ts';

const key = { id: '', partnerId: CINDER, scopes: PERMISSION_NAMES, actor: 'key:test' };

describe('A brand’s reserve', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
  });
  after(() => network?.stop());
  const read = () => readReserve(network.deps, CINDER);
  const told = async () => {
    const { rows } = await network.deps.pool.query(
      'SELECT type, data FROM events WHERE partner_id = $1 AND type LIKE $2 ORDER BY tx, id',
      [CINDER, 'reserve.%'],
    );
    return rows;
  };

  it('says why points wait and what is missing; they arrive after a deposit, untouched by hand', async () => {
    await network.earn(CINDER, [{ account: accountOf(1), points: 1_000n }]);
    while (await process.issue());
    const poor = await read();
    const value = 1_000n * 1_000n;
    expect([poor.reserve, poor.required, poor.missing, poor.pendingPoints]).to.deep.equal([
      0n,
      value,
      value,
      1_000n,
    ]);
    expect(poor.waiting).to.have.length(1);
    expect(poor.waiting[0]?.reason.code).to.equal('RESERVE_TOO_LOW');
    expect(poor.waiting[0]?.reason.details?.missing).to.equal(`${value}`);
    await watchReserves(network.deps);
    const [low] = await told();
    expect([low.type, low.data.deposit]).to.deep.equal(['reserve.low', `${poor.alert.deposit}`]);

    await network.deposit(CINDER, poor.alert.deposit);
    await network.drain(process);
    expect(await supplyOf(network, CINDER)).to.equal(1_000n);
    const rich = await read();
    expect([rich.missing, rich.alert.isLow, rich.waiting]).to.deep.equal([0n, false, []]);
    await watchReserves(network.deps);
    expect((await told()).map(({ type }) => type)).to.deep.equal(['reserve.low', 'reserve.restored']);
  });

  it('warns where the brand has set it, and audits who did', async () => {
    expect((await read()).alert.isLow).to.equal(false);
    const { alert, required, reserve } = await setReserveAlert(network.deps, key, {
      bps: 20_000,
      runwayDays: 30,
    });
    expect(alert).to.deep.equal({
      bps: 20_000,
      runwayDays: 30,
      isLow: true,
      deposit: 2n * required - reserve,
    });
    await watchReserves(network.deps);
    expect((await told()).at(-1)?.type).to.equal('reserve.low');
    await setReserveAlert(network.deps, key, { bps: null, runwayDays: null });
    expect((await read()).alert).to.include({
      bps: network.deps.config.reserveAlertBps,
      runwayDays: null,
      isLow: false,
    });
    const { rows } = await network.deps.pool.query(
      `SELECT actor, before, after FROM audit_log WHERE action = 'reserve.alert-set' ORDER BY seq`,
    );
    expect(rows).to.deep.equal([
      { actor: 'key:test', before: null, after: { bps: 20_000, runwayDays: 30 } },
      { actor: 'key:test', before: { bps: 20_000, runwayDays: 30 }, after: { bps: null, runwayDays: null } },
    ]);
  });
});
