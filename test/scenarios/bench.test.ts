import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const BENCH = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const bench = (args: string[]) =>
  new Promise<Ended>((resolve) => {
    execFile(process.execPath, [BENCH, ...args], (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

/** The last line of stdout, which has to be one object. */
const resultOf = ({ out, err, code }: Ended) => {
  expect(code, err).to.equal(0);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
};

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-bench-'));

describe('npm run bench', function () {
  this.timeout(300_000);
  const before = leftovers();

  it('ingest prints speeds, their ceiling and times', async () => {
    const result = resultOf(await bench(['ingest', '--count', '400', '--members', '50', '--json']));
    expect(Object.keys(result)).to.deep.equal([
      'ceilingPerS',
      'singlePerS',
      'ratio',
      'bulkPerS',
      'p95Ms',
      'p99Ms',
    ]);
    for (const value of Object.values(result)) expect(value).to.be.greaterThan(0);
    expect(result.p99Ms).to.be.at.least(result.p95Ms);
    // Not by closeTo, which Hardhat's matchers take over for whole numbers alone once another file has loaded them.
    expect(Math.abs(result.ratio - result.singlePerS / result.ceilingPerS)).to.be.below(0.01);
  });

  it('pipeline mints everything once, and compares with a signer’s loop', async () => {
    const result = resultOf(await bench(['pipeline', '--count', '700', '--members', '90', '--json']));
    expect(Object.keys(result)).to.deep.equal(['issuedPerS', 'signerLoopPerS', 'ratio', 'doubled', 'lost']);
    expect([result.doubled, result.lost]).to.deep.equal([0, 0]);
    expect(Math.min(result.issuedPerS, result.signerLoopPerS)).to.be.greaterThan(0);
  });

  it('acts mines every act, and says what one costs', async () => {
    const result = resultOf(await bench(['acts', '--count', '20', '--json']));
    expect(Object.keys(result)).to.deep.equal(['minedPerS', 'signerLoopPerS', 'ratio', 'gasPerAct']);
    expect(result.gasPerAct).to.be.within(10_000, 100_000);
  });

  it('read asks every route at every size', async () => {
    const result = resultOf(await bench(['read', '--count', '2000', '--members', '250', '--json']));
    expect(Object.keys(result)).to.deep.equal(['members', 'purchases', 'p95Ms', 'growth']);
    expect(result.growth.map(({ purchases }: { purchases: number }) => purchases)).to.deep.equal([
      200, 600, 2_000,
    ]);
    expect(Object.keys(result.p95Ms)).to.include('GET /v1/members/:account/balances');
    expect(Object.values<number>(result.p95Ms).every((ms) => ms > 0)).to.equal(true);
  });

  it('leaves nothing behind, and refuses what it can’t measure', async () => {
    expect(leftovers()).to.have.members(before);
    for (const args of [[], ['speed'], ['ingest', 'acts'], ['ingest', '--count', '0'], ['constructor']])
      expect((await bench(args)).code, args.join(' ')).to.equal(1);
  });
});
