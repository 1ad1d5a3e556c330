import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Address, Hex } from 'viem';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { quoteAct } from '../../../backend/acts/quote-act.ts';
import { submitAct } from '../../../backend/acts/submit-act.ts';
import { expirePayments } from '../../../backend/payments/expire-payments.ts';
import { actFromJson } from '../../../backend/protocol/acts.ts';
import { reconcile } from '../../../backend/reconciliation/reconcile.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { Points } from '../../../backend/shared/units.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  supplyOf,
} from '../../helpers/engine.ts';
import { Death, dyingAt } from '../../helpers/faults.ts';
import { eoaMember } from '../../helpers/members.ts';

const RUNS = Number(process.env.MACHINE_RUNS ?? 6);

/** Where each machine may go from each state. The way back is a reorg's, or a failed transaction's whose load is taken up again. */
const WAYS: Record<string, Record<string, readonly string[]>> = {
  relay_transactions: {
    queued: ['reserved'],
    reserved: ['sent'],
    sent: ['mined', 'failed'],
    mined: ['final', 'sent', 'failed'],
    final: ['sent'],
    failed: ['sent'],
  },
  issuance_batches: {
    ready: ['queued', 'waiting', 'mined'],
    waiting: ['queued', 'waiting', 'mined', 'ready'],
    queued: ['sent', 'ready', 'mined'],
    sent: ['mined', 'ready', 'waiting'],
    mined: ['final', 'sent', 'ready'],
    final: ['sent', 'ready'],
  },
  acts: {
    held: ['queued', 'failed', 'mined'],
    queued: ['sent', 'mined', 'failed'],
    sent: ['mined', 'skipped', 'failed', 'queued'],
    mined: ['final', 'sent', 'queued'],
    skipped: ['sent', 'queued', 'mined'],
    final: ['sent', 'queued'],
    failed: ['mined'],
  },
  payments: {
    open: ['approved', 'held', 'paid', 'expired', 'cancelled'],
    held: ['approved', 'released', 'expired', 'paid'],
    approved: ['paid', 'open'],
    paid: ['approved', 'open'],
    expired: ['paid', 'approved'],
  },
};
/** States that say more than a row has: each query has to find nothing. */
const NEVER: Record<string, string> = {
  'a transaction on its way has a nonce and signed bytes': `SELECT t.id FROM relay_transactions t WHERE t.status IN ('sent', 'mined', 'final')
    AND (t.nonce IS NULL OR t.lane_id IS NULL OR NOT EXISTS (SELECT FROM relay_attempts a WHERE a.transaction_id = t.id))`,
  'a queued transaction has no nonce': `SELECT id FROM relay_transactions WHERE status = 'queued' AND nonce IS NOT NULL`,
  'a nonce is given once':
    'SELECT lane_id FROM relay_transactions WHERE nonce IS NOT NULL GROUP BY lane_id, nonce HAVING count(*) > 1',
  'a lane has no gap': `SELECT l.id FROM lanes l WHERE l.next_nonce <> (SELECT count(*) FROM relay_transactions t WHERE t.lane_id = l.id)`,
  'what is mined is in a block': `SELECT id::text FROM relay_transactions WHERE (status IN ('mined', 'final')) <> (mined_block IS NOT NULL) AND status <> 'failed'
    UNION ALL SELECT id::text FROM issuance_batches WHERE (status IN ('mined', 'final')) <> (mined_block IS NOT NULL)
    UNION ALL SELECT id::text FROM acts WHERE (status IN ('mined', 'final', 'skipped')) <> (mined_block IS NOT NULL)`,
  'a batch on its way has a transaction': `SELECT id FROM issuance_batches WHERE status IN ('queued', 'sent') AND transaction_id IS NULL`,
  'batches are numbered without a gap':
    'SELECT partner_id FROM issuance_batches GROUP BY 1 HAVING max(number) <> count(*)',
  'an accrual is in no batch but its own brand’s': `SELECT a.id FROM accruals a JOIN issuance_batches b ON b.id = a.batch_id WHERE b.partner_id <> a.partner_id`,
  'a paid payment has its event': `SELECT p.id FROM payments p WHERE p.status = 'paid' AND NOT EXISTS (
    SELECT FROM chain_events e WHERE e.name = 'Redeemed' AND e.args->>'ref' = '0x' || encode(p.ref, 'hex'))`,
  'an approved payment has an act that lives': `SELECT p.id FROM payments p WHERE p.status = 'approved' AND NOT EXISTS (
    SELECT FROM acts a WHERE a.id = p.act_id AND a.status IN ('queued', 'sent'))`,
  'the ledger sums to zero': 'SELECT 1 FROM ledger_entries HAVING sum(points) <> 0',
};

