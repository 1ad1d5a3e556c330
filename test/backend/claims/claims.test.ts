import { expect } from 'chai';
import { lapseClaims } from '../../../backend/claims/lapse-claims.ts';
import { setProgramme } from '../../../backend/partners/set-programme.ts';
import { verifyReceipt } from '../../../backend/protocol/receipt.ts';
import { eoaOf } from '../../../backend/protocol/secp256k1-native.ts';
import { fromHex } from '../../../backend/shared/bytes.ts';
import {
  type Answer,
  NETWORK,
  ORIGIN,
  RECEIPT_KEY,
  sale,
  startApi,
  type TestApi,
} from '../../helpers/api.ts';
import { deviceMember, eoaMember } from '../../helpers/members.ts';
import { signInAs } from '../../helpers/sign-in.ts';

const DAY = 24 * 60 * 60;
const SECRETS = ['5a'.repeat(32)];
const LINK = /^https:\/\/tessera\.example\/claim#([A-Za-z0-9_-]{32})$/;

describe('Claim links', function () {
  this.timeout(120_000);
  let api: TestApi;
  let now = 1_790_000_000;
  const clock = { now: () => new Date(now * 1000), seconds: () => now };
  const ana = eoaMember('claiming ana');
  const eve = eoaMember('claiming eve');
  let anas: string;
  let eves: string;

  before(async () => {
    api = await startApi({ secretsKeys: SECRETS }, { clock });
    anas = await signInAs(api, ana);
    eves = await signInAs(api, eve);
  });
  after(() => api.program.stop());

  const claiming = (fields: Record<string, unknown> = {}) => sale({ member: { claim: true }, ...fields });
  const report = (body: Record<string, unknown>, key = api.keys.aurora) =>
    api.post('/v1/purchases', body, key);
  const secretIn = ({ body }: Answer): string => LINK.exec(body.claim?.url)?.[1] ?? 'no link';
  const open = async (fields: Record<string, unknown> = {}) => secretIn(await report(claiming(fields)));
  const accept = (secret: string, session: string) => api.post('/v1/claims/accept', { secret }, session);
  const preview = (secret: string) => api.post('/v1/claims', { secret });
  const outcome = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;
  const eventsOf = async (purchase: unknown) => {
    const sql = `SELECT type FROM events WHERE partner_id = 1 AND data->>'purchase' = $1 ORDER BY id`;
    const { rows } = await api.program.deps.pool.query<{ type: string }>(sql, [purchase]);
    return rows.map(({ type }) => type);
  };

  describe('a purchase of a customer who is no member', () => {
    it('is recorded at once, with its points and a link for them', async () => {
      const body = claiming({ amount: 1_250 });
      const before = await api.rowCounts();
      const answer = await report(body);
      const after = await api.rowCounts();
      expect(outcome(answer)).to.equal('201 unclaimed');
      expect(answer.body).to.deep.include({ id: body.id, points: '12' });
      expect(answer.body.claim.url).to.match(LINK);
      expect(answer.body.claim.expiresAt).to.equal(new Date((now + 90 * DAY) * 1000).toISOString());
      expect(answer.body).to.not.have.any.keys('member', 'receipt');
      const added = Object.entries(after).flatMap(([table, rows]) =>
        rows === before[table] ? [] : [[table, rows - (before[table] ?? 0)]],
      );
      expect(Object.fromEntries(added)).to.deep.equal({ audit_log: 1, claims: 1, events: 1, purchases: 1 });
      expect(await eventsOf(body.id)).to.deep.equal(['claim.opened']);
    });

    it('is answered the same for ever, the link included, however it is written', async () => {
      const body = claiming({ amount: 700, occurredAt: '2026-03-01T12:00:00Z' });
      const first = await report(body);
      const again = await report({ ...body, amount: '700', occurredAt: '2026-03-01T13:00:00+01:00' });
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
      await accept(secretIn(first), anas);
      const later = await report(body);
      expect([later.status, later.body]).to.deep.equal([200, first.body]);
    });

    it('fifty times at once is one purchase and fifty equal answers', async () => {
      const body = claiming();
      const answers = await Promise.all(Array.from({ length: 50 }, () => report(body)));
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).to.equal(1);
      expect(await eventsOf(body.id)).to.deep.equal(['claim.opened']);
    });

    it('refuses its id to any other purchase, and takes none that is used', async () => {
      const waiting = claiming();
      const taken = sale();
      await report(waiting);
      await report(taken);
      const others = [
        { ...waiting, amount: 99 },
        { ...waiting, member: ana.account },
        { ...taken, member: { claim: true } },
      ];
      for (const other of others) expect(outcome(await report(other))).to.equal('409 PURCHASE_ID_REUSED');
      const secret = secretIn(await report(waiting));
      await accept(secret, anas);
      for (const other of others) expect(outcome(await report(other))).to.equal('409 PURCHASE_ID_REUSED');
    });

    it('and one of a member under the same id, at the same moment: one of them wins', async () => {
      for (let round = 0; round < 4; round++) {
        const claim = claiming();
        const member = { ...claim, member: ana.account };
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, index) => report(index % 2 ? claim : member)),
        );
        const good = answers.filter(({ status }) => status < 300);
        expect(good, JSON.stringify(answers.map(outcome))).to.have.length(4);
        expect(new Set(good.map(({ body }) => JSON.stringify(body))).size).to.equal(1);
        for (const answer of answers.filter(({ status }) => status >= 300))
          expect(outcome(answer)).to.equal('409 PURCHASE_ID_REUSED');
        const rows = await api.program.deps.prisma.purchase.count({
          where: { purchaseId: String(claim.id) },
        });
        expect(rows).to.equal(1);
      }
    });

    it('is refused like any other where the sale is wrong, and leaves nothing', async () => {
      const before = await api.rowCounts();
      expect(outcome(await report(claiming({ currency: 'EUR' })))).to.equal('422 CURRENCY_UNSUPPORTED');
      expect(outcome(await report(claiming({ occurredAt: '2199-01-01T00:00:00Z' })))).to.equal(
        '400 REQUEST_INVALID',
      );
      for (const member of [{ claim: false }, { claim: true, code: '12345678' }, {}, null]) {
        const { body } = await report(sale({ member }));
        expect([body.code, body.errors[0].field.split('.')[0]]).to.deep.equal(['REQUEST_INVALID', 'member']);
      }
      expect(await api.rowCounts()).to.deep.equal(before);
    });

    it('keeps its points when the rule of the brand changes', async () => {
      const { prisma } = api.program.deps;
      const boreal = { partnerId: 2, slug: 'boreal', colour: '#0ea5e9' };
      const rule = (points: bigint) => ({ points, perMinor: 250n, currency: 'EUR' });
      const body = claiming({ amount: 500, currency: 'EUR' });
      const answer = await report(body, api.keys.boreal);
      await setProgramme(prisma, { programme: { ...boreal, earning: rule(50n) }, actor: 'test' });
      expect((await accept(secretIn(answer), anas)).body.points).to.equal('6');
      await setProgramme(prisma, { programme: { ...boreal, earning: rule(3n) }, actor: 'test' });
    });

    it('comes in bulk as well', async () => {
      const lines = [claiming({ amount: 300 }), sale({ member: ana.account }), claiming({ amount: 400 })];
      const response = await fetch(`${api.url}/v1/purchases/bulk`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${api.keys.aurora}` },
        body: lines.map((line) => JSON.stringify(line)).join('\n'),
      });
      const answers = (await response.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(answers.map(({ status, points }) => [status, points])).to.deep.equal([
        ['unclaimed', '3'],
        ['accepted', '12'],
        ['unclaimed', '4'],
      ]);
      expect(outcome(await accept(LINK.exec(answers[2].claim.url)?.[1] ?? '', anas))).to.equal(
        '201 accepted',
      );
    });
  });

  describe('the link', () => {
    it('shows what waits, to whoever has it', async () => {
      const secret = await open({ amount: 4_200 });
      const { status, body } = await preview(secret);
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        partner: 1,
        points: '42',
        status: 'open',
        occurredAt: '2026-03-01T12:30:00.000Z',
        expiresAt: new Date((now + 90 * DAY) * 1000).toISOString(),
      });
    });

    it('says nothing of who has used it', async () => {
      const secret = await open();
      await accept(secret, anas);
      const { body } = await preview(secret);
      expect(body.status).to.equal('accepted');
      expect(JSON.stringify(body).toLowerCase()).to.not.contain(ana.account.slice(2).toLowerCase());
    });

    it('is unknown with another secret, and malformed with less', async () => {
      const secret = await open();
      const other = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
      expect(outcome(await preview(other))).to.equal('404 CLAIM_UNKNOWN');
      expect(outcome(await accept(other, anas))).to.equal('404 CLAIM_UNKNOWN');
      expect(outcome(await preview(secret.slice(1)))).to.equal('400 REQUEST_INVALID');
    });

    it('stands nowhere in the database as it is', async () => {
      const body = claiming();
      const secret = secretIn(await report(body));
      const { rows } = await api.program.deps.pool.query(
        `SELECT (SELECT count(*)::int FROM claims WHERE secret_hash = sha256(convert_to($1, 'UTF8'))) AS hashed,
                (SELECT count(*)::int FROM claims c WHERE c::text LIKE '%' || $2 || '%') AS plain,
                (SELECT count(*)::int FROM events e WHERE e::text LIKE '%' || $1 || '%') AS told,
                (SELECT count(*)::int FROM audit_log a WHERE a::text LIKE '%' || $1 || '%') AS audited`,
        [secret, Buffer.from(secret).toString('hex')],
      );
      expect(rows[0]).to.deep.equal({ hashed: 1, plain: 0, told: 0, audited: 0 });
    });
  });

  describe('accepting', () => {
    it('needs a session', async () => {
      const secret = await open();
      expect(outcome(await api.post('/v1/claims/accept', { secret }))).to.equal('401 SESSION_MISSING');
      expect((await preview(secret)).body.status).to.equal('open');
    });

    it('writes what every purchase has: accrual, posting, receipt, event, audit', async () => {
      const body = claiming({ amount: 12_300 });
      const secret = secretIn(await report(body));
      const before = await api.rowCounts();
      const answer = await accept(secret, anas);
      const after = await api.rowCounts();
      expect(outcome(answer)).to.equal('201 accepted');
      expect(answer.body).to.deep.include({
        partner: 1,
        purchase: body.id,
        member: ana.account,
        points: '123',
      });
      const signer = eoaOf(fromHex(RECEIPT_KEY));
      expect(signer && (await verifyReceipt(answer.body.receipt, { ...NETWORK, signer }))).to.equal(null);
      const added = Object.entries(after).flatMap(([table, rows]) =>
        rows === before[table] ? [] : [[table, rows - (before[table] ?? 0)]],
      );
      expect(Object.fromEntries(added)).to.deep.equal({
        accruals: 1,
        audit_log: 2,
        events: 2,
        ledger_entries: 2,
        receipt_groups: 1,
        receipts: 1,
      });
      expect(await eventsOf(body.id)).to.deep.equal(['claim.opened', 'claim.accepted', 'purchase.accepted']);
      const found = await api.get(`/v1/receipts/${answer.body.receipt.receiptId}`);
      expect(found.body.receipt).to.deep.equal(answer.body.receipt);
      const balances = await api.get(`/v1/members/${ana.account}/history`, anas);
      expect(balances.body.items[0]).to.deep.include({
        kind: 'accrual',
        points: '123',
        receipt: answer.body.receipt.receiptId,
      });
    });

    it('again gives the same account the same answer, and another account nothing', async () => {
      const secret = await open();
      const first = await accept(secret, anas);
      const again = await accept(secret, anas);
      expect([again.status, again.body]).to.deep.equal([200, first.body]);
      expect(outcome(await accept(secret, eves))).to.equal('409 CLAIM_TAKEN');
    });

    it('thirty times at once, by two accounts, gives the points once', async () => {
      const secret = await open({ amount: 777 });
      const before = await api.rowCounts();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => accept(secret, index % 2 ? anas : eves)),
      );
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      expect(answers.filter(({ status }) => status === 200)).to.have.length(14);
      expect(answers.filter((answer) => outcome(answer) === '409 CLAIM_TAKEN')).to.have.length(15);
      const after = await api.rowCounts();
      expect([after.accruals, after.receipts]).to.deep.equal([
        (before.accruals ?? 0) + 1,
        (before.receipts ?? 0) + 1,
      ]);
    });

    it('is for a wallet that was made this minute too', async () => {
      const device = await deviceMember();
      const secret = await open({ amount: 500 });
      const { body } = await accept(secret, await signInAs(api, device));
      expect([body.member, body.points]).to.deep.equal([device.account, '5']);
    });

    it('of a purchase that earned nothing gives a receipt and nothing to wait for', async () => {
      const answer = await accept(await open({ amount: 5 }), anas);
      expect([outcome(answer), answer.body.points, answer.body.receipt.points]).to.deep.equal([
        '201 final',
        '0',
        '0',
      ]);
    });
  });

  describe('what the till sees', () => {
    it('of the purchase: unclaimed with its link, then as every other', async () => {
      const body = claiming({ amount: 900 });
      const first = await report(body);
      const waiting = await api.get(`/v1/purchases/${body.id}`, api.keys.aurora);
      const sold = { amount: '900', currency: 'USD', returns: [] };
      expect([waiting.status, waiting.body]).to.deep.equal([200, { ...first.body, ...sold }]);
      expect(outcome(await api.get(`/v1/purchases/${body.id}`, api.keys.boreal))).to.equal(
        '404 PURCHASE_UNKNOWN',
      );
      const accepted = await accept(secretIn(first), anas);
      const { partner: _, purchase: id, ...rest } = accepted.body;
      const after = await api.get(`/v1/purchases/${body.id}`, api.keys.aurora);
      expect(after.body).to.deep.equal({ id, ...rest, ...sold });
    });

    it('of all claims: its own brand’s, newest first, page by page, by status', async () => {
      const mine = [claiming({ amount: 100 }), claiming({ amount: 200 }), claiming({ amount: 300 })];
      for (const body of mine) await report(body);
      await accept(secretIn(await report(mine[1] ?? {})), anas);
      const list = (query: string, key = api.keys.aurora) => api.get(`/v1/claims?${query}`, key);
      const first = await list('limit=2');
      expect(first.body.claims.map(({ purchase }: { purchase: string }) => purchase)).to.deep.equal([
        mine[2]?.id,
        mine[1]?.id,
      ]);
      expect(first.body.claims[1]).to.include({ status: 'accepted', member: ana.account, points: '2' });
      const second = await list(`limit=1&cursor=${first.body.next}`);
      expect(second.body.claims[0]).to.include({ purchase: mine[0]?.id, status: 'open', amount: '100' });
      const openOnes = (await list('status=open')).body.claims as { purchase: string; status: string }[];
      expect(openOnes.every(({ status }) => status === 'open')).to.equal(true);
      expect(openOnes.map(({ purchase }) => purchase))
        .to.include(mine[0]?.id)
        .and.not.include(mine[1]?.id);
      const foreign = (await list('', api.keys.boreal)).body.claims as { purchase: string }[];
      expect(foreign.map(({ purchase }) => purchase)).to.not.include(mine[0]?.id);
    });
  });

  describe('when its time is up', () => {
    it('is lost: refused, shown as lapsed, and told to the brand once', async () => {
      const body = claiming({ amount: 5_000 });
      const secret = secretIn(await report(body));
      now += 90 * DAY - 1;
      expect((await preview(secret)).body.status).to.equal('open');
      now += 1;
      anas = await signInAs(api, ana);
      expect(outcome(await accept(secret, anas))).to.equal('410 CLAIM_EXPIRED');
      expect((await preview(secret)).body.status).to.equal('lapsed');
      expect((await api.get(`/v1/purchases/${body.id}`, api.keys.aurora)).body.status).to.equal('lapsed');
      expect(await lapseClaims(api.program.deps)).to.be.greaterThan(0);
      expect(await lapseClaims(api.program.deps)).to.equal(0);
      expect(await eventsOf(body.id)).to.deep.equal(['claim.opened', 'claim.lapsed']);
      expect(outcome(await accept(secret, anas))).to.equal('410 CLAIM_EXPIRED');
      const lapsed = (await api.get('/v1/claims?status=lapsed', api.keys.aurora)).body.claims;
      expect(lapsed.map(({ purchase }: { purchase: string }) => purchase)).to.include(body.id);
      const again = await report(body);
      expect(outcome(again)).to.equal('200 unclaimed');
    });

    it('leaves what was accepted in time alone', async () => {
      const secret = await open();
      await accept(secret, anas);
      now += 91 * DAY;
      anas = await signInAs(api, ana);
      expect(await lapseClaims(api.program.deps)).to.equal(0);
      expect((await accept(secret, anas)).status).to.equal(200);
    });
  });

  describe('of a purchase that is taken back', () => {
    const withdraw = (purchase: unknown, key = api.keys.aurora) =>
      api.post('/v1/claims/withdraw', { purchase }, key);

    it('is withdrawn by its own brand, and gives nothing after that', async () => {
      const body = claiming({ amount: 2_000 });
      const secret = secretIn(await report(body));
      expect(outcome(await withdraw(body.id, api.keys.boreal))).to.equal('404 CLAIM_UNKNOWN');
      const withdrawn = await withdraw(body.id);
      expect([withdrawn.status, withdrawn.body.status]).to.deep.equal([200, 'lapsed']);
      expect((await withdraw(body.id)).body).to.deep.equal(withdrawn.body);
      expect(outcome(await accept(secret, anas))).to.equal('410 CLAIM_EXPIRED');
      expect(await eventsOf(body.id)).to.deep.equal(['claim.opened', 'claim.lapsed']);
    });

    it('and is accepted at the same moment: one of them wins', async () => {
      for (let round = 0; round < 5; round++) {
        const body = claiming();
        const secret = secretIn(await report(body));
        const [taken, withdrawn] = await Promise.all([accept(secret, anas), withdraw(body.id)]);
        expect([outcome(taken), outcome(withdrawn)].join()).to.be.oneOf([
          '201 accepted,409 CLAIM_TAKEN',
          '410 CLAIM_EXPIRED,200 lapsed',
        ]);
      }
    });
  });

  it('can’t be made where the network keeps no secrets, and nothing is recorded then', async () => {
    const bare = await startApi();
    try {
      const before = await bare.rowCounts();
      const answer = await bare.post('/v1/purchases', claiming(), bare.keys.aurora);
      expect(outcome(answer)).to.equal('503 SECRETS_KEY_MISSING');
      expect(await bare.rowCounts()).to.deep.equal(before);
    } finally {
      await bare.program.stop();
    }
  });

  it('name the site of the network', async () => {
    expect((await report(claiming())).body.claim.url.startsWith(`${ORIGIN}/claim#`)).to.equal(true);
  });
});
