import { expect } from 'chai';
import fc from 'fast-check';
import { type Hex, hashTypedData, keccak256 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { packDeviceSignature } from '../../../backend/protocol/account.ts';
import { actDigest, NO_REF, signInDigest } from '../../../backend/protocol/acts.ts';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';
import {
  encodePresence,
  type Presence,
  parsePresence,
  presenceDigest,
  presenceTypedData,
  presenceWindow,
  verifyPresence,
} from '../../../backend/protocol/presence.ts';
import { type DeviceMember, deviceMember, P256_ORDER, withHighS } from '../../helpers/members.ts';

const NETWORK = { chainId: 31_337, coalition: '0xC0A1170000000000000000000000000000000001' } as const;
const SITE = 'https://tessera.example';
const NOW = 1_790_000_010;

describe('Presence codes', () => {
  const eoa = privateKeyToAccount(keccak256('0x0e0a'));
  let device: DeviceMember;
  before(async () => {
    device = await deviceMember();
  });

  const signed = async (fields: Partial<Presence> = {}, network: typeof NETWORK | object = NETWORK) => {
    const presence = { member: device.account, origin: SITE, window: presenceWindow(NOW), ...fields };
    const digest = presenceDigest(presence, { ...NETWORK, ...network });
    const signature = packDeviceSignature(device.key, await device.signRaw(hexToBytes(digest)));
    return { ...presence, signature };
  };
  const verify = (text: string, about: Partial<Parameters<typeof verifyPresence>[1]> = {}) =>
    verifyPresence(text, { network: NETWORK, origins: [SITE], now: NOW, ...about });

  it('are signed as a struct of their own, which wallets show in words', () => {
    const message = { member: device.account, origin: SITE, window: 59_666_667 };
    const byHand = hashTypedData({
      domain: { name: 'Tessera', version: '1', chainId: 31_337, verifyingContract: NETWORK.coalition },
      types: {
        Presence: [
          { name: 'member', type: 'address' },
          { name: 'origin', type: 'string' },
          { name: 'window', type: 'uint48' },
        ],
      },
      primaryType: 'Presence',
      message,
    });
    expect(presenceDigest(message, NETWORK)).to.equal(byHand);
  });

  it('are read as they were written, for device keys and for wallets', async () => {
    const code = await signed();
    const text = encodePresence(code);
    expect(text).to.match(/^TESSERA1\.[A-Za-z0-9_-]{176}$/);
    expect(parsePresence(text)).to.deep.equal({
      member: code.member,
      window: code.window,
      signature: code.signature,
    });
    const message = { member: eoa.address, origin: SITE, window: presenceWindow(NOW) };
    const signature = await eoa.signTypedData(presenceTypedData(message, NETWORK));
    const shown = await verify(encodePresence({ ...message, signature }));
    expect(shown).to.deep.include({ member: eoa.address });
  });

  it('say who is there, for a window before and after their own', async () => {
    const text = encodePresence(await signed());
    const start = presenceWindow(NOW) * 30;
    for (const now of [start - 30, start, start + 29, start + 59])
      expect(await verify(text, { now }), String(now - start)).to.deep.include({ member: device.account });
    for (const now of [start - 31, start + 60, start + 90, start + 86_400])
      expect(await verify(text, { now }), String(now - start)).to.equal('PRESENCE_STALE');
  });

  it('of another site, chain or coalition are refused', async () => {
    const others = [
      await signed({ origin: 'https://evil.example' }),
      await signed({}, { chainId: 1 }),
      await signed({}, { coalition: '0xC0A1170000000000000000000000000000000002' }),
    ];
    for (const other of others) expect(await verify(encodePresence(other))).to.equal('PRESENCE_INVALID');
    const elsewhere = encodePresence(others[0] ?? (await signed()));
    expect(await verify(elsewhere, { origins: [SITE, 'https://evil.example'] })).to.deep.include({
      member: device.account,
    });
  });

  it('with the time moved on are refused', async () => {
    const code = await signed({ window: presenceWindow(NOW) - 5 });
    expect(await verify(encodePresence({ ...code, window: presenceWindow(NOW) }))).to.equal(
      'PRESENCE_INVALID',
    );
  });

  it('with any other byte are refused', async () => {
    const text = encodePresence(await signed());
    const bytes = Buffer.from(text.slice(9), 'base64url');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const verdict = await verify(`TESSERA1.${changed.toString('base64url')}`);
        expect(verdict).to.be.oneOf(['PRESENCE_INVALID', 'PRESENCE_STALE']);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('have one form: no second signature and no second spelling is taken', async () => {
    const code = await signed();
    const high = withHighS(code.signature, { offset: 96, order: P256_ORDER });
    expect(await verify(encodePresence({ ...code, signature: high }))).to.equal('PRESENCE_INVALID');
    const text = encodePresence(code);
    for (const other of [`${text}=`, ` ${text}`, text.toLowerCase(), text.slice(9), `${text}A`, ''])
      expect(parsePresence(other), other).to.equal(null);
  });

  it('are nothing else: what opens a session or spends points is no code, and a code is neither', async () => {
    const member = device.account;
    const window = presenceWindow(NOW);
    const act = {
      kind: 'redemption',
      member,
      issuer: 1,
      counterparty: 2,
      amount: 1n,
      minimum: 1n,
      ref: NO_REF,
      nonce: 0,
      deadline: window,
    } as const;
    const digests = [
      presenceDigest({ member, origin: SITE, window }, NETWORK),
      signInDigest({ account: member, origin: SITE, issuedAt: window }, NETWORK),
      actDigest(act, NETWORK),
    ];
    expect(new Set(digests).size).to.equal(3);
    for (const digest of digests.slice(1)) {
      const signature = packDeviceSignature(device.key, await device.signRaw(hexToBytes(digest as Hex)));
      expect(await verify(encodePresence({ member, window, signature }))).to.equal('PRESENCE_INVALID');
    }
  });

  it('that are nonsense are refused, and nothing throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 150 })), async (given) => {
        const text =
          typeof given === 'string'
            ? given
            : `TESSERA1.${Buffer.from(bytesToHex(given).slice(2), 'hex').toString('base64url')}`;
        expect(await verify(text)).to.be.oneOf(['PRESENCE_INVALID', 'PRESENCE_STALE']);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
