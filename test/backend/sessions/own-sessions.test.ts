import { expect } from 'chai';
import { domainOf, SIGN_IN_TYPES } from '../../../backend/protocol/acts.ts';
import { nameDevice } from '../../../backend/sessions/name-device.ts';
import { SESSIONS_LIMIT } from '../../../backend/sessions/session.ts';
import { NETWORK, ORIGIN, startApi, type TestApi } from '../../helpers/api.ts';
import { type EoaMember, eoaMember } from '../../helpers/members.ts';

const PATH = '/v1/members/me/sessions';
const FIREFOX = 'Mozilla/5.0 (Android 16; Mobile; rv:148.0) Gecko/148.0 Firefox/148.0';

describe('Own sessions', function () {
  this.timeout(60_000);
  let api: TestApi;
  let now = 1_790_000_000;
  const clock = { now: () => new Date(now * 1000), seconds: () => now };
  let serial = 0;
  const newMember = () => eoaMember(`owner of sessions ${++serial}`);

  before(async () => {
    api = await startApi({}, { clock });
  });
  after(() => api?.program.stop());

  const send = (method: string, path: string, token: string) =>
    api.send(path, { method, headers: { authorization: `Bearer ${token}` } });
  const signIn = async ({ account, wallet }: EoaMember, headers: Record<string, string> = {}) => {
    now += 1;
    const message = { account, origin: ORIGIN, issuedAt: now };
    const types = { SignIn: [...SIGN_IN_TYPES.SignIn] };
    const signature = await wallet.signTypedData(domainOf(NETWORK), types, message);
    const body = JSON.stringify({ ...message, signature });
    const type = { 'content-type': 'application/json' };
    const answer = await api.send('/v1/sessions', { method: 'POST', headers: { ...type, ...headers }, body });
    return { token: answer.body.token as string, body };
  };
  const idsOf = async (token: string): Promise<string[]> =>
    (await send('GET', PATH, token)).body.sessions.map(({ id }: { id: string }) => id);

  it('are listed with what a member knows them by, and nothing to use them with', async () => {
    const member = newMember();
    const first = await signIn(member, { 'user-agent': FIREFOX });
    const second = await signIn(member);
    const { status, body } = await send('GET', PATH, second.token);
    expect(status).to.equal(200);
    expect(body.sessions).to.have.length(2);
    expect(body.sessions.map(({ present }: { present: boolean }) => present)).to.deep.equal([true, false]);
    expect(body.sessions[1]).to.include({ method: 'eoa', device: 'Firefox on Android', origin: ORIGIN });
    const text = JSON.stringify(body);
    for (const { token } of [first, second]) expect(text).to.not.include(token.slice(4, 20));
    expect(text).to.not.include('148');
  });

  it('are the member’s own', async () => {
    const [one, other] = [await signIn(newMember()), await signIn(newMember())];
    const [id] = await idsOf(one.token);
    const { status, body } = await send('DELETE', `${PATH}/${id}`, other.token);
    expect([status, body.code]).to.deep.equal([404, 'SESSION_UNKNOWN']);
    expect((await send('GET', PATH, one.token)).status).to.equal(200);
  });

  it('end one by one, and what opened them opens them no more', async () => {
    const { token, body } = await signIn(newMember());
    const [id] = await idsOf(token);
    expect((await send('DELETE', `${PATH}/${id}`, token)).status).to.equal(204);
    expect((await send('GET', PATH, token)).body.code).to.equal('SESSION_INVALID');
    const headers = { 'content-type': 'application/json' };
    const again = await api.send('/v1/sessions', { method: 'POST', headers, body });
    expect([again.status, again.body.code]).to.deep.equal([409, 'SIGN_IN_USED']);
  });

  it('end all at once but the one that asks', async () => {
    const member = newMember();
    const [one, two, three] = [await signIn(member), await signIn(member), await signIn(member)];
    const stranger = await signIn(newMember());
    expect((await send('DELETE', PATH, two.token)).body).to.deep.equal({ ended: '2' });
    expect((await send('GET', PATH, one.token)).status).to.equal(401);
    expect((await send('GET', PATH, three.token)).status).to.equal(401);
    expect((await send('GET', PATH, two.token)).status).to.equal(200);
    expect((await send('GET', PATH, stranger.token)).status).to.equal(200);
  });

  it('end after two hours without use, and go on as long as they are used', async () => {
    const member = newMember();
    const [used, idle] = [await signIn(member), await signIn(member)];
    for (let hour = 0; hour < 5; hour++) {
      now += 3_600;
      expect((await send('GET', PATH, used.token)).status, `hour ${hour}`).to.equal(200);
    }
    expect((await send('GET', PATH, idle.token)).body.code).to.equal('SESSION_INVALID');
    expect(await idsOf(used.token)).to.have.length(1);
  });

  it('end after twelve hours however much they are used', async () => {
    const { token } = await signIn(newMember());
    for (let half = 0; half < 23; half++) {
      now += 1_800;
      expect((await send('GET', PATH, token)).status).to.equal(200);
    }
    now += 1_800;
    expect((await send('GET', PATH, token)).body.code).to.equal('SESSION_INVALID');
  });

  it('are bounded: one more ends the one that was unused for longest', async () => {
    const member = newMember();
    const first = await signIn(member);
    const second = await signIn(member);
    for (let more = 2; more <= SESSIONS_LIMIT; more++) await signIn(member);
    expect((await send('GET', PATH, first.token)).status).to.equal(401);
    expect(await idsOf(second.token)).to.have.length(SESSIONS_LIMIT);
  });

  describe('cannot be fixed from outside', () => {
    it('a token that comes with the sign-in is not the one that is given', async () => {
      const member = newMember();
      const planted = `tss_${'p'.repeat(43)}`;
      const { token } = await signIn(member, {
        authorization: `Bearer ${planted}`,
        cookie: `session=${planted}; token=${planted}`,
        'x-session-token': planted,
      });
      expect(token).to.not.equal(planted);
      expect((await send('GET', PATH, planted)).body.code).to.equal('SESSION_INVALID');
    });

    it('a session stays what it was when another member signs in with its token', async () => {
      const [mia, eve] = [newMember(), newMember()];
      const planted = await signIn(eve);
      const { token } = await signIn(mia, { authorization: `Bearer ${planted.token}` });
      expect(token).to.not.equal(planted.token);
      const history = `/v1/members/${mia.account}/history`;
      expect((await send('GET', history, planted.token)).body.code).to.equal('SESSION_FOREIGN');
      expect((await send('GET', history, token)).status).to.equal(200);
    });

    it('only the header carries a token: no query, no cookie', async () => {
      const { token } = await signIn(newMember());
      const byQuery = await api.send(`${PATH}?token=${token}&access_token=${token}`, {});
      const byCookie = await api.send(PATH, {
        headers: { cookie: `token=${token}; authorization=Bearer ${token}` },
      });
      expect([byQuery.status, byCookie.status]).to.deep.equal([401, 401]);
      const { headers } = await send('GET', PATH, token);
      expect(headers.get('set-cookie')).to.equal(null);
    });
  });
});

describe('nameDevice', () => {
  const names: [string | undefined, string | null][] = [
    [FIREFOX, 'Firefox on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0',
      'Edge on Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36', 'Chrome on Linux'],
    ['curl/8.9.1', null],
    [undefined, null],
  ];
  for (const [agent, name] of names)
    it(`calls ${agent?.slice(0, 40) ?? 'nothing'} ${name ?? 'nothing'}`, () => {
      expect(nameDevice(agent)).to.equal(name);
    });
});
