import { expect } from 'chai';
import fc from 'fast-check';
import { closeBatches } from '../../../backend/issuance/close-batches.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { setProgramme } from '../../../backend/partners/set-programme.ts';
import { verifyReturnReceipt } from '../../../backend/protocol/return-receipt.ts';
import { eoaOf } from '../../../backend/protocol/secp256k1-native.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import { type Answer, NETWORK, RECEIPT_KEY, sale, startApi, type TestApi } from '../../helpers/api.ts';

describe('POST /v1/purchases/:id/returns', function () {
  this.timeout(120_000);
  let api: TestApi;
  let serial = 0;
  before(async () => {
    api = await startApi({ batchIntervalMs: 1 });
    // A new database numbers no batch before its indexer has caught up.
    const { pool } = api.program.deps;
    await pool.query(
      `INSERT INTO indexer_cursor (chain_id, coalition, genesis, number, hash, highest_seen) VALUES (31337, '\\x00', '\\x00', 1, '\\x00', 1)`,
    );
  });
  after(() => api.program.stop());

  const freshMember = () => `0x${(0xe0_0000 + ++serial).toString(16).padStart(40, '0')}`;
  const buy = async (fields: Record<string, unknown> = {}, key = api.keys.aurora) => {
    const { status, body } = await api.post('/v1/purchases', sale({ member: freshMember(), ...fields }), key);
    expect(status, JSON.stringify(body)).to.equal(201);
    return body as { id: string; member: string; points: string; receipt: { receiptId: string } };
  };
  const giveBack = (purchase: string, fields: Record<string, unknown> = {}, key = api.keys.aurora) =>
    api.post(`/v1/purchases/${purchase}/returns`, { id: `return-${++serial}`, ...fields }, key);
  const expectCode = ({ status, body }: Answer, expected: [number, string]) =>
    expect([status, body.code], JSON.stringify(body)).to.deep.equal(expected);
  const stateOf = async (id: string) => (await api.get(`/v1/purchases/${id}`, api.keys.aurora)).body;
  const balancesOf = async (member: string) => (await api.get(`/v1/members/${member}/balances`)).body;
  /** Closes what is due now: from here on the points are in a batch. */
  const close = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    while ((await closeBatches(api.program.deps)) > 0);
    // So that the next ones are closed too, though nothing is sent.
    await api.program.deps.pool.query(`UPDATE issuance_batches SET status = 'final' WHERE status = 'ready'`);
  };
  /** Points that batches mint to a member. */
  const issuedTo = async (member: string): Promise<bigint> => {
    const { rows } = await api.program.deps.pool.query(
      'SELECT coalesce(sum(amount), 0)::bigint AS points FROM issuance_mints WHERE account = $1',
      [fromHex(member as `0x${string}`)],
    );
    return rows[0].points;
  };

  describe('of a purchase that is not in a batch', () => {
    it('takes the points of a part before they are issued, and the rest later', async () => {
      const bought = await buy({ amount: 1_000 });
      const first = await giveBack(bought.id, { amount: 250 });
      expect(first.status, JSON.stringify(first.body)).to.equal(201);
      // Of 7.50 alone 7 points would have been earned.
      expect(first.body).to.deep.include({ amount: '250', points: '3', debt: '0', purchase: bought.id });
      expect((await balancesOf(bought.member)).pending).to.deep.equal([
        { partner: 1, points: '7', reason: 'accepted' },
      ]);
      const rest = await giveBack(bought.id);
      expect(rest.body).to.deep.include({ amount: '750', points: '7', debt: '0' });
      const { pending, debts } = await balancesOf(bought.member);
      expect([pending, debts]).to.deep.equal([[], []]);
      const state = await stateOf(bought.id);
      expect(state.returns).to.deep.equal([first.body, rest.body]);
      expect([state.status, state.points]).to.deep.equal(['final', '10']);
      await close();
      expect(await issuedTo(bought.member)).to.equal(0n);
    });

    it('is answered with a receipt that the network has signed', async () => {
      const bought = await buy({ amount: 1_000 });
      const { receipt } = (await giveBack(bought.id, { amount: 100 })).body;
      const signer = eoaOf(fromHex(RECEIPT_KEY));
      if (!signer) throw new TypeError('the receipt key has no address');
      expect(receipt.receiptId).to.equal(bought.receipt.receiptId);
      expect(await verifyReturnReceipt(receipt, { ...NETWORK, signer })).to.equal(true);
      for (const forged of [{ points: '2' }, { debt: '1' }, { returnId: 'another' }, { chainId: 1 }])
        expect(await verifyReturnReceipt({ ...receipt, ...forged }, { ...NETWORK, signer })).to.equal(false);
    });

    it('is written with its posting, an event and an audit entry, and nothing else', async () => {
      const bought = await buy({ amount: 1_000 });
      const before = await api.rowCounts();
      await giveBack(bought.id, { amount: 100 });
      const after = await api.rowCounts();
      const added = Object.entries(after).flatMap(([table, rows]) =>
        rows === before[table] ? [] : [[table, rows - (before[table] ?? 0)]],
      );
      expect(Object.fromEntries(added)).to.deep.equal({
        audit_log: 1,
        events: 1,
        ledger_entries: 2,
        purchase_returns: 1,
      });
    });
  });

  describe('of a purchase whose points are issued', () => {
    it('is a debt at the brand, which the next purchases pay before they earn', async () => {
      const bought = await buy({ amount: 10_000 });
      await close();
      expect(await issuedTo(bought.member)).to.equal(100n);
      const { body } = await giveBack(bought.id, { amount: 6_000 });
      expect(body).to.deep.include({ points: '60', debt: '60' });
      expect((await balancesOf(bought.member)).debts).to.deep.equal([{ partner: 1, points: '60' }]);

      await buy({ member: bought.member, amount: 2_500 });
      await close();
      expect(await issuedTo(bought.member)).to.equal(100n);
      expect((await balancesOf(bought.member)).debts).to.deep.equal([{ partner: 1, points: '35' }]);

      await buy({ member: bought.member, amount: 5_000 });
      const atAnother = await buy({ member: bought.member, amount: 250, currency: 'EUR' }, api.keys.boreal);
      await close();
      expect(await issuedTo(bought.member)).to.equal(100n + 15n + BigInt(atAnother.points));
      expect((await balancesOf(bought.member)).debts).to.deep.equal([]);
      const { rows } = await api.program.deps.pool.query(
        `SELECT data FROM events WHERE type = 'debt.repaid' AND account = $1 ORDER BY id`,
        [fromHex(bought.member as `0x${string}`)],
      );
      expect(rows.map(({ data }) => data)).to.deep.equal([
        { points: '25', left: '35' },
        { points: '35', left: '0' },
      ]);
    });

    it('takes what is not issued first, and owes the rest of a purchase that is issued', async () => {
      const member = freshMember();
      const issued = await buy({ member, amount: 1_000 });
      await close();
      const open = await buy({ member, amount: 1_000 });
      expect((await giveBack(open.id, { amount: 400 })).body).to.deep.include({ points: '4', debt: '0' });
      expect((await giveBack(issued.id, { amount: 400 })).body).to.deep.include({ points: '4', debt: '4' });
      await close();
      expect(await issuedTo(member)).to.equal(10n + 2n);
    });
  });

  describe('by lines', () => {
    const items = [
      { line: 'a', sku: 'mug', quantity: 3, amount: 1_000 },
      { line: 'b', quantity: 1, amount: 234 },
    ];

    it('takes parts of a line at its share, and the last part takes the rest', async () => {
      const bought = await buy({ items });
      const parts = [
        await giveBack(bought.id, { items: [{ line: 'a', quantity: 1 }] }),
        await giveBack(bought.id, {
          items: [
            { line: 'a', quantity: 1 },
            { line: 'b', quantity: 1 },
          ],
        }),
        await giveBack(bought.id, { items: [{ line: 'a', quantity: 1 }] }),
      ];
      expect(parts.map(({ body }) => [body.amount, body.points])).to.deep.equal([
        ['333', '3'],
        ['567', '6'],
        ['334', '3'],
      ]);
      const state = await stateOf(bought.id);
      expect(state.items).to.deep.equal(items.map((item) => ({ ...item, amount: String(item.amount) })));
    });

    it('refuses more pieces than were bought, lines that are not there, and both lines and an amount', async () => {
      const bought = await buy({ items });
      await giveBack(bought.id, { items: [{ line: 'a', quantity: 2 }] });
      const tooMany = await giveBack(bought.id, { items: [{ line: 'a', quantity: 2 }] });
      expectCode(tooMany, [422, 'RETURN_TOO_MUCH']);
      expect(tooMany.body.details).to.deep.equal({ asked: '2', left: '1' });
      expectCode(await giveBack(bought.id, { items: [{ line: 'z', quantity: 1 }] }), [
        422,
        'RETURN_LINE_UNKNOWN',
      ]);
      expectCode(await giveBack(bought.id, { amount: 1, items: [{ line: 'a', quantity: 1 }] }), [
        400,
        'REQUEST_INVALID',
      ]);
      expect((await stateOf(bought.id)).returns).to.have.length(1);
    });

    it('are refused with a purchase when they do not add up, or share an id', async () => {
      for (const wrong of [
        [{ line: 'a', quantity: 1, amount: 1_233 }],
        [
          { line: 'a', quantity: 1, amount: 1_000 },
          { line: 'a', quantity: 1, amount: 234 },
        ],
      ]) {
        const answer = await api.post('/v1/purchases', sale({ items: wrong }), api.keys.aurora);
        expectCode(answer, [400, 'REQUEST_INVALID']);
        expect(answer.body.errors[0].field).to.equal('items');
      }
    });

    it('are part of what a purchase’s id stands for', async () => {
      const body = sale({ items });
      const first = await api.post('/v1/purchases', body, api.keys.aurora);
      const again = await api.post('/v1/purchases', body, api.keys.aurora);
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
      const [a, b] = items;
      const other = { ...body, items: [{ ...a, quantity: 2 }, b] };
      expectCode(await api.post('/v1/purchases', other, api.keys.aurora), [409, 'PURCHASE_ID_REUSED']);
    });
  });

  it('goes by the rate that was in force at the purchase', async () => {
    const { prisma } = api.program.deps;
    const brand = { partnerId: 8, slug: 'dune', colour: '#123456' };
    const rule = (points: bigint) => ({ points, perMinor: 100n, currency: 'USD' });
    await setProgramme(prisma, { programme: { ...brand, earning: rule(5n) }, actor: 'test' });
    const till = { partnerId: 8, name: 'till', scopes: ['till'], actor: 'test' } as const;
    const { key } = await createApiKey(prisma, till);
    const bought = await buy({ amount: 1_000 }, key);
    await setProgramme(prisma, { programme: { ...brand, earning: rule(50n) }, actor: 'test' });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const half = await giveBack(bought.id, { amount: 500 }, key);
    expect(half.body).to.deep.include({ points: '25' });
    expect((await giveBack(bought.id, {}, key)).body).to.deep.include({ points: '25' });
  });

  describe('the same return again', () => {
    it('gets the first answer, a hundred times at once and after others', async () => {
      const bought = await buy({ amount: 1_000 });
      const body = { id: `return-${++serial}`, amount: 600 };
      const answers = await Promise.all(Array.from({ length: 100 }, () => giveBack(bought.id, body)));
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      expect(answers.filter(({ status }) => status === 200)).to.have.length(99);
      await giveBack(bought.id);
      answers.push(await giveBack(bought.id, body));
      expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).to.equal(1);
    });

    it('with another body, or of another purchase, is refused', async () => {
      const [one, other] = [await buy({ amount: 1_000 }), await buy({ amount: 1_000 })];
      const body = { id: `return-${++serial}`, amount: 600 };
      await giveBack(one.id, body);
      expectCode(await giveBack(one.id, { ...body, amount: 601 }), [409, 'RETURN_ID_REUSED']);
      expectCode(await giveBack(other.id, body), [409, 'RETURN_ID_REUSED']);
      expect((await stateOf(other.id)).returns).to.deep.equal([]);
    });

    it('of two purchases at the same moment is one return', async () => {
      const [one, other] = [await buy({ amount: 1_000 }), await buy({ amount: 1_000 })];
      const body = { id: `return-${++serial}`, amount: 600 };
      const answers = await Promise.all([giveBack(one.id, body), giveBack(other.id, body)]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
      const states = await Promise.all([stateOf(one.id), stateOf(other.id)]);
      expect(states.flatMap(({ returns }) => returns)).to.have.length(1);
    });
  });

  it('is never more than was bought, however many tills ask at once', async () => {
    const bought = await buy({ amount: 1_000 });
    const answers = await Promise.all(Array.from({ length: 40 }, () => giveBack(bought.id, { amount: 300 })));
    expect(answers.filter(({ status }) => status === 201)).to.have.length(3);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectCode(answer, [422, 'RETURN_TOO_MUCH']);
    expect((await stateOf(bought.id)).returns).to.have.length(3);
  });

  it('while the batch closes takes each point once: before it is issued, or as a debt', async () => {
    for (let round = 0; round < 10; round++) {
      const bought = await buy({ amount: 10_000 });
      await new Promise((resolve) => setTimeout(resolve, 3));
      const [, ...answers] = await Promise.all([
        closeBatches(api.program.deps),
        ...Array.from({ length: 5 }, () => giveBack(bought.id, { amount: 1_000 })),
      ]);
      const taken = answers.reduce((total, { body }) => total + BigInt(body.points), 0n);
      const debt = answers.reduce((total, { body }) => total + BigInt(body.debt), 0n);
      expect(taken).to.equal(50n);
      await close();
      // What returned before the batch paid no debt; what came after it is owed.
      const { debts } = await balancesOf(bought.member);
      const owed = BigInt(debts[0]?.points ?? 0);
      expect(owed).to.equal(debt);
      expect((await issuedTo(bought.member)) - owed).to.equal(50n);
    }
  });

  it('lets nobody earn, return and keep: issued less owed is what the purchases that stand have earned', async () => {
    const step = fc.oneof(
      fc.record({ buy: fc.integer({ min: 1, max: 5_000 }) }),
      fc.record({ back: fc.nat({ max: 9 }), amount: fc.integer({ min: 1, max: 4_000 }) }),
      fc.constant('close' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const member = freshMember();
        const bought: { id: string; amount: number }[] = [];
        for (const each of steps) {
          if (each === 'close') await close();
          else if ('buy' in each)
            bought.push({ id: (await buy({ member, amount: each.buy })).id, amount: each.buy });
          else if (bought.length > 0)
            await giveBack(bought[each.back % bought.length]?.id ?? '', { amount: each.amount });
        }
        let earned = 0n;
        for (const { id, amount } of bought) {
          const { returns } = await stateOf(id);
          const back = returns.reduce((sum: bigint, row: { amount: string }) => sum + BigInt(row.amount), 0n);
          earned += (BigInt(amount) - back) / 100n;
        }
        const { pending, debts } = await balancesOf(member);
        const open = pending.reduce((sum: bigint, row: { reason: string; points: string }) => {
          return row.reason === 'accepted' ? sum + BigInt(row.points) : sum;
        }, 0n);
        expect((await issuedTo(member)) + open - BigInt(debts[0]?.points ?? 0)).to.equal(earned);
        await close();
        const after = await balancesOf(member);
        expect((await issuedTo(member)) - BigInt(after.debts[0]?.points ?? 0)).to.equal(earned);
      }),
      { numRuns: 25 },
    );
    const { rows } = await api.program.deps.pool.query(
      `SELECT kind, subject FROM ledger_entries GROUP BY 1, 2 HAVING sum(points) <> 0`,
    );
    expect(rows).to.deep.equal([]);
    const debtBook = await api.program.deps.pool.query(
      `SELECT FROM (SELECT partner_id, account, -sum(points) AS points FROM ledger_entries WHERE book = 'debt' GROUP BY 1, 2) b
       FULL JOIN brand_debts d USING (partner_id, account) WHERE coalesce(b.points, 0) <> coalesce(d.points, 0)`,
    );
    expect(debtBook.rowCount).to.equal(0);
  });

  it('shows in the history of the member', async () => {
    const { readHistory } = await import('../../../backend/members/read-history.ts');
    const bought = await buy({ amount: 1_000 });
    await close();
    await giveBack(bought.id);
    await buy({ member: bought.member, amount: 300 });
    await close();
    const { items } = await readHistory(api.program.deps, { account: bought.member as `0x${string}` });
    const told = items.map((item: Record<string, unknown>) => [item.kind, String(item.points)]).sort();
    expect(told).to.deep.equal([
      ['accrual', '10'],
      ['accrual', '3'],
      ['repayment', '3'],
      ['return', '10'],
    ]);
    expect(items.find((item: Record<string, unknown>) => item.kind === 'return')).to.deep.include({
      debt: 10n,
      receipt: bought.receipt.receiptId,
    });
  });

  it('of no purchase, or of another brand’s, is refused', async () => {
    const bought = await buy({ amount: 1_000 });
    expectCode(await giveBack('never-sold'), [404, 'PURCHASE_UNKNOWN']);
    expectCode(await giveBack(bought.id, {}, api.keys.boreal), [404, 'PURCHASE_UNKNOWN']);
    expectCode(await giveBack(bought.id, { amount: 0 }), [400, 'REQUEST_INVALID']);
    await giveBack(bought.id);
    expectCode(await giveBack(bought.id), [422, 'RETURN_TOO_MUCH']);
  });
});