const COMMANDS = [
  'earn',
  'spend',
  'pay',
  'expire',
  'issue',
  'queue',
  'relay',
  'mine',
  'index',
  'fork',
  'deep fork',
  'die',
] as const;
type Command = (typeof COMMANDS)[number];
/** A whole turn comes often, so that things get somewhere. */
const command = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...COMMANDS) },
  { weight: 2, arbitrary: fc.constant('turn' as const) },
);

describe('The status machines', function () {
  this.timeout(600_000);
  let network: EngineNetwork;
  let survivor: EngineProcess;
  const members = [0, 1, 2].map((index) => eoaMember(`machines ${index}`));
  let [spent, earned, place] = [0n, 0n, 0];

  before(async () => {
    network = await openEngine({ sponsoredActsPerDay: 100_000 });
    survivor = network.process();
    while (await survivor.index());
    await network.earn(
      AURORA,
      members.map(({ account }) => ({ account, points: 100_000n })),
    );
    earned = 300_000n;
    await network.drain(survivor, 60_000);
    await network.stopMining();
    const { pool } = network.deps;
    await pool.query('CREATE TABLE ways (machine text, was text, is_now text)');
    await pool.query(`CREATE FUNCTION note_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO ways VALUES (TG_TABLE_NAME, OLD.status::text, NEW.status::text); RETURN NULL; END $$`);
    for (const machine of Object.keys(WAYS))
      await pool.query(`CREATE TRIGGER note_way AFTER UPDATE OF status ON ${machine} FOR EACH ROW
        WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_way()`);
  });
  after(() => network?.stop());

  const earn = async () => {
    const account: Address = accountOf(50_000 + (place % 7));
    await network.earn(AURORA, [{ account, points: 3n }]);
    earned += 3n;
  };
  const openPayment = async () => {
    const ref: Hex = `0x${randomBytes(32).toString('hex')}`;
    const id = randomUUID();
    await network.deps.pool.query(
      `INSERT INTO payments (id, partner_id, till_id, body_hash, amount_minor, currency, value, ref, expires_at)
       VALUES ($1, $2, $3, $4, 50, 'USD', 500000, $5, now() + interval '10 minutes')`,
      [id, BOREAL, id, randomBytes(32), Buffer.from(ref.slice(2), 'hex')],
    );
    return id;
  };
  const spend = async (payment?: string) => {
    const member = members[place % members.length];
    if (!member) return;
    const wish = {
      kind: 'redemption',
      member: member.account,
      issuer: AURORA,
      counterparty: BOREAL,
    } as const;
    const { act: quoted } = await quoteAct(network.deps, {
      ...wish,
      amount: Points.of(50n),
      ...(payment !== undefined && { payment }),
    });
    const act = actFromJson(quoted);
    const signature = await member.sign(act, network.deps.network);
    const submission = { ...act, amount: Points.of(act.amount), minimum: Points.of(act.minimum) };
    await submitAct(network.deps, { act: submission, signature });
    spent += act.amount;
  };
  const turn = async (process: EngineProcess) => {
    await process.issue();
    await queueActs(process.deps);
    await process.relay();
    await network.mine();
    await process.index();
  };
  const later = () => ({
    ...network.deps,
    clock: { ...network.deps.clock, now: () => new Date(Date.now() + 3_600_000) },
  });

  const commands: Record<Command | 'turn', () => Promise<unknown>> = {
    earn,
    spend: () => spend(),
    pay: async () => spend(await openPayment()),
    expire: async () => {
      await openPayment();
      await expirePayments(later());
    },
    issue: () => survivor.issue(),
    queue: () => queueActs(survivor.deps),
    relay: () => survivor.relay(),
    mine: () => network.mine(),
    index: () => survivor.index(),
    fork: () => network.rpc('anvil_reorg', 1, []),
    'deep fork': () => network.rpc('anvil_reorg', 4, []),
    die: async () => {
      const { guard, died } = dyingAt(3 + (place % 25), place % 2 ? 'after' : 'before');
      const victim = network.process({ guard });
      await turn(victim).catch((error: unknown) => {
        if (died() === null && !(error instanceof Death)) throw error;
      });
      await victim.stop();
    },
    turn: () => turn(survivor),
  };

  const check = async (where: string) => {
    const { pool } = network.deps;
    const { rows } = await pool.query<{ machine: string; was: string; is_now: string }>(
      'SELECT DISTINCT * FROM ways',
    );
    for (const { machine, was, is_now: now } of rows)
      expect(WAYS[machine]?.[was], `${where}: ${machine} from ${was} to ${now}`).to.include(now);
    for (const [what, sql] of Object.entries(NEVER))
      expect((await pool.query(sql)).rows, `${where}: ${what}`).to.deep.equal([]);
  };

  it('go no forbidden way, whatever happens in whatever order, and end where the chain is', async () => {
    // Something to do always comes first.
    const sequences = fc
      .array(command, { minLength: 6, maxLength: 16 })
      .map((some) => ['earn', 'pay', ...some] as const);
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        for (const [index, name] of sequence.entries()) {
          place += 1;
          // A refusal changes nothing: a chain that has just lost blocks may know the member's points no more.
          await commands[name]().catch((error: unknown) => {
            if (!(error instanceof DomainError)) throw error;
          });
          await check(`${name}, command ${index + 1} of ${sequence.join(', ')}`);
        }
        await queueActs(survivor.deps);
        await network.drain(survivor, 60_000);
        await check(`after ${sequence.join(', ')}`);
        const { rows } = await network.deps.pool.query(
          `SELECT coalesce(sum(amount), 0) AS lost FROM acts WHERE status IN ('failed', 'skipped')`,
        );
        expect(await supplyOf(network, AURORA)).to.equal(earned - spent + BigInt(rows[0].lost));
        const { differences } = await reconcile(network.deps, { sample: 1_000, after: null });
        expect(differences).to.deep.equal([]);
      }),
      {
        numRuns: RUNS,
        endOnFailure: true,
        ...(process.env.MACHINE_SEED && { seed: Number(process.env.MACHINE_SEED) }),
      },
    );
    // The sequences were worth it: every machine went far.
    const { rows } = await network.deps.pool.query('SELECT DISTINCT machine, is_now FROM ways');
    const reached = rows.map(({ machine, is_now }) => `${machine} ${is_now}`);
    expect(reached).to.include.members(['relay_transactions final', 'issuance_batches final', 'acts final']);
  });

  it('is a test that sees a forbidden way', async () => {
    await network.deps.pool.query(`INSERT INTO ways VALUES ('payments', 'paid', 'expired')`);
    expect(await check('tampered').catch((error: Error) => error.message)).to.match(
      /payments from paid to expired/,
    );
    await network.deps.pool.query(`DELETE FROM ways WHERE was = 'paid' AND is_now = 'expired'`);
    await network.deps.pool.query(`UPDATE lanes SET next_nonce = next_nonce + 1`);
    expect(await check('tampered').catch((error: Error) => error.message)).to.match(/a lane has no gap/);
  });
});
