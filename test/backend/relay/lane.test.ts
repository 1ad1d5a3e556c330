import { expect } from 'chai';
import { encodeFunctionData, getAddress, type Hex } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { resolveTaken } from '../../../backend/issuance/resolve-taken.ts';
import { privateKeySigner } from '../../../backend/relay/signer.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  balanceOf,
  type EngineNetwork,
  type EngineProcess,
  type Guard,
  openEngine,
  RELAY_KEY,
  supplyOf,
  TEST_LEASE_MS,
} from '../../helpers/engine.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('Lane', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  let next = 0;
  /** Points of Boreal that were minted and that the database has forgotten. */
  let lost = 0n;
  const signer = privateKeySigner(RELAY_KEY);
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
    await network.earn(AURORA, [{ account: accountOf(1), points: 1n }]);
    await network.drain(process);
  });
  beforeEach(() => network.startMining());
  after(() => network?.stop());

  const transactions = async () =>
    (
      await network.deps.pool.query(
        `SELECT t.id, t.nonce, t.status, t.reason, t.mined_hash, count(a.*)::int AS attempts FROM relay_transactions t
         LEFT JOIN relay_attempts a ON a.transaction_id = t.id GROUP BY t.id ORDER BY t.id`,
      )
    ).rows;
  const earnOnce = async (partner = AURORA) => {
    const account = accountOf(1_000 + ++next);
    await network.earn(partner, [{ account, points: 11n }]);
    return account;
  };
  const nextNonce = async () =>
    Number(BigInt(await network.rpc<Hex>('eth_getTransactionCount', signer.address, 'latest')));
  /** A transaction of the same key that the network knows nothing of. */
  const sendForeign = async (nonce: number) => {
    const to = accountOf(1);
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 10n };
    const { chainId } = network.deps.network;
    const { raw } = await signer.signTransaction({ chainId, nonce, to, data: '0x', gas: 21_000n, ...fees });
    await network.rpc('eth_sendRawTransaction', raw);
  };

  describe('two processes on it', () => {
    it('give every nonce once, in order', async () => {
      const other = network.process();
      for (let turn = 0; turn < 12; turn++) {
        await earnOnce(turn % 2 ? AURORA : BOREAL);
        await process.issue();
        await Promise.all([process.relay(), other.relay()]);
        if (turn % 4 === 0) await sleep(TEST_LEASE_MS);
        await process.index();
      }
      await network.drain(process);
      const rows = await transactions();
      expect(rows.map(({ nonce }) => Number(nonce))).to.deep.equal(rows.map((_, index) => index));
      expect(rows.every(({ status }) => status === 'final')).to.equal(true);
      await other.stop();
    });

    it('of which one froze past its lease and woke up: it signs nothing', async () => {
      let wake = () => {};
      const asleep = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let frozen = () => {};
      const freezing = new Promise<void>((resolve) => {
        frozen = resolve;
      });
      // It freezes between taking the lease and signing.
      const guard: Guard = async (what, ask) => {
        if (what === 'rpc eth_maxPriorityFeePerGas') {
          frozen();
          await asleep;
        }
        return ask();
      };
      await sleep(TEST_LEASE_MS);
      const sleeper = network.process({ guard });
      const account = await earnOnce();
      await process.issue();
      const turn = sleeper.relay();
      await freezing;
      await sleep(TEST_LEASE_MS + 50);
      const before = (await transactions()).length;
      await network.drain(process);
      wake();
      await turn;
      expect((await transactions()).length).to.equal(before);
      expect(await balanceOf(network, AURORA, account)).to.equal(11n);
      await sleeper.stop();
    });
  });

  describe('a node that forgets its mempool', () => {
    it('gets the same bytes again', async () => {
      await network.stopMining();
      const account = await earnOnce();
      await process.issue();
      await process.relay();
      const sent = (await transactions()).at(-1);
      expect(sent.status).to.equal('sent');
      await network.rpc('anvil_dropAllTransactions');
      network.startMining();
      await network.drain(process);
      const mined = (await transactions()).at(-1);
      expect([mined.id, mined.nonce, mined.status]).to.deep.equal([sent.id, sent.nonce, 'final']);
      expect(await balanceOf(network, AURORA, account)).to.equal(11n);
    });
  });

  describe('a fee spike', () => {
    it('is met by a second attempt on the same nonce, and one of them is mined', async () => {
      await network.stopMining();
      const account = await earnOnce();
      await process.issue();
      await process.relay();
      await network.rpc('anvil_setNextBlockBaseFeePerGas', `0x${(40n * 10n ** 9n).toString(16)}`);
      await network.mine(3);
      await sleep(350);
      for (let turn = 0; turn < 3; turn++) {
        await process.relay();
        await network.mine();
      }
      await network.drain(process);
      const row = (await transactions()).at(-1);
      expect(row.attempts).to.equal(2);
      expect(row.status).to.equal('final');
      expect(await balanceOf(network, AURORA, account)).to.equal(11n);
    });
  });

  describe('a transaction from elsewhere with the same key', () => {
    it('that took the nonce of one on its way: what that carried is sent again, once', async () => {
      await network.stopMining();
      const account = await earnOnce();
      await process.issue();
      await process.relay();
      const sent = (await transactions()).at(-1);
      await network.rpc('anvil_dropAllTransactions');
      await sendForeign(Number(sent.nonce));
      await network.mine();
      network.startMining();
      await network.mine(3);
      await network.drain(process);
      const rows = await transactions();
      const lost = rows.find(({ id }) => id === sent.id);
      expect([lost.status, lost.reason.code]).to.deep.equal(['failed', 'TRANSACTION_NONCE_TAKEN']);
      expect(await balanceOf(network, AURORA, account)).to.equal(11n);
    });

    it('that took the next nonce: the lane moves past it', async () => {
      const nonce = await nextNonce();
      await sendForeign(nonce);
      while ((await nextNonce()) === nonce) await sleep(20);
      await network.mine(3);
      const account = await earnOnce();
      await network.drain(process);
      expect(await balanceOf(network, AURORA, account)).to.equal(11n);
      expect(Number((await transactions()).at(-1).nonce)).to.equal(nonce + 1);
    });
  });

  describe('a transaction that the chain reverts', () => {
    it('fails with the reason; the batch waits, the other brand’s goes on, and nothing is minted twice', async () => {
      const { governor } = network.people;
      const policy = (coverageBps: number) =>
        network.call(
          governor,
          network.deployment.coalition,
          encodeFunctionData({
            abi: CoalitionAbi,
            functionName: 'setCoveragePolicy',
            args: [BOREAL, coverageBps],
          }),
        );
      // Boreal's whole reserve is just enough for these points, until the policy doubles what it takes.
      const boreal = accountOf(777);
      await network.earn(BOREAL, [{ account: boreal, points: 249_000_000n }]);
      const aurora = await earnOnce();
      await process.issue();
      await network.stopMining();
      await policy(20_000);
      await process.relay();
      await network.mine();
      await network.mine(2);
      while (await process.index());
      const failed = (await transactions()).at(-1);
      expect([failed.status, failed.reason.code]).to.deep.equal(['failed', 'COVERAGE_INSUFFICIENT']);
      for (let turn = 0; turn < 4; turn++) {
        await process.issue();
        await process.relay();
        await network.mine();
        while (await process.index());
      }
      expect(await balanceOf(network, AURORA, aurora)).to.equal(11n);
      expect(await balanceOf(network, BOREAL, boreal)).to.equal(0n);
      const { rows } = await network.deps.pool.query(
        `SELECT reason FROM issuance_batches WHERE status = 'waiting'`,
      );
      expect(rows.map(({ reason }) => reason.code)).to.deep.equal(['RESERVE_TOO_LOW']);
      await policy(10_000);
      await network.drain(process);
      expect(await balanceOf(network, BOREAL, boreal)).to.equal(249_000_000n);
    });
  });

  describe('a backup from before the last batches', () => {
    /** Forgets the newest transaction and its batch, as a database does that was restored from an hour ago. */
    const forget = async () => {
      const { pool } = network.deps;
      const last = (await transactions()).at(-1);
      await pool.query(
        'UPDATE accruals SET batch_id = NULL, leaf_index = NULL WHERE batch_id IN (SELECT id FROM issuance_batches WHERE transaction_id = $1)',
        [last.id],
      );
      await pool.query('DELETE FROM issuance_batches WHERE transaction_id = $1', [last.id]);
      await pool.query('DELETE FROM gas_costs WHERE transaction_id = $1', [last.id]);
      await pool.query('DELETE FROM relay_attempts WHERE transaction_id = $1', [last.id]);
      await pool.query('DELETE FROM relay_transactions WHERE id = $1', [last.id]);
      await pool.query('UPDATE lanes SET next_nonce = $1', [last.nonce]);
    };

    it('finds the same batch on the chain, and mints nothing again', async () => {
      const account = await earnOnce();
      await network.drain(process);
      await forget();
      await process.issue();
      await process.issue();
      // What is mined becomes final with the next block.
      await network.mine();
      await network.drain(process);
      expect(await balanceOf(network, AURORA, account)).to.equal(11n);
      const later = await earnOnce();
      await network.drain(process);
      expect(await balanceOf(network, AURORA, later)).to.equal(11n);
    });

    it('holds a batch of another content under a number that is taken: it may have been minted', async () => {
      const account = await earnOnce(BOREAL);
      await network.drain(process);
      await forget();
      const newcomer = await earnOnce(BOREAL);
      for (let turn = 0; turn < 10; turn++) {
        await process.issue();
        await process.relay();
        while (await process.index());
      }
      const { rows } = await network.deps.pool.query(
        `SELECT id, reason FROM issuance_batches WHERE status = 'waiting'`,
      );
      expect(rows.map(({ reason }) => reason.code)).to.deep.equal(['BATCH_NUMBER_TAKEN']);
      expect(await balanceOf(network, BOREAL, account)).to.equal(11n);
      expect(await balanceOf(network, BOREAL, newcomer)).to.equal(0n);
      const order = { partner: BOREAL, unclear: 'ask', actor: 'operator:ada' } as const;
      const proposed = await resolveTaken(network.deps, { ...order, apply: false });
      expect(proposed.members).to.have.deep.members([
        { member: getAddress(account), minted: 11n, issued: 11n, open: 0n, isUnclear: false },
        { member: getAddress(newcomer), minted: 0n, issued: 0n, open: 11n, isUnclear: false },
      ]);
      for (let turn = 0; turn < 3; turn++) await process.issue();
      expect(await balanceOf(network, BOREAL, newcomer)).to.equal(0n);
      const done = await resolveTaken(network.deps, { ...order, apply: true });
      expect([done.applied, done.numbers]).to.deep.equal([true, proposed.numbers]);
      await network.drain(process);
      expect(await balanceOf(network, BOREAL, newcomer)).to.equal(11n);
      expect(await balanceOf(network, BOREAL, account)).to.equal(11n);
      const nothing = await resolveTaken(network.deps, { ...order, apply: true });
      expect([nothing.applied, nothing.members, nothing.numbers]).to.deep.equal([false, [], []]);
    });

    it('asks when what was minted does not add up, and does as it is told', async () => {
      const account = accountOf(1_000 + ++next);
      await network.earn(BOREAL, [{ account, points: 11n }]);
      await network.drain(process);
      await forget();
      // The database has lost the sale that was minted, and knows another that came later.
      const { pool } = network.deps;
      await pool.query('DELETE FROM accruals WHERE batch_id IS NULL AND account = $1', [
        Buffer.from(account.slice(2), 'hex'),
      ]);
      await network.earn(BOREAL, [{ account, points: 30n }]);
      for (let turn = 0; turn < 5; turn++) {
        await process.issue();
        while (await process.index());
      }
      const order = { partner: BOREAL, apply: true, actor: 'operator:ada' } as const;
      const refusal = await resolveTaken(network.deps, { ...order, unclear: 'ask' }).catch((error) => error);
      expect([refusal.code, refusal.details.minted]).to.deep.equal(['BATCH_UNCLEAR', '11']);
      const { members } = await resolveTaken(network.deps, { ...order, unclear: 'open' });
      expect(members).to.deep.equal([
        { member: getAddress(account), minted: 11n, issued: 0n, open: 30n, isUnclear: true },
      ]);
      await network.drain(process);
      expect(await balanceOf(network, BOREAL, account)).to.equal(41n);
      lost += 11n;
    });
  });

  describe('after all of it', () => {
    it('the chain has minted exactly what was earned', async () => {
      const { rows } = await network.deps.pool.query(
        'SELECT partner_id, sum(points) AS sum FROM accruals GROUP BY 1 ORDER BY 1',
      );
      for (const { partner_id: partner, sum } of rows)
        expect(await supplyOf(network, partner)).to.equal(BigInt(sum) + (partner === BOREAL ? lost : 0n));
    });
  });
});
