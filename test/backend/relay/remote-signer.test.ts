import { expect } from 'chai';
import type { Hex } from 'viem';
import { openAwsKms } from '../../../backend/keys/aws-kms.ts';
import { openKmsSigner } from '../../../backend/keys/kms-signer.ts';
import { openSigner } from '../../../backend/keys/open-signers.ts';
import { type Signer, transactionSigner } from '../../../backend/relay/signer.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  type EngineNetwork,
  type EngineProcess,
  type Guard,
  openEngine,
  RELAY_KEY,
  supplyOf,
  TEST_LEASE_MS,
} from '../../helpers/engine.ts';
import { Death, dyingAt } from '../../helpers/faults.ts';
import { KMS_ACCESS, type LocalKms, startKms } from '../../helpers/kms.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('A lane whose key is in a KMS', function () {
  this.timeout(240_000);
  let kms: LocalKms;
  let network: EngineNetwork;
  let process: EngineProcess;
  let earned = 0n;
  let accounts = 0;

  /** The lane's signer, with whatever may happen on the way to the service. */
  const signerOver = async (guard: Guard = (_what, ask) => ask()): Promise<Signer> => {
    const service = openAwsKms({ ...KMS_ACCESS, endpoint: kms.url });
    const signer = await openKmsSigner(
      { ...service, signDigest: (key, digest) => guard('kms sign', () => service.signDigest(key, digest)) },
      'alias/lane',
    );
    return transactionSigner(signer);
  };
  /** A signer whose service says when it is asked, and answers when it is told to. */
  const slowSigner = async () => {
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const signer = await signerOver((_what, ask) => {
      asked.resolve();
      return told.promise.then(ask);
    });
    return { signer, isAsked: asked.promise, answer: told.resolve };
  };
  before(async () => {
    kms = await startKms({ 'alias/lane': RELAY_KEY });
    network = await openEngine();
    process = network.process({ signer: await signerOver() });
    while (await process.index());
  });
  after(async () => {
    await network?.stop();
    await kms?.stop();
  });

  const earn = async (partner = AURORA) => {
    earned += partner === AURORA ? 7n : 0n;
    await network.earn(partner, [{ account: accountOf(++accounts), points: 7n }]);
  };
  const transactions = async (): Promise<{ nonce: number | null; status: string; attempts: number }[]> =>
    (
      await network.deps.pool.query(
        `SELECT t.nonce::int, t.status, count(a.*)::int AS attempts FROM relay_transactions t
         LEFT JOIN relay_attempts a ON a.transaction_id = t.id GROUP BY t.id ORDER BY t.id`,
      )
    ).rows;
  const nextNonce = async () => (await network.deps.pool.query('SELECT next_nonce::int FROM lanes')).rows[0];
  /** Ledger = chain, no nonce left out, and one minted transaction a nonce. */
  const check = async () => {
    expect(await supplyOf(network, AURORA)).to.equal(earned);
    const rows = await transactions();
    expect(rows.map(({ nonce }) => nonce)).to.have.members(rows.map((_row, index) => index));
    expect(rows.every(({ status }) => status === 'final')).to.equal(true);
  };

  it('mints by signatures of the service', async () => {
    await earn();
    await earn(BOREAL);
    await network.drain(process);
    await check();
    expect(kms.asked.Sign).to.be.greaterThan(0);
  });

  it('waits with its nonces reserved while the service is away, and goes on by itself', async () => {
    let away = true;
    const signer = await signerOver(async (_what, ask) => {
      if (away) throw new Error('the service is away');
      return ask();
    });
    const waiting = network.process({ signer });
    await sleep(TEST_LEASE_MS);
    const before = await nextNonce();
    await earn();
    await waiting.issue();
    for (let turn = 0; turn < 3; turn++)
      expect(await waiting.relay().catch(() => 'failed')).to.equal('failed');
    const reserved = (await transactions()).filter(({ status }) => status === 'reserved');
    // However often it is tried, it is the same nonce.
    expect(reserved).to.deep.equal([{ nonce: before.next_nonce, status: 'reserved', attempts: 0 }]);
    expect(await nextNonce()).to.deep.equal({ next_nonce: before.next_nonce + 1 });
    away = false;
    await network.drain(waiting);
    await check();
    await waiting.stop();
  });

  it('holds no lock while the service takes its time', async () => {
    const { signer, isAsked, answer } = await slowSigner();
    const slow = network.process({ signer });
    await sleep(TEST_LEASE_MS);
    await earn();
    await slow.issue();
    const turn = slow.relay();
    await isAsked;
    const { rows } = await network.deps.pool.query('SELECT id FROM lanes FOR UPDATE NOWAIT');
    const locked = await network.deps.pool.query('SELECT id FROM relay_transactions FOR UPDATE NOWAIT');
    expect([rows.length, locked.rows.length > 0]).to.deep.equal([1, true]);
    answer();
    await turn;
    await network.drain(slow);
    await check();
    await slow.stop();
  });

  it('writes nothing when its process slept past the lease while the service signed', async () => {
    const { signer, isAsked, answer } = await slowSigner();
    const sleeper = network.process({ signer });
    await sleep(TEST_LEASE_MS);
    await earn();
    await sleeper.issue();
    const turn = sleeper.relay();
    await isAsked;
    await sleep(2 * TEST_LEASE_MS);
    // Another process takes the lane, signs what was reserved, and mints it.
    await network.drain(process);
    const before = await transactions();
    answer();
    expect(await turn.catch(() => false)).to.equal(false);
    expect(await transactions()).to.deep.equal(before);
    expect(before.at(-1)).to.include({ status: 'final', attempts: 1 });
    await check();
    await sleeper.stop();
  });

  for (const moment of ['before', 'after'] as const)
    it(`loses and doubles nothing wherever its process dies ${moment} an answer`, async () => {
      const places = new Set<string>();
      const dieAt = async (n: number, of = ''): Promise<boolean> => {
        const { guard, died } = dyingAt(n, moment, of);
        const victim = network.process({ guard, signer: await signerOver(guard) });
        await sleep(TEST_LEASE_MS);
        await earn();
        await process.issue();
        for (let turn = 0; turn < 4 && died() === null; turn++)
          await victim.relay().catch((error: unknown) => {
            if (died() === null && !(error instanceof Death)) throw error;
          });
        places.add(died() ?? 'nowhere');
        await victim.stop();
        await sleep(TEST_LEASE_MS);
        await network.drain(process);
        await check();
        return died() !== null;
      };
      await dieAt(1, 'kms sign');
      await dieAt(1, 'sql INSERT INTO relay_attempts');
      // Every fifth place is enough for each run: the two moments take different ones, and CRASH_STEP=1 takes all.
      const step = Number(globalThis.process.env.CRASH_STEP ?? 5);
      for (let n = moment === 'before' ? 1 : 2; await dieAt(n); n += step) expect(n).to.be.below(200);
      expect(places).to.include(`${moment} kms sign`);
      expect(places.size).to.be.greaterThan(20 / step);
    });

  it('is opened by its name in the configuration, with one question for the address', async () => {
    const { region, credentials } = KMS_ACCESS;
    const own = network.process({
      config: { relayKeys: ['kms:alias/lane'], kms: { region, ...credentials, endpoint: kms.url } },
    });
    const before = kms.asked.GetPublicKey ?? 0;
    const [source] = own.deps.config.relayKeys;
    if (!source) throw new Error('no key');
    const [one, two] = await Promise.all([1, 2].map(() => openSigner(own.deps.config, source)));
    expect(one).to.equal(two);
    expect([kms.asked.GetPublicKey, one?.isRemote]).to.deep.equal([before + 1, true]);
    const { raw } = await (one as Signer).signTransaction({
      chainId: 1,
      nonce: 0,
      to: accountOf(1),
      data: '0x' as Hex,
      gas: 21_000n,
      maxFeePerGas: 1n,
      maxPriorityFeePerGas: 1n,
    });
    expect(raw).to.match(/^0x02/);
    await own.stop();
  });
});
