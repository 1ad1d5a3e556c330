import { expect } from 'chai';
import type { ConsentPurpose } from '../../../backend/consents/consent.ts';
import { CONSENT_TEXTS } from '../../../backend/consents/consent-texts.ts';
import { hasConsent } from '../../../backend/consents/has-consent.ts';
import { domainOf, SIGN_IN_TYPES } from '../../../backend/protocol/acts.ts';
import { NETWORK, ORIGIN, startApi, type TestApi } from '../../helpers/api.ts';
import { type EoaMember, eoaMember } from '../../helpers/members.ts';

const PATH = '/v1/members/me/consents';

describe('Consents', function () {
  this.timeout(60_000);
  let api: TestApi;
  let now = 1_790_000_000;
  const clock = { now: () => new Date(now * 1000), seconds: () => now };
  let serial = 0;

  before(async () => {
    api = await startApi({}, { clock });
  });
  after(() => api?.program.stop());

  const signIn = async ({ account, wallet }: EoaMember): Promise<string> => {
    const message = { account, origin: ORIGIN, issuedAt: now };
    const types = { SignIn: [...SIGN_IN_TYPES.SignIn] };
    const signature = await wallet.signTypedData(domainOf(NETWORK), types, message);
    return (await api.post('/v1/sessions', { ...message, signature })).body.token;
  };
  const newMember = async () => {
    const member = eoaMember(`somebody with a will ${++serial}`);
    return { account: member.account, token: await signIn(member) };
  };
  const say = (token: string, body: Record<string, unknown>, origin = ORIGIN) =>
    api.send(PATH, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, origin },
      body: JSON.stringify(body),
    });
  const allow = (token: string, purpose = 'profiling') =>
    say(token, { purpose, granted: true, text: `${purpose.split(':')[0]}/1` });
  const has = (account: EoaMember['account'], purpose: ConsentPurpose) =>
    hasConsent(api.program.deps, account, purpose);

  it('are no until a member says yes, to one purpose at a time', async () => {
    const { account, token } = await newMember();
    expect(await has(account, 'profiling')).to.equal(false);
    expect((await api.get(PATH, token)).body).to.deep.equal({ consents: [] });
    now += 60;
    const { status, body } = await allow(token);
    expect(status).to.equal(200);
    expect(body).to.include({
      purpose: 'profiling',
      granted: true,
      text: 'profiling/1',
      origin: ORIGIN,
      at: new Date(now * 1000).toISOString(),
    });
    expect(await has(account, 'profiling')).to.equal(true);
    for (const other of ['messages.email', 'messages.push', 'messages.sms', 'sharing:1'] as const)
      expect(await has(account, other), other).to.equal(false);
  });

  it('are taken back as easily, and every word stays in the register', async () => {
    const { account, token } = await newMember();
    await allow(token, 'messages.sms');
    await say(token, { purpose: 'messages.sms', granted: false });
    expect(await has(account, 'messages.sms')).to.equal(false);
    await allow(token, 'messages.sms');
    expect(await has(account, 'messages.sms')).to.equal(true);
    const { body } = await api.get(`${PATH}/history`, token);
    expect(body.items.map(({ granted }: { granted: boolean }) => granted)).to.deep.equal([true, false, true]);
    const page = (await api.get(`${PATH}/history?limit=2`, token)).body;
    expect(page.items).to.deep.equal(body.items.slice(0, 2));
    const rest = (await api.get(`${PATH}/history?limit=2&cursor=${page.next}`, token)).body;
    expect([rest.items, rest.next]).to.deep.equal([body.items.slice(2), null]);
    expect((await api.get(`${PATH}/history?cursor=nonsense`, token)).body.code).to.equal('REQUEST_INVALID');
  });

  it('are written once, however often they are said', async () => {
    const { token } = await newMember();
    const first = (await allow(token)).body;
    now += 60;
    const answers = await Promise.all(Array.from({ length: 5 }, () => allow(token)));
    for (const { body } of answers) expect(body).to.deep.equal(first);
    expect((await api.get(`${PATH}/history`, token)).body.items).to.have.length(1);
  });

  it('to share are for one brand that is there', async () => {
    const { account, token } = await newMember();
    expect((await allow(token, 'sharing:1')).status).to.equal(200);
    expect(await has(account, 'sharing:1')).to.equal(true);
    expect(await has(account, 'sharing:2')).to.equal(false);
    expect((await allow(token, 'sharing:999')).body.code).to.equal('PARTNER_UNKNOWN');
  });

  it('need the present text to be given, and none to be taken back', async () => {
    const { token } = await newMember();
    for (const text of [undefined, 'profiling/0', 'messages.email/1'])
      expect((await say(token, { purpose: 'profiling', granted: true, text })).body.code).to.equal(
        'CONSENT_TEXT_OUTDATED',
      );
    const { body } = await api.get('/v1/consent-texts');
    expect(body.texts).to.deep.equal(CONSENT_TEXTS);
  });

  it('are proven by the coalition’s audit chain', async () => {
    const { account, token } = await newMember();
    const { proof, at } = (await allow(token)).body;
    const { rows } = await api.program.deps.pool.query(
      `SELECT actor, action, after, '0x' || encode(hash, 'hex') AS hash, hash = audit_digest(prev_hash, a) AS holds
       FROM audit_log a WHERE partner_id = 0 AND seq = $1`,
      [proof.seq],
    );
    expect(rows[0]).to.deep.include({
      actor: `account:${account}`,
      action: 'consent.granted',
      hash: proof.hash,
      holds: true,
    });
    expect(rows[0].after).to.include({ purpose: 'profiling', granted: true, text: 'profiling/1', at });
  });

  it('cannot be changed or removed, whoever tries', async () => {
    const { pool } = api.program.deps;
    for (const sql of ['UPDATE consents SET granted = true', 'DELETE FROM consents', 'TRUNCATE consents']) {
      const code = await pool.query(sql).then(
        () => null,
        (error: { code: string }) => error.code,
      );
      expect(code, sql).to.equal('23001');
    }
  });
});
