import { expect } from 'chai';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { getAddress } from 'viem';
import { verifyReceipt } from '../../../backend/protocol/receipt.ts';
import { eoaOf, recoverEoaNative } from '../../../backend/protocol/secp256k1-native.ts';
import { hashPurchase, type PurchaseDraft } from '../../../backend/purchases/purchase.ts';
import {
  createPurchaseRecorder,
  GROUP_SIZE,
  type PurchaseRecorder,
  type Recording,
} from '../../../backend/purchases/purchase-recorder.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import type { Deps } from '../../../backend/shared/deps.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { MinorUnits, Points } from '../../../backend/shared/units.ts';
import { NETWORK, RECEIPT_KEY, startApi, type TestApi } from '../../helpers/api.ts';

describe('PurchaseRecorder', function () {
  this.timeout(120_000);
  let api: TestApi;
  let keyId: string;
  const recorders: PurchaseRecorder[] = [];
  before(async () => {
    api = await startApi();
    keyId = (await api.program.deps.prisma.apiKey.findFirstOrThrow()).id;
  });
  after(async () => {
    for (const recorder of recorders) await recorder.stop();
    await api.program.stop();
  });

  /** A recorder of its own process, as far as it can tell. */
  const startRecorder = (given: Partial<Deps['config']> = {}): PurchaseRecorder => {
    const { deps } = api.program;
    const recorder = createPurchaseRecorder({
      ...deps,
      metrics: new Registry(),
      config: { ...deps.config, ...given },
    });
    recorders.push(recorder);
    return recorder;
  };

  let drafts = 0;
  const draft = (fields: Partial<PurchaseDraft> = {}): PurchaseDraft => {
    const serial = ++drafts;
    const body = {
      account: getAddress(`0x${(0xabc000 + (serial % 50)).toString(16).padStart(40, '0')}`),
      amount: MinorUnits.of(1_000 + serial),
      currency: 'USD',
      occurredAt: new Date('2026-03-01T12:30:00Z'),
    };
    const points = Points.of(10);
    return {
      partnerId: 1,
      purchaseId: `draft-${serial}`,
      bodyHash: hashPurchase(body),
      ...body,
      points,
      actor: `key:${keyId}`,
      ...fields,
    };
  };

  it('writes many purchases in few commits, each with a receipt in its group', async () => {
    const recorder = startRecorder();
    const before = await api.rowCounts();
    const recordings = await Promise.all(
      Array.from({ length: 2 * GROUP_SIZE + 100 }, () => recorder.record(draft())),
    );
    const after = await api.rowCounts();
    expect((after.purchases ?? 0) - (before.purchases ?? 0)).to.equal(recordings.length);
    expect((after.receipt_groups ?? 0) - (before.receipt_groups ?? 0)).to.be.at.most(5);
    const signer = eoaOf(fromHex(RECEIPT_KEY));
    if (!signer) throw new TypeError('the receipt key has no address');
    for (const { recorded, first } of recordings.filter((_, index) => index % 37 === 0)) {
      expect(first).to.equal(true);
      expect(await verifyReceipt(recorded.receipt, { ...NETWORK, signer }, recoverEoaNative)).to.equal(null);
    }
  });

  it('lets a bad row fail alone, with all of its group written', async () => {
    const recorder = startRecorder();
    // No partner 99 has a programme, so the foreign key refuses the row: something that no parser lets through.
    const bad = draft({ partnerId: 99 });
    const good = Array.from({ length: 60 }, () => draft());
    const before = await api.rowCounts();
    const group = [...good.slice(0, 31), bad, ...good.slice(31)];
    const outcomes = await Promise.allSettled(group.map((each) => recorder.record(each)));
    expect(outcomes.map(({ status }) => status === 'fulfilled')).to.deep.equal(
      group.map((each) => each !== bad),
    );
    const failure = outcomes[31];
    expect(failure?.status === 'rejected' && failure.reason.code).to.equal('INTERNAL');
    const after = await api.rowCounts();
    expect((after.purchases ?? 0) - (before.purchases ?? 0)).to.equal(60);
    expect((after.ledger_entries ?? 0) - (before.ledger_entries ?? 0)).to.equal(120);
  });

  it('records the same purchases once, though several processes are told of them at the same moment', async () => {
    const processes = [startRecorder(), startRecorder(), startRecorder()];
    const told = Array.from({ length: 300 }, () => draft());
    const before = await api.rowCounts();
    const all = await Promise.all(
      processes.map((recorder) => Promise.all(told.map((each) => recorder.record(each)))),
    );
    const after = await api.rowCounts();
    expect((after.purchases ?? 0) - (before.purchases ?? 0)).to.equal(300);
    expect((after.accruals ?? 0) - (before.accruals ?? 0)).to.equal(300);
    told.forEach((_, index) => {
      const same = all.map((recordings) => recordings[index]);
      expect(same.filter((recording) => recording?.first)).to.have.length(1);
      expect(new Set(same.map((recording) => JSON.stringify(recording?.recorded.receipt))).size).to.equal(1);
    });
  });

  it('loses and doubles nothing when the database cuts connections, if callers repeat as they are told', async () => {
    const recorder = startRecorder();
    const told = Array.from({ length: 1_500 }, () => draft());
    const before = await api.rowCounts();
    let cut = 0;
    let done = false;
    const cutter = (async () => {
      const admin = new Client({ connectionString: api.program.deps.config.databaseUrl });
      await admin.connect();
      while (!done && cut < 8) {
        const { rows } = await admin.query(
          `SELECT count(pg_terminate_backend(pid))::int AS cut FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%INSERT INTO receipt_groups%'`,
        );
        cut += rows[0].cut;
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      await admin.end();
    })();
    const codes = new Set<string>();
    const recordAtLast = async (each: PurchaseDraft): Promise<Recording> => {
      for (let tries = 0; tries < 200; tries++) {
        const outcome = await recorder.record(each).catch((error: DomainError) => error);
        if (!(outcome instanceof DomainError)) return outcome;
        codes.add(outcome.code);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return expect.fail(`${each.purchaseId} was never recorded`);
    };
    const recordings: Recording[] = [];
    for (let at = 0; at < told.length; at += 100)
      recordings.push(...(await Promise.all(told.slice(at, at + 100).map(recordAtLast))));
    done = true;
    await cutter;
    expect(cut).to.be.greaterThan(0);
    expect([...codes]).to.deep.equal(['DATABASE_UNAVAILABLE']);
    const after = await api.rowCounts();
    for (const [table, rows] of [
      ['purchases', 1],
      ['receipts', 1],
      ['accruals', 1],
      ['ledger_entries', 2],
    ] as const)
      expect((after[table] ?? 0) - (before[table] ?? 0), table).to.equal(rows * told.length);
    const again = await Promise.all(told.map((each) => recorder.record(each)));
    expect(again.map(({ recorded }) => recorded.receipt)).to.deep.equal(
      recordings.map(({ recorded }) => recorded.receipt),
    );
  });

  it('turns callers away when too many wait, and goes on when they have been served', async () => {
    const recorder = startRecorder({ purchaseQueueLimit: 20 });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => recorder.record(draft())));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).to.have.length(30);
    for (const { reason } of refused) expect(reason).to.include({ code: 'OVERLOADED', retryAfterSeconds: 1 });
    expect((await recorder.record(draft())).first).to.equal(true);
  });

  it('answers everything it has taken before it stops, and takes no more', async () => {
    const recorder = startRecorder();
    let answered = 0;
    for (let index = 0; index < 40; index++) recorder.record(draft()).then(() => answered++, expect.fail);
    await recorder.stop();
    await new Promise(setImmediate);
    expect(answered).to.equal(40);
    const late = await recorder.record(draft()).catch((error) => error.code);
    expect(late).to.equal('STOPPING');
  });
});
