import { expect } from 'chai';
import type { Address, Hex } from 'viem';
import { encodeChangeKey } from '../../../backend/member-keys/key-change.ts';
import { memberKeysOf } from '../../../backend/member-keys/key-powers.ts';
import { queueKeyChanges } from '../../../backend/member-keys/queue-key-changes.ts';
import { deviceKeyAccount } from '../../../backend/protocol/account.ts';
import { actDigest, actFromJson, signInDigest } from '../../../backend/protocol/acts.ts';
import { type KeyChange, keyChangeFromJson } from '../../../backend/protocol/keys.ts';
import { AURORA, BOREAL } from '../../helpers/engine.ts';
import { type MemberApi, ORIGIN, openMemberApi, type Sign } from '../../helpers/member-api.ts';
import { type EoaMember, eoaMember } from '../../helpers/members.ts';
import { makeP256Key, signAsDevice } from '../../helpers/passkey.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

describe('Key changes', function () {
  this.timeout(180_000);
  let api: MemberApi;
  let serial = 0;
  const newMember = () => eoaMember(`keeper of keys ${++serial}`);
  const signer =
    ({ wallet }: EoaMember): Sign =>
    (digest) =>
      wallet.signingKey.sign(digest).serialized as Hex;
  const post = async (sign: Sign, fields: Parameters<MemberApi['keyChange']>[1]) =>
    api.call('POST', `/v1/members/${fields.member}/keys`, { body: await api.keyChange(sign, fields) });
  const keysOf = async (account: Address) => (await api.call('GET', `/v1/members/${account}/keys`)).body;
  const eventsOf = async (account: Address) => {
    const sql = `SELECT type, data FROM events WHERE account = $1 AND type LIKE 'key.%' ORDER BY tx, id`;
    const { rows } = await api.network.deps.pool.query(sql, [Buffer.from(account.slice(2), 'hex')]);
    return rows as { type: string; data: Record<string, unknown> }[];
  };

  before(async () => {
    api = await openMemberApi({ sponsoredKeyChangesPerDay: 6 });
  });
  after(() => api?.stop());

  it('are brought to the chain at the network’s cost, told, and listed', async () => {
    const [mia, phone] = [newMember(), newMember()];
    const { status, body } = await api.changeKey(signer(mia), {
      member: mia.account,
      key: phone.account,
      role: 'limited',
      dailyLimit: 5_000_000n,
    });
    expect(status).to.equal(202);
    const { body: change } = await api.call('GET', `/v1/key-changes/${body.id}`);
    expect(change.status).to.equal('final');
    expect(change.transaction).to.match(/^0x[0-9a-f]{64}$/);
    const keys = await keysOf(mia.account);
    expect(keys.nextNonce).to.equal(1);
    expect(keys.keys).to.have.length(1);
    expect(keys.keys[0]).to.include({
      key: phone.account,
      role: 'limited',
      dailyLimit: '5000000',
      spentToday: '0',
      waits: false,
      by: mia.account,
    });
    expect((await eventsOf(mia.account)).map(({ type }) => type)).to.deep.equal([
      'key.accepted',
      'key.changed',
    ]);
  });

  it('count once, however often they come', async () => {
    const [mia, key] = [newMember(), newMember().account];
    const body = await api.keyChange(signer(mia), { member: mia.account, key, role: 'full' });
    const path = `/v1/members/${mia.account}/keys`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.call('POST', path, { body })));
    expect(answers.filter(({ status }) => status === 202)).to.have.length(1);
    expect(new Set(answers.map(({ body: { id } }) => id)).size).to.equal(1);
    await api.drain();
    const { rows } = await api.network.deps.pool.query(
      'SELECT count(DISTINCT transaction_id)::int AS count FROM key_changes WHERE account = $1',
      [Buffer.from(mia.account.slice(2), 'hex')],
    );
    expect(rows[0].count).to.equal(1);
    const again = await api.call('POST', path, { body });
    expect([again.status, again.body.status]).to.deep.equal([200, 'final']);
  });

  it('are refused as the contract would, before anything is paid', async () => {
    const [mia, eve, key] = [newMember(), newMember(), newMember().account];
    const change = { member: mia.account, key, role: 'full' } as const;
    const cases: [string, Promise<{ status: number; body: { code: string } }>][] = [
      ['KEY_SIGNATURE_INVALID', post(signer(eve), change)],
      ['KEY_NONCE_INVALID', post(signer(mia), { ...change, nonce: 7 })],
      ['KEY_DAILY_LIMIT_INVALID', post(signer(mia), { ...change, role: 'limited' })],
      ['KEY_NOT_CHANGEABLE', post(signer(mia), { ...change, key: mia.account })],
      ['KEY_UNKNOWN', post(signer(mia), { ...change, role: 'none' })],
      ['KEY_CHANGE_EXPIRED', post(signer(mia), { ...change, deadline: 1_000 })],
      ['KEY_CHANGE_DEADLINE_TOO_FAR', post(signer(mia), { ...change, deadline: 2 ** 40 })],
    ];
    for (const [code, answer] of cases) expect((await answer).body.code).to.equal(code);
    expect(await eventsOf(mia.account)).to.deep.equal([]);
  });

  it('wait for each other by their numbers, and two with one number are one too many', async () => {
    const [mia, one, two] = [newMember(), newMember().account, newMember().account];
    const first = await post(signer(mia), { member: mia.account, key: one, role: 'full' });
    expect(first.status).to.equal(202);
    const rival = await post(signer(mia), { member: mia.account, key: two, role: 'full' });
    expect(rival.body.code).to.equal('KEY_NONCE_INVALID');
    await api.drain();
  });

  it('are paid for a few times a day', async () => {
    const [mia, key] = [newMember(), newMember().account];
    for (let time = 0; time < 6; time++) {
      const role = time % 2 === 0 ? 'full' : 'none';
      expect((await api.changeKey(signer(mia), { member: mia.account, key, role })).status).to.equal(202);
    }
    const seventh = await post(signer(mia), { member: mia.account, key, role: 'full' });
    expect([seventh.status, seventh.body.code]).to.deep.equal([429, 'KEY_CHANGE_NOT_SPONSORED']);
  });

  it('that somebody else brings there first are done all the same', async () => {
    const [mia, key] = [newMember(), newMember().account];
    const body = await api.keyChange(signer(mia), { member: mia.account, key, role: 'full' });
    const { id } = (await api.call('POST', `/v1/members/${mia.account}/keys`, { body })).body;
    const change = keyChangeFromJson({ member: mia.account, ...body.change } as never) as KeyChange;
    const data = encodeChangeKey({ change, signature: body.signature });
    await api.network.call(api.network.people.payout as Address, await memberKeysOf(api.network.deps), data);
    await api.drain();
    await queueKeyChanges(api.network.deps);
    expect((await api.call('GET', `/v1/key-changes/${id}`)).body.status).to.equal('final');
    expect((await eventsOf(mia.account)).map(({ type }) => type)).to.deep.equal([
      'key.accepted',
      'key.changed',
    ]);
  });

  it('let an account be recovered, unless a full key says no', async () => {
    const [mia, friend, found] = [newMember(), newMember(), newMember().account];
    const member = mia.account;
    await api.changeKey(signer(mia), { member, key: friend.account, role: 'recovery' });
    expect((await api.changeKey(signer(friend), { member, key: found, role: 'full' })).status).to.equal(202);
    const { recovery, keys } = await keysOf(member);
    expect(recovery).to.include({ key: found, by: friend.account });
    expect(Date.parse(recovery.activeFrom) - Date.now()).to.be.closeTo(WEEK_MS, 120_000);
    expect(keys.find(({ key }: { key: string }) => key === found)).to.include({ waits: true });
    const waiting = (await eventsOf(member)).at(-1);
    expect(waiting?.type).to.equal('key.waiting');
    expect(waiting?.data).to.include({ key: found, by: friend.account, role: 'full' });
    expect((await api.changeKey(signer(mia), { member, key: found, role: 'none' })).status).to.equal(202);
    expect((await keysOf(member)).recovery).to.equal(null);
  });

  it('name who inherits', async () => {
    const [mia, heir] = [newMember(), newMember().account];
    await api.changeKey(signer(mia), { member: mia.account, key: heir, role: 'successor' });
    const { successor, keys } = await keysOf(mia.account);
    expect([successor, keys]).to.deep.equal([heir, []]);
    const late = await post(signer(mia), { member: mia.account, key: newMember().account, role: 'full' });
    expect(late.body.code).to.equal('KEY_MEMBER_SUCCEEDED');
  });

  describe('give added keys what the chain says', () => {
    const mia = eoaMember('giver of keys');
    const other = eoaMember('added EOA');
    const device = makeP256Key();
    const deviceName = deviceKeyAccount({ x: device.x as Hex, y: device.y as Hex });
    const recovery = eoaMember('added for recovery');
    const ways: [string, Address, Sign][] = [
      ['an EOA', other.account, signer(other)],
      ['a device key', deviceName, (digest) => signAsDevice(device, digest) as Hex],
    ];
    const openBy = async (sign: Sign, age = 0) => {
      const issuedAt = Math.floor(Date.now() / 1000) - age;
      const message = { account: mia.account, origin: ORIGIN, issuedAt };
      const signature = await sign(signInDigest(message, api.network.deps.network));
      return api.call('POST', '/v1/sessions', { body: { ...message, signature } });
    };
    before(async () => {
      const add = (key: Address, role: 'limited' | 'recovery', dailyLimit = 0n) =>
        api.changeKey(signer(mia), { member: mia.account, key, role, dailyLimit });
      for (const [, key] of ways) await add(key, 'limited', 1_500_000n);
      await add(recovery.account, 'recovery');
      await api.network.earn(AURORA, [{ account: mia.account, points: 1_000n }]);
      await api.drain();
    });

    for (const [index, [name, key, sign]] of ways.entries()) {
      it(`${name} signs in`, async () => {
        const { status, body } = await openBy(sign, 30 * index);
        expect(status, JSON.stringify(body)).to.equal(201);
        const { body: own } = await api.call('GET', '/v1/members/me/sessions', { token: body.token });
        expect(own.sessions.find(({ present }: { present: boolean }) => present)).to.include({ key });
      });

      it(`${name} signs acts up to its limit`, async () => {
        const act = async (amount: number) => {
          const wish = {
            kind: 'redemption',
            member: mia.account,
            issuer: AURORA,
            counterparty: BOREAL,
            amount,
          };
          const { body } = await api.call('POST', '/v1/quotes', { body: wish });
          const signature = await sign(actDigest(actFromJson(body.act), api.network.deps.network));
          return api.call('POST', '/v1/acts', { body: { act: body.act, signature } });
        };
        const { status, body } = await act(100);
        expect(status, JSON.stringify(body)).to.equal(202);
        await api.drain();
        expect((await api.call('GET', `/v1/acts/${body.id}`)).body.status).to.equal('final');
        expect((await act(100)).body.code).to.equal('KEY_LIMIT_EXCEEDED');
      });
    }

    it('a key for recovery neither signs in nor acts', async () => {
      expect((await openBy(signer(recovery), 90)).body.code).to.equal('SIGN_IN_SIGNATURE_INVALID');
    });

    it('a stranger’s key does not', async () => {
      expect((await openBy(signer(newMember()), 120)).body.code).to.equal('SIGN_IN_SIGNATURE_INVALID');
    });
  });
});
