import { expect } from 'chai';
import { computeAddress, Signature, SigningKey, solidityPackedKeccak256 } from 'ethers';
import fc from 'fast-check';
import { type Hex, keccak256, serializeCompactSignature, signatureToCompactSignature, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import {
  deviceKeyAccount,
  packDeviceSignature,
  parseEoaSignature,
  parseJwk,
  parseSpki,
  recoverEoa,
  verifyAccountSignature,
} from '../../../backend/protocol/account.ts';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';
import { eoaOf, recoverEoaNative, signDigest } from '../../../backend/protocol/secp256k1-native.ts';

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const digest = keccak256('0x01');

async function makeDevice() {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const key = parseSpki(new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey)));
  if (!key) throw new TypeError('WebCrypto exported something that is no P-256 key');
  const sign = async (hash: Hex) =>
    new Uint8Array(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, hexToBytes(hash)),
    );
  return {
    key,
    sign,
    account: deviceKeyAccount(key),
    jwk: await crypto.subtle.exportKey('jwk', keys.publicKey),
  };
}

/** Replaces one byte of a hex string. */
function flipByte(hex: Hex, at: number): Hex {
  const bytes = hexToBytes(hex);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytesToHex(bytes);
}

describe('accounts', () => {
  describe('device keys', () => {
    it('name an account as the contracts compute it', async () => {
      const { key, account } = await makeDevice();
      const tag = keccak256(toHex('Tessera P-256 account'));
      const packed = solidityPackedKeccak256(['bytes32', 'bytes32', 'bytes32'], [tag, key.x, key.y]);
      expect(account.toLowerCase()).to.equal(`0x${packed.slice(26)}`);
    });

    it('are the same key as SPKI and as JWK', async () => {
      const { key, jwk } = await makeDevice();
      expect(parseJwk(jwk)).to.deep.equal(key);
    });

    it('of another curve or shape are refused', async () => {
      const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign']);
      expect(parseSpki(new Uint8Array(await crypto.subtle.exportKey('spki', other.publicKey)))).to.equal(
        null,
      );
      expect(parseJwk(await crypto.subtle.exportKey('jwk', other.publicKey))).to.equal(null);
      expect(parseJwk({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })).to.equal(null);
      expect(parseJwk({ kty: 'EC', crv: 'P-256', x: '*', y: '*' })).to.equal(null);
    });

    it('sign acts: always low s, whatever WebCrypto gave', async () => {
      const { key, sign, account } = await makeDevice();
      for (let round = 0; round < 20; round++) {
        const hash = keccak256(toHex(round));
        const signature = packDeviceSignature(key, await sign(hash));
        expect(BigInt(`0x${signature.slice(-64)}`) <= P256_ORDER / 2n).to.equal(true);
        expect(await verifyAccountSignature({ account, digest: hash, signature })).to.equal(true);
      }
    });

    it('are refused with a high s', async () => {
      const { key, sign, account } = await makeDevice();
      const packed = packDeviceSignature(key, await sign(digest));
      const high = (P256_ORDER - BigInt(`0x${packed.slice(-64)}`)).toString(16).padStart(64, '0');
      const signature: Hex = `0x${packed.slice(2, -64)}${high}`;
      expect(await verifyAccountSignature({ account, digest, signature })).to.equal(false);
    });

    it('are refused when any byte of key or signature is another', async () => {
      const { key, sign, account } = await makeDevice();
      const packed = packDeviceSignature(key, await sign(digest));
      for (const at of [0, 31, 32, 63, 64, 95, 96, 127]) {
        expect(
          await verifyAccountSignature({ account, digest, signature: flipByte(packed, at) }),
          `byte ${at}`,
        ).to.equal(false);
      }
    });

    it('off the curve are refused even for the account that they name', async () => {
      const { key, sign } = await makeDevice();
      const offCurve = { x: key.x, y: flipByte(key.y, 31) };
      const signature = packDeviceSignature(offCurve, await sign(digest));
      expect(
        await verifyAccountSignature({ account: deviceKeyAccount(offCurve), digest, signature }),
      ).to.equal(false);
    });

    it('cannot sign for another account', async () => {
      const [own, other] = [await makeDevice(), await makeDevice()];
      const signature = packDeviceSignature(own.key, await own.sign(digest));
      expect(await verifyAccountSignature({ account: other.account, digest, signature })).to.equal(false);
    });
  });

  describe('EOAs', () => {
    const privateKey = fc.bigInt(1n, SECP256K1_ORDER - 1n).map((key) => toHex(key, { size: 32 }));
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex);

    it('sign natively what viem and ethers sign', async () => {
      await fc.assert(
        fc.asyncProperty(privateKey, hash, async (key, message) => {
          const native = signDigest(hexToBytes(key), message);
          expect(native).to.equal(await privateKeyToAccount(key).sign({ hash: message }));
          expect(native).to.equal(new SigningKey(key).sign(message).serialized);
          expect(eoaOf(hexToBytes(key))).to.equal(computeAddress(key));
        }),
        { numRuns: 30 },
      );
    });

    it('are recovered alike by JavaScript and WebAssembly, from 65 and from 64 bytes', async () => {
      await fc.assert(
        fc.asyncProperty(privateKey, hash, async (key, message) => {
          const account = computeAddress(key) as Hex;
          const long = signDigest(hexToBytes(key), message);
          const { r, s, yParity } = Signature.from(long);
          const compact = serializeCompactSignature(
            signatureToCompactSignature({ r: r as Hex, s: s as Hex, yParity }),
          );
          for (const signature of [long, compact]) {
            for (const recover of [recoverEoa, recoverEoaNative]) {
              expect(await verifyAccountSignature({ account, digest: message, signature }, recover)).to.equal(
                true,
              );
            }
          }
        }),
        { numRuns: 20 },
      );
    });

    it('are refused with a high s, another v, or a malformed signature', () => {
      const signature = signDigest(hexToBytes(keccak256('0x02')), digest);
      const { r, s, v } = Signature.from(signature);
      const high = toHex(SECP256K1_ORDER - BigInt(s), { size: 32 });
      expect(parseEoaSignature(signature)).not.to.equal(null);
      expect(parseEoaSignature(`${r}${high.slice(2)}${(v === 27 ? 28 : 27).toString(16)}` as Hex)).to.equal(
        null,
      );
      expect(parseEoaSignature(`${signature.slice(0, -2)}00` as Hex)).to.equal(null);
      expect(parseEoaSignature(`${signature.slice(0, -2)}1d` as Hex)).to.equal(null);
      expect(parseEoaSignature('0x')).to.equal(null);
      expect(parseEoaSignature('0xzz')).to.equal(null);
    });

    it('are refused when no key can have signed', async () => {
      const signature: Hex = `0x${'00'.repeat(64)}1b`;
      for (const recover of [recoverEoa, recoverEoaNative]) {
        const account = '0x0000000000000000000000000000000000000000';
        expect(await verifyAccountSignature({ account, digest, signature }, recover)).to.equal(false);
      }
    });

    it('of an impossible private key do not exist', () => {
      expect(eoaOf(new Uint8Array(32))).to.equal(null);
      expect(eoaOf(hexToBytes(toHex(SECP256K1_ORDER, { size: 32 })))).to.equal(null);
    });
  });
});
