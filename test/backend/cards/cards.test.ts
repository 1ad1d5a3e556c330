import { expect } from 'chai';
import { eraseCards } from '../../../backend/cards/erase-cards.ts';
import { listCards } from '../../../backend/cards/list-cards.ts';
import { type Answer, startApi, type TestApi } from '../../helpers/api.ts';
import { eoaMember } from '../../helpers/members.ts';
import { signInAs } from '../../helpers/sign-in.ts';

describe('Cards', function () {
  this.timeout(60_000);
  let api: TestApi;
  const ana = eoaMember('card ana');
  const eve = eoaMember('card eve');
  let anas: string;
  let eves: string;
  let serial = 0;
  before(async () => {
    api = await startApi({ secretsKeys: ['4d'.repeat(32)], lookupsPerMinute: 10_000 });
    anas = await signInAs(api, ana);
    eves = await signInAs(api, eve);
  });
  after(() => api.program.stop());

  const fresh = () => `6035 0000 ${String(++serial).padStart(4, '0')}`;
  const till = (path: string, body: unknown, key = api.keys.aurora) =>
    api.post(`/v1/cards${path}`, body, key);
  const link = (number: string, session = anas, account = ana.account, partner = 1) =>
    api.post(`/v1/members/${account}/cards`, { partner, number }, session);
  const own = (method: string, path: string, session = anas, account = ana.account) =>
    api.send(`/v1/members/${account}/cards/${path}`, {
      method,
      headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    });
  const finds = async (number: string, key = api.keys.aurora) => {
    const { status, body } = await api.post('/v1/members/lookup', { card: number }, key);
    return status === 200 ? body.account : `${status} ${body.code}`;
  };
  const outcome = ({ status, body }: Answer) => `${status} ${body.code ?? ''}`.trim();

  it('are linked by a till to the member who shows a code, however the number is written', async () => {
    const number = fresh();
    const { code } = (await api.get(`/v1/members/${ana.account}`, api.keys.aurora)).body;
    const { status, body } = await till('', { number, member: code });
    expect([status, body.last4, body.member]).to.deep.equal([201, number.slice(-4), ana.account]);
    expect(await finds(number.replaceAll(' ', '-'))).to.equal(ana.account);
    const again = await till('', { number: number.replaceAll(' ', ''), member: ana.account });
    expect([again.status, again.body]).to.deep.equal([200, body]);
  });

  it('are another brand’s own under the same number', async () => {
    const number = fresh();
    await till('', { number, member: ana.account });
    expect(await finds(number, api.keys.boreal)).to.equal('404 MEMBER_UNKNOWN');
    expect((await till('', { number, member: eve.account }, api.keys.boreal)).status).to.equal(201);
    expect([await finds(number), await finds(number, api.keys.boreal)]).to.deep.equal([
      ana.account,
      eve.account,
    ]);
  });

  it('wait for their owner, who links them in the wallet; only cards that the brand gave out', async () => {
    const number = fresh();
    expect(outcome(await link(number))).to.equal('404 CARD_UNKNOWN');
    expect((await till('', { number })).body).to.not.have.property('member');
    expect(await finds(number)).to.equal('404 MEMBER_UNKNOWN');
    expect((await link(number)).body).to.include({ member: ana.account, status: 'active' });
    expect(await finds(number)).to.equal(ana.account);
    expect(outcome(await link(number, eves, eve.account))).to.equal('409 CARD_TAKEN');
    expect(outcome(await till('', { number, member: eve.account }))).to.equal('409 CARD_TAKEN');
  });

  it('go to one member when two link them at the same moment', async () => {
    const number = fresh();
    await till('', { number });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? link(number) : link(number, eves, eve.account))),
    );
    expect(answers.filter(({ status }) => status === 200)).to.have.length(5);
    expect(answers.filter((answer) => outcome(answer) === '409 CARD_TAKEN')).to.have.length(5);
  });

  it('that are new are registered once, whoever registers them at the same moment', async () => {
    const number = fresh();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => till('', { number, member: ana.account })),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).to.equal(1);
  });

  it('that are lost find nobody, and can’t be linked again until the brand frees them', async () => {
    const number = fresh();
    const { id } = (await till('', { number, member: ana.account })).body;
    expect((await own('POST', `${id}/block`)).body.status).to.equal('blocked');
    expect(await finds(number)).to.equal('409 CARD_BLOCKED');
    expect((await own('DELETE', id)).status).to.equal(204);
    expect(outcome(await link(number, eves, eve.account))).to.equal('409 CARD_BLOCKED');
    expect(outcome(await till('', { number, member: eve.account }))).to.equal('409 CARD_BLOCKED');
    expect((await till('/unlink', { number })).body).to.include({ status: 'active' });
    expect((await link(number, eves, eve.account)).status).to.equal(200);
  });

  it('are blocked by their brand as well, and by no other', async () => {
    const number = fresh();
    await till('', { number, member: ana.account });
    expect(outcome(await till('/block', { number }, api.keys.boreal))).to.equal('404 CARD_UNKNOWN');
    expect((await till('/block', { number })).body.status).to.equal('blocked');
    expect(await finds(number)).to.equal('409 CARD_BLOCKED');
  });

  it('are unlinked by whoever has them, and by nobody else', async () => {
    const number = fresh();
    const { id } = (await till('', { number, member: ana.account })).body;
    expect(outcome(await own('DELETE', id, eves, eve.account))).to.equal('404 CARD_UNKNOWN');
    expect(outcome(await own('DELETE', id, eves, ana.account))).to.equal('403 SESSION_FOREIGN');
    expect((await own('DELETE', id)).status).to.equal(204);
    expect(await finds(number)).to.equal('404 MEMBER_UNKNOWN');
  });

  it('are kept without their number, and each change stands in the brand’s audit log', async () => {
    const number = 'GOLD99887766';
    const { id } = (await till('', { number, member: ana.account })).body;
    for (const table of ['member_cards', 'audit_log']) {
      const hex = Buffer.from(number).toString('hex');
      const { rows } = await api.program.deps.pool.query(
        `SELECT count(*)::int AS found FROM ${table} t WHERE t::text LIKE $1 OR t::text LIKE $2`,
        [`%${number}%`, `%${hex}%`],
      );
      expect(rows[0].found, table).to.equal(0);
    }
    await own('POST', `${id}/block`);
    const { rows } = await api.program.deps.pool.query(
      'SELECT action, actor FROM audit_log WHERE partner_id = 1 AND subject = $1 ORDER BY seq',
      [`card:${id}`],
    );
    expect(rows.map(({ action }) => action)).to.deep.equal(['card.linked', 'card.blocked']);
    expect(rows[1].actor).to.equal(`member:${ana.account}`);
  });

  it('are listed for their owner, exported and erased by the account', async () => {
    const mine = eoaMember('card finn');
    const session = await signInAs(api, mine);
    const number = fresh();
    await till('', { number, member: mine.account });
    const listed = (await api.get(`/v1/members/${mine.account}/cards`, session)).body.cards;
    const { deps } = api.program;
    expect(listed).to.deep.equal(await listCards(deps, mine.account));
    expect(listed).to.have.length(1);
    expect(await eraseCards(deps.pool, mine.account)).to.equal(1);
    expect(await listCards(deps, mine.account)).to.deep.equal([]);
    expect(await finds(number)).to.equal('409 CARD_BLOCKED');
  });
});
