import { expect } from 'chai';
import { readLogs } from '../../backend/audit/read-logs.ts';
import { type Ledger, readLedger } from '../../web/audit/ledger/read-ledger.ts';
import { standingOf } from '../../web/audit/ledger/series.ts';
import { type Rpc, RpcProblem } from '../../web/shared/chain/rpc.ts';
import {
  openCoalition,
  playEverything,
  playHistory,
  type Stage,
} from '../backend/audit/coalition-history.ts';

describe('Ledger of the auditor’s page', function () {
  this.timeout(120_000);
  let stage: Stage;
  let rpc: Rpc;
  let ledger: Ledger;

  const read = (from: Rpc) =>
    readLedger({
      rpc: from,
      coalition: stage.address,
      block: undefined,
      logs: readLogs,
      onProgress: () => {},
    });

  before(async () => {
    stage = await openCoalition();
    await playHistory(stage, { seed: 2, steps: 60 });
    await playEverything(stage, { seed: 5 });
    rpc = {
      url: 'in this process',
      ask: (method, params) => stage.provider.request({ method, params: [...params] }),
    };
    ledger = await read(rpc);
  });
  after(() => stage.connection.close());

  it('agrees with the contracts', () => {
    expect(ledger.audit.result.disagreements).to.deep.equal([]);
  });

  it('has in every sample what the contracts said at that block', async () => {
    const samples = ledger.samples.filter((_, index) => index % 9 === 0);
    let compared = 0;
    for (const sample of samples) {
      const { timestamp } = (await stage.ethers.provider.getBlock(sample.block))!;
      // At the end of a quarter there is no block to ask: points died without one.
      if (timestamp !== sample.at) continue;
      const sums = await stage.coalition.solvency({ blockTag: sample.block });
      expect(standingOf(sample, undefined), `block ${sample.block}`).to.deep.equal({
        supply: sums.supply,
        liability: sums.liability,
        reserve: sums.reserves,
      });
      compared += 1;
    }
    expect(compared).to.be.greaterThan(15);
  });

  it('lets points die at the end of a quarter, without a block', () => {
    const { samples } = ledger;
    const fell = samples.some((sample, index) => {
      const before = samples[index - 1];
      if (!before || before.block !== sample.block) return false;
      return standingOf(before, undefined)!.supply > standingOf(sample, undefined)!.supply;
    });
    expect(fell).to.equal(true);
  });

  it('knows the roles as the authority does, granted and taken away', () => {
    expect(ledger.authority.holders.length).to.be.greaterThan(1);
    expect(ledger.authority.holders.every(({ confirmed }) => confirmed)).to.equal(true);
  });

  it('sums the fees up to what the treasury got', async () => {
    const withdrawn = await stage.coalition.queryFilter(stage.coalition.filters.TreasuryWithdrawn());
    const out = withdrawn.reduce((sum, { args }) => sum + args.amount, 0n);
    const fees = [...ledger.gathered.fees.values()].reduce((sum, { amount }) => sum + amount, 0n);
    expect(fees).to.equal((await stage.coalition.solvency()).treasury + out);
    expect(fees > 0n).to.equal(true);
  });

  it('stops at once when nobody answers any more, instead of asking for shorter and shorter ranges', async () => {
    let asked = 0;
    const dead: Rpc = {
      url: rpc.url,
      ask: async (method, params) => {
        if (method !== 'eth_getLogs') return rpc.ask(method, params);
        asked += 1;
        throw new RpcProblem('silent', 'no connection');
      },
    };
    const failure = await read(dead).then(
      () => 'none',
      (error: Error) => error.message,
    );
    expect(failure).to.contain('no connection');
    expect(asked).to.equal(2);
  });
});
