import { expect } from 'chai';
import { packDeviceSignature } from '../../../backend/protocol/account.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import { encodePresence, presenceDigest, presenceWindow } from '../../../backend/protocol/presence.ts';
import { type Answer, NETWORK, ORIGIN, startApi, type TestApi } from '../../helpers/api.ts';
import { type DeviceMember, deviceMember } from '../../helpers/members.ts';

describe('POST /v1/members/lookup', function () {
  this.timeout(60_000);
  let api: TestApi;
  let now = 1_790_000_000;
  const clock = { now: () => new Date(now * 1000), seconds: () => now };
  const ACCOUNT = '0x00000000000000000000000000000000000000c1';
  before(async () => {
    api = await startApi({ secretsKeys: ['3c'.repeat(32)], lookupsPerMinute: 40 }, { clock });
  });
  after(() => api.program.stop());

  const lookUp = (body: unknown, key = api.keys.aurora) => api.post('/v1/members/lookup', body, key);
  const outcome = ({ status, body }: Answer) => `${status} ${body.code ?? ''}`.trim();
  const audited = async () => {
    const { rows } = await api.program.deps.pool.query(
      `SELECT subject, after FROM audit_log WHERE partner_id = 1 AND action = 'member.looked-up' ORDER BY seq DESC LIMIT 1`,
    );
    return rows[0];
  };
  const shown = async (device: DeviceMember, origin = ORIGIN) => {
    const presence = { member: device.account, origin, window: presenceWindow(now) };
    const digest = hexToBytes(presenceDigest(presence, NETWORK));
    return encodePresence({
      ...presence,
      signature: packDeviceSignature(device.key, await device.signRaw(digest)),
    });
  };

  it('answers what the route by code answers, by code, account and scanned digits', async () => {
    const { body: member } = await api.post('/v1/members', { account: ACCOUNT });
    const expected = (await api.get(`/v1/members/${member.code}`, api.keys.aurora)).body;
    for (const body of [{ code: member.code }, { account: ACCOUNT }, { qr: member.code }]) {
      const answer = await lookUp(body);
      expect([answer.status, answer.body]).to.deep.equal([200, expected]);
    }
    expect(await audited()).to.deep.equal({ subject: `member:${member.account}`, after: { by: 'name' } });
  });

  it('takes the changing code of a wallet, one that was never online too', async () => {
    const device = await deviceMember();
    const qr = await shown(device);
    const { status, body } = await lookUp({ qr });
    expect([status, body.account, body.kind]).to.deep.equal([200, device.account, 'device']);
    const sold = await api.post(
      '/v1/purchases',
      {
        id: 'by-qr',
        member: body.code,
        amount: 500,
        currency: 'USD',
        occurredAt: '2026-03-01T12:30:00Z',
      },
      api.keys.aurora,
    );
    expect([sold.status, sold.body.member]).to.deep.equal([201, device.account]);
  });

  it('refuses one that was photographed a while ago, or made on another site', async () => {
    const device = await deviceMember();
    const qr = await shown(device);
    const foreign = await shown(device, 'https://evil.example');
    expect(outcome(await lookUp({ qr: foreign }))).to.equal('422 PRESENCE_INVALID');
    now += 90;
    expect(outcome(await lookUp({ qr }))).to.equal('422 PRESENCE_STALE');
    expect(await audited()).to.deep.equal({
      subject: 'nobody',
      after: { by: 'qr', refused: 'PRESENCE_STALE' },
    });
    expect((await lookUp({ account: device.account })).status).to.equal(404);
  });

  it('says what to do for a customer who is nobody yet', async () => {
    for (const body of [{ code: '00000000' }, { email: 'nobody@shop.example' }, { card: 'CARD1234' }]) {
      const answer = await lookUp(body);
      expect(outcome(answer)).to.equal('404 MEMBER_UNKNOWN');
      expect(answer.body.detail).to.contain('{"claim": true}').and.not.contain('nobody@shop');
    }
    expect(await audited()).to.deep.equal({
      subject: 'nobody',
      after: { by: 'card', refused: 'MEMBER_UNKNOWN' },
    });
  });

  it('takes exactly one thing', async () => {
    for (const body of [
      {},
      { code: '12345678', email: 'a@shop.example' },
      { account: '12345678' },
      { name: 'Ana' },
    ])
      expect(outcome(await lookUp(body)), JSON.stringify(body)).to.equal('400 REQUEST_INVALID');
  });

  it('is not for trying many through, and one brand’s haste is not another’s', async () => {
    const answers: string[] = [];
    for (let n = 0; n < 45; n++) answers.push(outcome(await lookUp({ code: '00000000' })));
    expect(answers.at(-1)).to.equal('429 RATE_LIMITED');
    expect((await lookUp({ account: ACCOUNT }, api.keys.boreal)).status).to.equal(200);
    expect((await api.get(`/v1/members/${ACCOUNT}`, api.keys.aurora)).status).to.equal(200);
  });
});
