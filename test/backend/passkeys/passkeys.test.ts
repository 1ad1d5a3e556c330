import { expect } from 'chai';
import { actDigest, actFromJson } from '../../../backend/protocol/acts.ts';
import { type Authenticator, type Faults, softAuthenticator } from '../../helpers/authenticator.ts';
import { AURORA, BOREAL } from '../../helpers/engine.ts';
import { type MemberApi, ORIGIN, openMemberApi } from '../../helpers/member-api.ts';
import { eoaMember } from '../../helpers/members.ts';
import { makeP256Key, USER_PRESENT } from '../../helpers/passkey.ts';

const OTHER_PAGE = 'https://evil.example';

describe('Passkeys', function () {
  this.timeout(120_000);
  let api: MemberApi;
  const ana = eoaMember('ana of passkeys');
  let anaToken: string;

  before(async () => {
    api = await openMemberApi();
    anaToken = await api.signIn(ana);
  });
  after(() => api?.stop());

  const offer = async () => (await api.call('POST', '/v1/passkeys/options', { body: {} })).body;
  const register = async (passkey: Authenticator, faults: Faults = {}) =>
    api.call('POST', '/v1/passkeys', { body: { credential: passkey.create(await offer(), faults) } });
  const options = async () => (await api.call('POST', '/v1/sessions/passkey/options', { body: {} })).body;
  const signIn = async (
    passkey: Authenticator,
    { faults = {}, account }: { faults?: Faults; account?: string } = {},
  ) =>
    api.call('POST', '/v1/sessions/passkey', {
      body: { credential: passkey.get(await options(), faults), ...(account && { account }) },
    });
  const registered = async (): Promise<Authenticator> => {
    const passkey = softAuthenticator(ORIGIN);
    expect((await register(passkey)).status).to.equal(201);
    return passkey;
  };
  const outcome = ({ status, body }: Awaited<ReturnType<typeof api.call>>) => [status, body.code ?? 'taken'];

  describe('POST /v1/passkeys/options', () => {
    it('asks for a discoverable key that the contracts can check, with its user verified', async () => {
      const made = await offer();
      expect(made.rp.id).to.equal('tessera.example');
      expect(made.pubKeyCredParams).to.deep.equal([{ alg: -7, type: 'public-key' }]);
      expect(made.authenticatorSelection).to.include({
        residentKey: 'required',
        userVerification: 'required',
      });
      expect(made.attestation).to.equal('none');
    });

    it('makes challenges that no act or key change can have', async () => {
      for (const { challenge } of [await offer(), await options()]) {
        const bytes = Buffer.from(challenge, 'base64url');
        expect(bytes.length).to.equal(48);
        expect(bytes.subarray(0, 16).toString()).to.equal('Tessera sign-in ');
      }
    });

    it('never names a user twice', async () => {
      const [one, two] = [await offer(), await offer()];
      expect(one.user.id).to.not.equal(two.user.id);
      expect(one.challenge).to.not.equal(two.challenge);
    });
  });

  describe('POST /v1/passkeys', () => {
    it('makes the account that the key names a member, and opens no session', async () => {
      const passkey = softAuthenticator(ORIGIN);
      const { status, body } = await register(passkey);
      expect(status).to.equal(201);
      expect(body.member).to.include({ account: passkey.account, kind: 'passkey' });
      expect(body.passkey).to.deep.equal({ id: passkey.credentialId, key: passkey.account });
      expect(JSON.stringify(body)).to.not.include('tss_');
    });

    const faulty: [string, Faults, (string | number)[]][] = [
      ['made on another site', { origin: OTHER_PAGE }, [422, 'PASSKEY_INVALID']],
      ['made for another domain', { rpId: 'evil.example' }, [422, 'PASSKEY_INVALID']],
      ['whose user was not verified', { flags: USER_PRESENT }, [422, 'PASSKEY_INVALID']],
      ['that signs by another algorithm', { algorithm: -8 }, [422, 'PASSKEY_INVALID']],
      ['that is an assertion', { type: 'webauthn.get' }, [422, 'PASSKEY_INVALID']],
      [
        'of a challenge that nobody gave',
        { challenge: Buffer.alloc(48, 7).toString('base64url') },
        [401, 'SIGN_IN_CHALLENGE_INVALID'],
      ],
      [
        'with a certificate, which could send its checker anywhere',
        {
          statement: Buffer.concat([
            Buffer.from('63666d7466667061636b6564', 'hex'),
            Buffer.from('67617474', 'hex'),
            Buffer.from('53746d74a163783563814100', 'hex'),
          ]),
        },
        [422, 'PASSKEY_INVALID'],
      ],
    ];
    for (const [name, faults, expected] of faulty)
      it(`refuses one ${name}`, async () => {
        const passkey = softAuthenticator(ORIGIN);
        expect(outcome(await register(passkey, faults))).to.deep.equal(expected);
        const { rowCount } = await api.network.deps.pool.query('SELECT FROM members WHERE account = $1', [
          Buffer.from(passkey.account.slice(2), 'hex'),
        ]);
        expect(rowCount).to.equal(0);
      });

    it('takes a challenge once, even for an answer that fails', async () => {
      const made = await offer();
      const passkey = softAuthenticator(ORIGIN);
      const send = (faults: Faults) =>
        api.call('POST', '/v1/passkeys', { body: { credential: passkey.create(made, faults) } });
      expect(outcome(await send({ origin: OTHER_PAGE }))).to.deep.equal([422, 'PASSKEY_INVALID']);
      expect(outcome(await send({}))).to.deep.equal([401, 'SIGN_IN_CHALLENGE_INVALID']);
    });

    it('takes an answer only from the page that asked', async () => {
      const credential = softAuthenticator(ORIGIN).create(await offer());
      const headers = { origin: OTHER_PAGE };
      const answer = await api.call('POST', '/v1/passkeys', { body: { credential }, headers });
      expect(outcome(answer)).to.deep.equal([401, 'SIGN_IN_CHALLENGE_INVALID']);
    });

    it('refuses a credential that is known', async () => {
      const passkey = await registered();
      expect(outcome(await register(passkey))).to.deep.equal([409, 'PASSKEY_KNOWN']);
    });
  });

  describe('POST /v1/sessions/passkey', () => {
    it('opens a session of the account that the key names', async () => {
      const passkey = await registered();
      const { status, body } = await signIn(passkey);
      expect(status).to.equal(201);
      const path = `/v1/members/${passkey.account}/history`;
      expect((await api.call('GET', path, { token: body.token })).status).to.equal(200);
    });

    const faulty: [string, Faults, (string | number)[]][] = [
      ['made on another site', { origin: OTHER_PAGE }, [401, 'PASSKEY_ASSERTION_INVALID']],
      ['made in a frame of another site', { crossOrigin: true }, [401, 'PASSKEY_ASSERTION_INVALID']],
      ['made for another domain', { rpId: 'evil.example' }, [401, 'PASSKEY_ASSERTION_INVALID']],
      ['whose user was not verified', { flags: USER_PRESENT }, [401, 'PASSKEY_ASSERTION_INVALID']],
      ['by another key', { signer: makeP256Key() }, [401, 'PASSKEY_ASSERTION_INVALID']],
      ['of another user', { userHandle: 'AAAA' }, [401, 'PASSKEY_ASSERTION_INVALID']],
      ['that is a registration', { type: 'webauthn.create' }, [401, 'PASSKEY_ASSERTION_INVALID']],
      [
        'of a challenge that nobody gave',
        { challenge: Buffer.alloc(48, 7).toString('base64url') },
        [401, 'SIGN_IN_CHALLENGE_INVALID'],
      ],
    ];
    for (const [name, faults, expected] of faulty)
      it(`refuses an assertion ${name}`, async () => {
        const passkey = await registered();
        expect(outcome(await signIn(passkey, { faults }))).to.deep.equal(expected);
      });

    it('refuses an assertion that was answered before', async () => {
      const passkey = await registered();
      const body = { credential: passkey.get(await options()) };
      expect((await api.call('POST', '/v1/sessions/passkey', { body })).status).to.equal(201);
      const again = await api.call('POST', '/v1/sessions/passkey', { body });
      expect(outcome(again)).to.deep.equal([401, 'SIGN_IN_CHALLENGE_INVALID']);
    });

    it('refuses a challenge for something else', async () => {
      const passkey = await registered();
      const body = {
        credential: passkey.get({ challenge: (await offer()).challenge, rpId: 'tessera.example' }),
      };
      expect(outcome(await api.call('POST', '/v1/sessions/passkey', { body }))).to.deep.equal([
        401,
        'SIGN_IN_CHALLENGE_INVALID',
      ]);
    });

    it('refuses a challenge that is too old', async () => {
      const passkey = await registered();
      const made = await options();
      await api.network.deps.pool.query(
        'UPDATE sign_in_challenges SET expires_at = $2 WHERE challenge = $1',
        [Buffer.from(made.challenge, 'base64url'), new Date()],
      );
      const body = { credential: passkey.get(made) };
      expect(outcome(await api.call('POST', '/v1/sessions/passkey', { body }))).to.deep.equal([
        401,
        'SIGN_IN_CHALLENGE_INVALID',
      ]);
    });

    it('refuses a passkey that is not known', async () => {
      const stranger = softAuthenticator(ORIGIN);
      stranger.create(await offer());
      expect(outcome(await signIn(stranger))).to.deep.equal([401, 'PASSKEY_UNKNOWN']);
    });

    it('refuses a passkey that counts less than before: there is a copy of it', async () => {
      const passkey = await registered();
      expect((await signIn(passkey, { faults: { count: 9 } })).status).to.equal(201);
      const behind = await signIn(passkey, { faults: { count: 9 } });
      expect(outcome(behind)).to.deep.equal([401, 'PASSKEY_COUNTER_BEHIND']);
      expect((await signIn(passkey, { faults: { count: 10 } })).status).to.equal(201);
    });

    it('takes one that never counts as often as it likes', async () => {
      const passkey = softAuthenticator(ORIGIN, { counts: false });
      await register(passkey);
      for (let time = 0; time < 3; time++) expect((await signIn(passkey)).status).to.equal(201);
    });

    it('refuses an account over which the key has no power', async () => {
      const passkey = await registered();
      const answer = await signIn(passkey, { account: ana.account });
      expect(outcome(answer)).to.deep.equal([403, 'SIGN_IN_KEY_POWERLESS']);
    });
  });

  describe('a passkey that is added to an account', () => {
    const passkey = softAuthenticator(ORIGIN);
    const sign = (digest: string) => ana.wallet.signingKey.sign(digest).serialized as `0x${string}`;

    it('is made known by the member alone', async () => {
      const path = '/v1/members/me/passkeys';
      const made = (await api.call('POST', `${path}/options`, { body: {}, token: anaToken })).body;
      const eve = await api.signIn(eoaMember('eve of passkeys'));
      const credential = passkey.create(made);
      expect(outcome(await api.call('POST', path, { body: { credential }, token: eve }))).to.deep.equal([
        401,
        'SIGN_IN_CHALLENGE_INVALID',
      ]);
      const mine = (await api.call('POST', `${path}/options`, { body: {}, token: anaToken })).body;
      const body = { credential: passkey.create(mine) };
      const answer = await api.call('POST', path, { body, token: anaToken });
      expect([answer.status, answer.body]).to.deep.equal([
        201,
        { passkey: { id: passkey.credentialId, key: passkey.account } },
      ]);
      const { body: listed } = await api.call('GET', path, { token: anaToken });
      expect(listed.passkeys.map(({ id }: { id: string }) => id)).to.deep.equal([passkey.credentialId]);
    });

    it('has no power before the chain says so', async () => {
      expect(outcome(await signIn(passkey))).to.deep.equal([403, 'SIGN_IN_KEY_POWERLESS']);
    });

    it('signs in once the signed change is on the chain', async () => {
      const member = ana.account;
      const change = await api.changeKey(sign, { member, key: passkey.account, role: 'full' });
      expect(change.status).to.equal(202);
      const { status, body } = await signIn(passkey);
      expect(status).to.equal(201);
      const { body: own } = await api.call('GET', '/v1/members/me/sessions', { token: body.token });
      const session = own.sessions.find(({ present }: { present: boolean }) => present);
      expect(session).to.include({ method: 'passkey', key: passkey.account, origin: ORIGIN });
    });

    it('signs acts of the account, from the quote to the chain', async () => {
      await api.network.earn(AURORA, [{ account: ana.account, points: 500n }]);
      await api.drain();
      const wish = { kind: 'redemption', member: ana.account, issuer: AURORA, counterparty: BOREAL };
      const { act } = (await api.call('POST', '/v1/quotes', { body: { ...wish, amount: 100 } })).body;
      const digest = actDigest(actFromJson(act), api.network.deps.network);
      const body = { act, signature: passkey.sign(digest) };
      const { status, body: accepted } = await api.call('POST', '/v1/acts', { body });
      expect(status).to.equal(202);
      await api.drain();
      const { body: done } = await api.call('GET', `/v1/acts/${accepted.id}`);
      expect(done.status).to.equal('final');
      expect(done.voucher).to.be.a('string');
    });

    it('ends its sessions when it is removed', async () => {
      const { token } = (await signIn(passkey)).body;
      await api.changeKey(sign, { member: ana.account, key: passkey.account, role: 'none' });
      const { status, body } = await api.call('GET', '/v1/members/me/sessions', { token });
      expect([status, body.code]).to.deep.equal([401, 'SESSION_INVALID']);
      expect(outcome(await signIn(passkey))).to.deep.equal([403, 'SIGN_IN_KEY_POWERLESS']);
      expect((await api.call('GET', '/v1/members/me/sessions', { token: anaToken })).status).to.equal(200);
    });
  });

  it('the first key of an account signs its acts, from joining to the chain', async () => {
    const passkey = await registered();
    await api.network.earn(AURORA, [{ account: passkey.account, points: 300n }]);
    await api.drain();
    const wish = { kind: 'redemption', member: passkey.account, issuer: AURORA, counterparty: BOREAL };
    const { act } = (await api.call('POST', '/v1/quotes', { body: { ...wish, amount: 100 } })).body;
    const signed = { act, signature: passkey.sign(actDigest(actFromJson(act), api.network.deps.network)) };
    const { body: accepted } = await api.call('POST', '/v1/acts', { body: signed });
    await api.drain();
    expect((await api.call('GET', `/v1/acts/${accepted.id}`)).body.status).to.equal('final');
    const other = { ...act, amount: '101' };
    const forged = await api.call('POST', '/v1/acts', { body: { ...signed, act: { ...other, nonce: 1 } } });
    expect(outcome(forged)).to.deep.equal([422, 'ACT_SIGNATURE_INVALID']);
  });
});
