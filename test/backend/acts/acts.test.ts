import { expect } from 'chai';
import type { Address, Hex } from 'viem';
import { queueActs } from '../../../backend/acts/queue-acts.ts';
import { type Program, startProgram } from '../../../backend/main.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import {
  type Act,
  actFromJson,
  actToJson,
  refOfRecipient,
  signInTypedData,
} from '../../../backend/protocol/acts.ts';
import { actStateShape, networkShape } from '../../../web/shared/api/shapes.ts';
import { checkAct } from '../../../web/shared/chain/act-proof.ts';
import {
  AURORA,
  BOREAL,
  balanceOf,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
  WOODLAND,
} from '../../helpers/engine.ts';
import { deviceMember, eoaMember, type Member, passkeyMember } from '../../helpers/members.ts';

const ORIGIN = 'https://tessera.example';

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: outside data that a test picks apart
  body: any;
}

describe('Acts', function () {
  this.timeout(120_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  let api: Program;
  let keys: { aurora: string; boreal: string };
  const ana = eoaMember('ana');
  let dora: Member;

  before(async () => {
    network = await openEngine({ origins: [ORIGIN] });
    process = network.process();
    while (await process.index());
    dora = await deviceMember();
    api = await startProgram({ ...network.deps.config, roles: ['api'], port: 0 });
    const { prisma } = network.deps;
    const key = async (partnerId: number) =>
      (await createApiKey(prisma, { partnerId, name: 'till 2', scopes: ['till'], actor: 'test' })).key;
    keys = { aurora: await key(AURORA), boreal: await key(BOREAL) };
    await network.earn(AURORA, [
      { account: ana.account, points: 10_000n },
      { account: dora.account, points: 10_000n },
    ]);
    await network.drain(process);
  });
  after(async () => {
    await api?.stop();
    await network?.stop();
  });

  const ask = async (method: string, path: string, body?: unknown, key?: string): Promise<Answer> => {
    const response = await fetch(`${api.url}/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const quote = async (fields: object): Promise<{ act: Act; body: Answer['body'] }> => {
    const { status, body } = await ask('POST', '/quotes', fields);
    expect(status, JSON.stringify(body)).to.equal(200);
    return { act: actFromJson(body.act), body };
  };
  const submit = async (act: Act, signer: Member, by: Partial<Act> = {}): Promise<Answer> => {
    const signature = await signer.sign(act, network.deps.network);
    return ask('POST', '/acts', { act: actToJson({ ...act, ...by }), signature });
  };
  /** What a member, signed in, is told of. */
  const historyOf = async ({ account, wallet }: ReturnType<typeof eoaMember>): Promise<Answer['body'][]> => {
    const message = { account, origin: ORIGIN, issuedAt: Math.floor(Date.now() / 1000) };
    const { domain, types } = signInTypedData(message, network.deps.network);
    const signature = await wallet.signTypedData(domain, { SignIn: [...types.SignIn] }, message);
    const session = await ask('POST', '/sessions', { ...message, signature });
    const { status, body } = await ask('GET', `/members/${account}/history`, undefined, session.body.token);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body.items;
  };
  /** The wallet's own check of an act, or of one that the API says to be another. */
  const proofOf = async (id: string, lie: Partial<Act> = {}) => {
    const state = actStateShape((await ask('GET', `/acts/${id}`)).body, 'act');
    const told = networkShape((await ask('GET', '/network')).body, 'network');
    return checkAct({ ...state, act: { ...state.act, ...lie } }, { ...told, rpcUrl: network.url });
  };
  const drain = async () => {
    await queueActs(process.deps);
    await network.drain(process);
  };
  const acts = async () =>
    (await network.deps.pool.query('SELECT count(*)::int AS n FROM acts')).rows[0].n as number;
  const ofAna = { member: ana.account, issuer: AURORA };

  describe('a gift and a cancellation', () => {
    const bea = eoaMember('bea');

    it('are quoted in plain words, mined, counted, and in both members’ histories', async () => {
      await network.earn(BOREAL, [{ account: ana.account, points: 300n }]);
      await network.drain(process);
      const fields = { member: ana.account, issuer: BOREAL };
      const gift = await quote({ kind: 'gift', ...fields, recipient: bea.account, amount: 120 });
      expect(gift.body.sentence).to.equal(`Send 120 Boreal points to ${bea.account}.`);
      expect(gift.body.typedData.message).to.deep.include({
        recipient: bea.account.toLowerCase(),
        amount: '120',
      });
      const given = await submit(gift.act, ana);
      expect(given.status, JSON.stringify(given.body)).to.equal(202);
      await drain();
      expect((await ask('GET', `/acts/${given.body.id}`)).body.status).to.equal('final');
      expect(await balanceOf(network, BOREAL, bea.account)).to.equal(120n);
      expect(await balanceOf(network, BOREAL, ana.account)).to.equal(180n);

      const next = gift.act.nonce + 1;
      const cancellation = await quote({ kind: 'cancellation', ...fields, nonce: next });
      expect(cancellation.body.sentence).to.equal(
        `Cancel what you signed as number ${next} with your Boreal points.`,
      );
      const cancelled = await submit(cancellation.act, ana);
      expect(cancelled.status, JSON.stringify(cancelled.body)).to.equal(202);
      await drain();
      expect((await ask('GET', `/acts/${cancelled.body.id}`)).body.status).to.equal('final');
      const late = await quote({ kind: 'gift', ...fields, recipient: bea.account, amount: 1 });
      const refused = await submit({ ...late.act, nonce: next }, ana);
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'ACT_NONCE_USED']);

      const [cancelledThere, givenThere] = await historyOf(ana);
      expect([cancelledThere.kind, givenThere.kind]).to.deep.equal(['cancellation', 'gift']);
      const [received] = await historyOf(bea);
      expect([received.kind, received.points, received.partner]).to.deep.equal([
        'gift-received',
        '120',
        BOREAL,
      ]);
      // What the wallet finds on the chain by itself.
      for (const { id } of [given.body, cancelled.body]) {
        expect((await proofOf(id)).verdict, id).to.equal('proven');
        const altered = await proofOf(id, { nonce: 99, ref: refOfRecipient(ana.account) });
        expect(altered.verdict, id).to.equal('refuted');
      }
      const elsewhere = await proofOf(given.body.id, { ref: refOfRecipient(ana.account) });
      expect(elsewhere.verdict).to.equal('refuted');
    });

    it('are refused where the brand lets nobody give, and with fields that nobody signs', async () => {
      const asked = { kind: 'gift', member: ana.account, issuer: AURORA, recipient: bea.account, amount: 1 };
      const closed = await ask('POST', '/quotes', asked);
      expect([closed.status, closed.body.code]).to.deep.equal([422, 'POINTS_NOT_TRANSFERABLE']);
      const { act } = await quote({ ...asked, issuer: BOREAL });
      for (const change of [{ minimum: 1n }, { counterparty: 1 }, { ref: `0x${'1'.repeat(64)}` as Hex }]) {
        const { status, body } = await submit(act, ana, change);
        expect([status, body.code], JSON.stringify(Object.keys(change))).to.deep.equal([
          400,
          'REQUEST_INVALID',
        ]);
      }
      expect(await balanceOf(network, BOREAL, bea.account)).to.equal(120n);
    });
  });

  describe('a redemption at another brand', () => {
    it('is quoted in plain words, mined, pays the acceptor and yields a voucher that is used once', async () => {
      const { act, body } = await quote({ kind: 'redemption', ...ofAna, counterparty: BOREAL, amount: 100 });
      expect(body.sentence).to.equal('Spend 100 Aurora points at Boreal, worth at least $1.00.');
      expect([body.value, body.act.minimum, body.act.nonce]).to.deep.equal(['1000000', '1000000', 0]);
      const accepted = await submit(act, ana);
      expect([accepted.status, accepted.body.status]).to.deep.equal([202, 'queued']);
      const again = await submit(act, ana);
      expect([again.status, again.body]).to.deep.equal([200, accepted.body]);
      await drain();
      const done = await ask('GET', `/acts/${accepted.body.id}`);
      expect([done.body.status, done.body.value]).to.deep.equal(['final', '1000000']);
      expect(done.body.transaction).to.match(/^0x[0-9a-f]{64}$/);
      expect(await balanceOf(network, AURORA, ana.account)).to.equal(9_900n);
      const { voucher } = done.body;
      const use = (key: string) => ask('POST', `/vouchers/${voucher.toLowerCase()}/use`, {}, key);
      expect((await use(keys.aurora)).body.code).to.equal('VOUCHER_UNKNOWN');
      const [first, second] = await Promise.all([use(keys.boreal), use(keys.boreal)]);
      const codes = [first, second].map(({ status, body: { code } }) => `${status} ${code ?? ''}`).sort();
      expect(codes).to.deep.equal(['200 ', '409 VOUCHER_USED']);
      const repeated = await submit(act, ana);
      expect([repeated.status, repeated.body.status]).to.deep.equal([200, 'final']);
      // By now everybody can read act and signature on the chain, and must not learn the voucher by sending them again.
      expect(repeated.body.id).to.not.equal(accepted.body.id);
      const shown = (await ask('GET', `/acts/${repeated.body.id}`)).body;
      expect([shown.status, shown.value, shown.voucher]).to.deep.equal(['final', '1000000', undefined]);
    });
  });

  describe('a member with a device key', () => {
    it('exchanges and donates', async () => {
      const ofDora = { member: dora.account, issuer: AURORA };
      const exchange = await quote({ kind: 'exchange', ...ofDora, counterparty: BOREAL, amount: '100' });
      expect(exchange.body.received).to.equal('250');
      expect((await submit(exchange.act, dora)).status).to.equal(202);
      const donation = await quote({ kind: 'donation', ...ofDora, counterparty: WOODLAND, amount: '50' });
      expect(donation.act.nonce).to.equal(1);
      expect((await submit(donation.act, dora)).status).to.equal(202);
      await drain();
      expect(await balanceOf(network, AURORA, dora.account)).to.equal(9_850n);
      expect(await balanceOf(network, BOREAL, dora.account)).to.equal(250n);
      const { rows } = await network.deps.pool.query('SELECT payable, donated FROM charities WHERE id = 1');
      expect(rows).to.deep.equal([{ payable: '500000', donated: '500000' }]);
    });
  });

  describe('a member with a passkey', () => {
    it('redeems: the chain is asked whether the assertion is theirs', async () => {
      const pam = passkeyMember();
      await network.earn(AURORA, [{ account: pam.account, points: 100n }]);
      await network.drain(process);
      const wish = {
        kind: 'redemption',
        member: pam.account,
        issuer: AURORA,
        counterparty: BOREAL,
        amount: 40,
      };
      const { act } = await quote(wish);
      const forged = await submit(act, pam, { amount: 50n });
      expect([forged.status, forged.body.code]).to.deep.equal([422, 'ACT_SIGNATURE_INVALID']);
      expect((await submit(act, pam)).status).to.equal(202);
      await drain();
      expect(await balanceOf(network, AURORA, pam.account)).to.equal(60n);
    });
  });

  describe('acts that come together', () => {
    it('are each answered for itself', async () => {
      const [cid, pam] = [eoaMember('cid'), passkeyMember()];
      await network.earn(AURORA, [
        { account: cid.account, points: 100n },
        { account: pam.account, points: 100n },
      ]);
      await network.drain(process);
      const wish = { kind: 'redemption', issuer: AURORA, counterparty: BOREAL, amount: 60 };
      const { act } = await quote({ ...wish, member: cid.account });
      const { act: ofPam } = await quote({ ...wish, member: pam.account });
      const answers = await Promise.all([
        submit(act, cid),
        submit(act, cid),
        submit({ ...act, ref: `0x${'31'.repeat(32)}` }, cid),
        submit({ ...act, ref: `0x${'32'.repeat(32)}`, nonce: act.nonce + 1 }, cid),
        submit({ ...act, ref: `0x${'33'.repeat(32)}`, nonce: act.nonce + 1, amount: 40n, minimum: 0n }, cid),
        submit({ ...ofPam, amount: 50n, minimum: 0n }, pam, { amount: 51n }),
        submit(ofPam, pam),
      ]);
      const told = answers.map(({ status, body }) => body.code ?? status);
      // Which of two acts with one nonce comes first is chance; that only one of them is taken is not.
      const [first, same, other, poor, rest, forged, genuine] = told;
      expect([
        [202, 200, 'ACT_NONCE_USED'],
        [200, 202, 'ACT_NONCE_USED'],
        ['ACT_NONCE_USED', 'ACT_NONCE_USED', 202],
      ]).to.deep.include([first, same, other]);
      expect([poor, rest].toSorted()).to.deep.equal([202, 'POINTS_INSUFFICIENT'].toSorted());
      expect([forged, genuine]).to.deep.equal(['ACT_SIGNATURE_INVALID', 202]);
      const { rows } = await network.deps.pool.query(
        `SELECT count(*)::int AS acts FROM acts WHERE account IN ($1, $2)`,
        [cid.account, pam.account].map((account) => Buffer.from(account.slice(2), 'hex')),
      );
      expect(rows[0].acts).to.equal(3);
      await drain();
      expect(await balanceOf(network, AURORA, cid.account)).to.equal(0n);
      expect(await balanceOf(network, AURORA, pam.account)).to.equal(40n);
    });
  });

  describe('a batch with one bad act', () => {
    it('skips it with the reason, does the others, and lets the member act again', async () => {
      const bob = eoaMember('bob');
      const eve = eoaMember('eve');
      await network.earn(AURORA, [
        { account: bob.account, points: 100n },
        { account: eve.account, points: 100n },
      ]);
      await network.drain(process);
      const wish = { kind: 'redemption', issuer: AURORA, counterparty: AURORA, amount: 80 };
      const bad = await quote({ ...wish, member: bob.account });
      const good = await quote({ ...wish, member: eve.account });
      const badId = (await submit(bad.act, bob)).body.id;
      const goodId = (await submit(good.act, eve)).body.id;
      // Bob spends his points behind the network's back: his act is refused when its turn comes.
      const other = { ...bad.act, amount: 90n, minimum: 0n, nonce: 5, ref: `0x${'77'.repeat(32)}` as Hex };
      const { encodeExecute } = await import('../../../backend/acts/encode-acts.ts');
      const data = encodeExecute(other, await bob.sign(other, network.deps.network));
      await network.call(network.people.admin, network.deployment.coalition, data);
      await drain();
      const skipped = (await ask('GET', `/acts/${badId}`)).body;
      expect([skipped.status, skipped.reason.code]).to.deep.equal(['skipped', 'POINTS_INSUFFICIENT']);
      expect(skipped.reason.details).to.include({ available: '10', requested: '80' });
      expect((await ask('GET', `/acts/${goodId}`)).body.status).to.equal('final');
      const later = await quote({ ...wish, amount: 10, member: bob.account });
      const laterId = (await submit(later.act, bob)).body.id;
      await drain();
      expect((await ask('GET', `/acts/${laterId}`)).body.status).to.equal('final');
      expect(await balanceOf(network, AURORA, bob.account)).to.equal(0n);
    });
  });

  describe('what is refused', () => {
    const cases: [string, (act: Act) => Promise<Answer>, number, string][] = [
      [
        'another member’s signature',
        (act) => submit(act, eoaMember('mallory')),
        422,
        'ACT_SIGNATURE_INVALID',
      ],
      [
        'a signature for another chain',
        async (act) => {
          const foreign = { ...network.deps.network, chainId: 1 };
          return ask('POST', '/acts', { act: actToJson(act), signature: await ana.sign(act, foreign) });
        },
        422,
        'ACT_SIGNATURE_INVALID',
      ],
      [
        'another amount than was signed',
        (act) => submit(act, ana, { amount: 5n }),
        422,
        'ACT_SIGNATURE_INVALID',
      ],
      ['a passed deadline', (act) => submit({ ...act, deadline: 1_000 }, ana), 422, 'ACT_EXPIRED'],
      [
        'a deadline too far away',
        (act) => submit({ ...act, deadline: Math.floor(Date.now() / 1000) + 7_200 }, ana),
        422,
        'ACT_DEADLINE_TOO_FAR',
      ],
      ['a used nonce', (act) => submit({ ...act, nonce: 0 }, ana), 409, 'ACT_NONCE_USED'],
      ['a nonce too far ahead', (act) => submit({ ...act, nonce: 5_000 }, ana), 422, 'ACT_NONCE_TOO_FAR'],
      [
        'more points than there are',
        (act) => submit({ ...act, amount: 1_000_000n }, ana),
        422,
        'POINTS_INSUFFICIENT',
      ],
      [
        'an unmet minimum',
        (act) => submit({ ...act, minimum: act.minimum + 1n }, ana),
        409,
        'ACT_MINIMUM_NOT_MET',
      ],
      ['an unknown partner', (act) => submit({ ...act, counterparty: 99 }, ana), 404, 'PARTNER_UNKNOWN'],
      ['an amount of zero', (act) => submit({ ...act, amount: 0n }, ana), 400, 'REQUEST_INVALID'],
      [
        'a signature that is none',
        (act) => ask('POST', '/acts', { act: actToJson(act), signature: '0x12' }),
        400,
        'REQUEST_INVALID',
      ],
    ];
    for (const [name, attempt, status, code] of cases)
      it(`${name}: ${code}, and nothing is written`, async () => {
        const before = await acts();
        const { act } = await quote({ kind: 'redemption', ...ofAna, counterparty: BOREAL, amount: 10 });
        const answer = await attempt(act);
        expect([answer.status, answer.body.code], JSON.stringify(answer.body)).to.deep.equal([status, code]);
        expect(await acts()).to.equal(before);
      });

    it('more acts a day than are sponsored', async () => {
      const limited = await startProgram({
        ...network.deps.config,
        roles: ['api'],
        port: 0,
        sponsoredActsPerDay: 2,
      });
      const tom = eoaMember('tom');
      await network.earn(AURORA, [{ account: tom.account, points: 100n }]);
      await network.drain(process);
      const statuses: number[] = [];
      for (let turn = 0; turn < 3; turn++) {
        const { act } = await quote({
          kind: 'redemption',
          member: tom.account,
          issuer: AURORA,
          counterparty: BOREAL,
          amount: 1,
        });
        const signature = await tom.sign(act, network.deps.network);
        const response = await fetch(`${limited.url}/v1/acts`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ act: actToJson(act), signature }),
        });
        statuses.push(response.status);
      }
      await limited.stop();
      expect(statuses).to.deep.equal([202, 202, 429]);
      await drain();
    });

    it('the same points twice while the first act is on its way', async () => {
      const pia = eoaMember('pia');
      await network.earn(AURORA, [{ account: pia.account, points: 100n }]);
      await network.drain(process);
      const { act } = await quote({
        kind: 'redemption',
        member: pia.account,
        issuer: AURORA,
        counterparty: BOREAL,
        amount: 80,
      });
      const twice = { ...act, nonce: 1, ref: `0x${'01'.repeat(32)}` as Hex };
      const sent = await Promise.all([submit(act, pia), submit(twice, pia)]);
      expect(sent.map(({ status }) => status).sort()).to.deep.equal([202, 422]);
      await drain();
      expect(await balanceOf(network, AURORA, pia.account)).to.equal(20n);
    });
  });

  describe('a payment at a till', () => {
    const open = (id: string, amount = 250, key = keys.boreal) =>
      ask('POST', '/payments', { id, amount, currency: 'USD' }, key);

    it('is opened once, quoted, approved, and paid by the event', async () => {
      const first = await open('pay-1');
      expect([first.status, first.body.status, first.body.value]).to.deep.equal([201, 'open', '2500000']);
      expect(await open('pay-1')).to.deep.equal({ status: 200, body: first.body });
      expect((await open('pay-1', 251)).body.code).to.equal('PAYMENT_ID_REUSED');
      const { id, ref } = first.body;
      const { act, body } = await quote({ kind: 'redemption', ...ofAna, payment: id });
      expect([act.counterparty, act.ref, act.amount, body.value]).to.deep.equal([
        BOREAL,
        ref,
        250n,
        '2500000',
      ]);
      const accepted = await submit(act, ana);
      expect((await ask('GET', `/payments/${id}`)).body.status).to.equal('approved');
      const { act: second } = { act: { ...act, nonce: act.nonce + 1 } };
      expect((await submit(second, ana)).body.code).to.equal('PAYMENT_CLOSED');
      await drain();
      const paid = (await ask('GET', `/payments/${id}`)).body;
      expect([paid.status, paid.act]).to.deep.equal(['paid', accepted.body.id]);
      expect((await ask('GET', `/acts/${accepted.body.id}`)).body.voucher).to.equal(undefined);
    });

    it('is not paid by less, nor at another brand', async () => {
      const { id, ref } = (await open('pay-2')).body;
      const less = await quote({ kind: 'redemption', ...ofAna, counterparty: BOREAL, amount: 249 });
      expect((await submit({ ...less.act, ref }, ana)).body.code).to.equal('PAYMENT_UNDERPAID');
      const elsewhere = await quote({ kind: 'redemption', ...ofAna, counterparty: AURORA, amount: 300 });
      expect((await submit({ ...elsewhere.act, ref }, ana)).status).to.equal(202);
      await drain();
      expect((await ask('GET', `/payments/${id}`)).body.status).to.equal('open');
    });

    it('expires', async () => {
      const { id } = (await open('pay-3')).body;
      await network.deps.pool.query(
        `UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = $1`,
        [id],
      );
      expect((await ask('GET', `/payments/${id}`)).body.status).to.equal('expired');
      const refused = await ask('POST', '/quotes', { kind: 'redemption', ...ofAna, payment: id });
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'PAYMENT_CLOSED']);
    });
  });

  describe('after all of it', () => {
    it('every account is as the chain has it', async () => {
      const { rows } = await network.deps.pool.query<{ account: Buffer }>(
        'SELECT DISTINCT account FROM token_accounts',
      );
      for (const { account } of rows) {
        const address: Address = `0x${account.toString('hex')}`;
        const response = await ask('GET', `/members/${address}/balances`);
        for (const { partner, points } of response.body.balances)
          expect(await balanceOf(network, partner, address)).to.equal(BigInt(points));
      }
    });
  });
});
