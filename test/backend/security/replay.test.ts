/** What is signed for one thing is good for that thing alone: this chain, this contract, this site, this once. */
import { expect } from 'chai';
import type { Address, Hex } from 'viem';
import { createSiweMessage } from 'viem/siwe';
import { memberKeysOf } from '../../../backend/member-keys/key-powers.ts';
import { type Act, actDigest, actFromJson, signInDigest } from '../../../backend/protocol/acts.ts';
import { keyChangeDigest, keyChangeFromJson } from '../../../backend/protocol/keys.ts';
import { softAuthenticator } from '../../helpers/authenticator.ts';
import { AURORA, BOREAL } from '../../helpers/engine.ts';
import { type MemberApi, ORIGIN, openMemberApi } from '../../helpers/member-api.ts';
import { eoaMember } from '../../helpers/members.ts';

const ELSEWHERE: Address = '0xC0A1170000000000000000000000000000000001';

describe('Replay', function () {
  this.timeout(120_000);
  let api: MemberApi;
  const mia = eoaMember('Mia, who signs often');
  const sign = (digest: Hex) => mia.wallet.signingKey.sign(digest).serialized as Hex;

  before(async () => {
    api = await openMemberApi();
    await api.network.earn(AURORA, [{ account: mia.account, points: 1_000n }]);
    await api.drain();
  });
  after(() => api?.stop());

  const quote = async (): Promise<Act> => {
    const wish = {
      kind: 'redemption',
      member: mia.account,
      issuer: AURORA,
      counterparty: BOREAL,
      amount: 10,
    };
    return actFromJson((await api.call('POST', '/v1/quotes', { body: wish })).body.act);
  };
  const submit = async (act: Act, signature: Hex) => {
    const json = { ...act, amount: act.amount.toString(), minimum: act.minimum.toString() };
    return api.call('POST', '/v1/acts', { body: { act: json, signature } });
  };
  const network = () => api.network.deps.network;

  describe('an act', () => {
    it('that was signed for another chain, or another hub, is refused', async () => {
      const act = await quote();
      for (const foreign of [
        { ...network(), chainId: 1 },
        { ...network(), coalition: ELSEWHERE },
      ]) {
        const { status, body } = await submit(act, sign(actDigest(act, foreign)));
        expect([status, body.code]).to.deep.equal([422, 'ACT_SIGNATURE_INVALID']);
      }
    });

    it('that comes again is the first one, and one that is done is not done again', async () => {
      const act = await quote();
      const signature = sign(actDigest(act, network()));
      const first = await submit(act, signature);
      expect(first.status).to.equal(202);
      expect((await submit(act, signature)).status).to.equal(200);
      await api.drain();
      const again = await submit(act, signature);
      expect([again.status, again.body.status]).to.deep.equal([200, 'final']);
      const { rows } = await api.network.deps.pool.query(
        `SELECT count(*)::int AS count FROM chain_events WHERE name = 'Redeemed' AND args->>'member' = $1`,
        [mia.account],
      );
      expect(rows[0].count).to.equal(1);
      const other = { ...act, amount: act.amount + 1n };
      const reused = await submit(other, sign(actDigest(other, network())));
      expect(reused.body.code).to.equal('ACT_NONCE_USED');
    });

    it('cannot be made of a sign-in, nor a sign-in of an act', async () => {
      const act = await quote();
      const message = { account: mia.account, origin: ORIGIN, issuedAt: Math.floor(Date.now() / 1000) };
      const asAct = await submit(act, sign(signInDigest(message, network())));
      expect(asAct.body.code).to.equal('ACT_SIGNATURE_INVALID');
      const body = { ...message, signature: sign(actDigest(act, network())) };
      expect((await api.call('POST', '/v1/sessions', { body })).body.code).to.equal(
        'SIGN_IN_SIGNATURE_INVALID',
      );
    });

    it('cannot be made of what a passkey signed to sign in', async () => {
      const passkey = softAuthenticator(ORIGIN);
      const created = passkey.create((await api.call('POST', '/v1/passkeys/options', { body: {} })).body);
      await api.call('POST', '/v1/passkeys', { body: { credential: created } });
      await api.network.earn(AURORA, [{ account: passkey.account, points: 100n }]);
      await api.drain();
      const wish = {
        kind: 'redemption',
        member: passkey.account,
        issuer: AURORA,
        counterparty: BOREAL,
        amount: 10,
      };
      const { act } = (await api.call('POST', '/v1/quotes', { body: wish })).body;
      const { challenge } = (await api.call('POST', '/v1/sessions/passkey/options', { body: {} })).body;
      // The nearest thing to a digest that a sign-in's challenge has in it.
      const part = `0x${Buffer.from(challenge, 'base64url').subarray(-32).toString('hex')}` as Hex;
      const answer = await api.call('POST', '/v1/acts', { body: { act, signature: passkey.sign(part) } });
      expect(answer.body.code).to.equal('ACT_SIGNATURE_INVALID');
    });
  });

  describe('a change of keys', () => {
    it('that was signed for another chain, or for the hub, is refused', async () => {
      const key = eoaMember('a key to come').account;
      const { change } = await api.keyChange(sign, { member: mia.account, key, role: 'full' });
      const whole = keyChangeFromJson({ ...change, member: mia.account } as never);
      const { chainId, coalition } = network();
      const memberKeys = await memberKeysOf(api.network.deps);
      for (const foreign of [
        { chainId: 1, memberKeys },
        { chainId, memberKeys: coalition },
      ]) {
        const body = { change, signature: sign(keyChangeDigest(whole, foreign)) };
        const answer = await api.call('POST', `/v1/members/${mia.account}/keys`, { body });
        expect(answer.body.code).to.equal('KEY_SIGNATURE_INVALID');
      }
    });

    it('of one member is none of another', async () => {
      const key = eoaMember('a key to come').account;
      const body = await api.keyChange(sign, { member: mia.account, key, role: 'full' });
      const path = `/v1/members/${eoaMember('Eve, who copies').account}/keys`;
      expect((await api.call('POST', path, { body })).body.code).to.equal('KEY_SIGNATURE_INVALID');
    });
  });

  describe('a sign-in', () => {
    const messageOf = (nonce: string, fields = {}) =>
      createSiweMessage({
        domain: 'tessera.example',
        uri: ORIGIN,
        version: '1',
        address: mia.account,
        chainId: network().chainId,
        nonce,
        ...fields,
      });

    it('for another chain, hub or site opens nothing', async () => {
      const message = { account: mia.account, origin: ORIGIN, issuedAt: Math.floor(Date.now() / 1000) };
      for (const foreign of [
        { ...network(), chainId: 1 },
        { ...network(), coalition: ELSEWHERE },
      ]) {
        const body = { ...message, signature: sign(signInDigest(message, foreign)) };
        expect((await api.call('POST', '/v1/sessions', { body })).body.code).to.equal(
          'SIGN_IN_SIGNATURE_INVALID',
        );
      }
      const { nonce } = (await api.call('GET', '/v1/sessions/siwe/nonce')).body;
      const text = messageOf(nonce, { domain: 'evil.example', uri: 'https://evil.example' });
      const body = { message: text, signature: await mia.wallet.signMessage(text) };
      expect((await api.call('POST', '/v1/sessions/siwe', { body })).body.code).to.equal(
        'SIGN_IN_ORIGIN_FOREIGN',
      );
    });

    it('with a nonce that a passkey’s challenge holds opens nothing', async () => {
      const { challenge } = (await api.call('POST', '/v1/sessions/passkey/options', { body: {} })).body;
      const text = messageOf(Buffer.from(challenge, 'base64url').subarray(-16).toString('hex'));
      const body = { message: text, signature: await mia.wallet.signMessage(text) };
      expect((await api.call('POST', '/v1/sessions/siwe', { body })).body.code).to.equal(
        'SIGN_IN_CHALLENGE_INVALID',
      );
    });
  });
});
