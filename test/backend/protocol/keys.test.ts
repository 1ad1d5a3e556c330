import { expect } from 'chai';
import { AbiCoder, concat, TypedDataEncoder } from 'ethers';
import fc from 'fast-check';
import { getAddress, type Hex, keccak256, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { hashStruct, recoverTypedDataAddress } from 'viem/utils';
import { deviceKeyAccount } from '../../../backend/protocol/account.ts';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';
import {
  KEY_CHANGE_TYPES,
  KEY_ROLES,
  type KeyChange,
  keyChangeDigest,
  keyChangeFromJson,
  keyChangeStruct,
  keyChangeToJson,
  keyChangeTypedData,
  keyName,
  keyRoleNumber,
  keyRoleOf,
  packContractKeySignature,
  packPasskeySignature,
} from '../../../backend/protocol/keys.ts';
import { assertAsPasskey, makeP256Key } from '../../helpers/passkey.ts';

const network = { chainId: 31_337, memberKeys: getAddress('0x5fbdb2315678afecb367f032d93f642f64180aa3') };
const dead = getAddress('0x000000000000000000000000000000000000dead');
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));
const keyChange: fc.Arbitrary<KeyChange> = fc.record({
  member: address,
  key: address,
  role: fc.constantFrom(...KEY_ROLES),
  dailyLimit: fc.bigInt(0n, (1n << 48n) - 1n),
  nonce: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  deadline: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
});

/** What an authenticator answers, taken out of what the contracts take; `r` and `s` go back into DER. */
function assertionOf(packed: string, s: (s: bigint) => bigint = (low) => low) {
  const [r, low, , , authenticatorData, clientDataJSON] = AbiCoder.defaultAbiCoder().decode(
    ['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'string'],
    `0x${packed.slice(130)}`,
  );
  return {
    authenticatorData: hexToBytes(authenticatorData),
    clientDataJSON: new TextEncoder().encode(clientDataJSON),
    signature: der(BigInt(r), s(BigInt(low))),
  };
}

/** SEQUENCE { r INTEGER, s INTEGER }, as short as DER demands. */
function der(...numbers: bigint[]): Uint8Array {
  const parts = numbers.map((number) => {
    const digits = number.toString(16);
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    const bytes = hexToBytes(/^[89a-f]/.test(even) ? `0x00${even}` : `0x${even}`);
    return [0x02, bytes.length, ...bytes];
  });
  const body = parts.flat();
  return Uint8Array.of(0x30, body.length, ...body);
}

describe('keys', () => {
  describe('typed data of a key change', () => {
    it('is spelled as the contract spells it', () => {
      const encoded = TypedDataEncoder.from({ KeyChange: [...KEY_CHANGE_TYPES.KeyChange] }).encodeType(
        'KeyChange',
      );
      expect(encoded).to.equal(
        'KeyChange(address member,address key,uint8 role,uint48 dailyLimit,uint32 nonce,uint48 deadline)',
      );
    });

    it('hashes as ethers hashes it, as it is and from JSON', () => {
      fc.assert(
        fc.property(keyChange, (value) => {
          const digest = keyChangeDigest(value, network);
          const types = { KeyChange: [...KEY_CHANGE_TYPES.KeyChange] };
          const { domain, message } = keyChangeTypedData(value, network);
          expect(digest).to.equal(TypedDataEncoder.hash(domain, types, message));
          const json = JSON.parse(JSON.stringify(keyChangeTypedData(value, network)));
          expect(digest).to.equal(TypedDataEncoder.hash(json.domain, json.types, json.message));
          expect(hashStruct({ data: message, primaryType: 'KeyChange', types })).to.equal(
            TypedDataEncoder.hashStruct('KeyChange', types, message),
          );
        }),
      );
    });

    it('is signed by wallets as it is', async () => {
      const account = privateKeyToAccount(keccak256(toHex('member')));
      const [value] = fc.sample(keyChange, 1);
      if (!value) throw new TypeError('no sample');
      const signature = await account.signTypedData(keyChangeTypedData(value, network));
      const recovered = await recoverTypedDataAddress({ ...keyChangeTypedData(value, network), signature });
      expect(recovered).to.equal(account.address);
      expect(signature).to.equal(await account.sign({ hash: keyChangeDigest(value, network) }));
    });

    it('binds every field, the chain and the contract', () => {
      const value: KeyChange = {
        member: network.memberKeys,
        key: network.memberKeys,
        role: 'limited',
        dailyLimit: 3n,
        nonce: 4,
        deadline: 5,
      };
      const others: Partial<KeyChange>[] = [
        { member: dead },
        { key: dead },
        { role: 'full' },
        { dailyLimit: 9n },
        { nonce: 9 },
        { deadline: 9 },
      ];
      const digests = [
        keyChangeDigest(value, network),
        ...others.map((other) => keyChangeDigest({ ...value, ...other }, network)),
        keyChangeDigest(value, { ...network, chainId: 1 }),
        keyChangeDigest(value, { ...network, memberKeys: dead }),
      ];
      expect(new Set(digests).size).to.equal(digests.length);
    });

    it('travels as JSON unchanged', () => {
      fc.assert(
        fc.property(keyChange, (value) => {
          expect(keyChangeFromJson(JSON.parse(JSON.stringify(keyChangeToJson(value))))).to.deep.equal(value);
        }),
      );
    });
  });

  describe('roles', () => {
    it('have the numbers of the contract', () => {
      expect(KEY_ROLES.map(keyRoleNumber)).to.deep.equal([0, 1, 2, 3, 4]);
      for (const role of KEY_ROLES) expect(keyRoleOf(keyRoleNumber(role))).to.equal(role);
      expect([keyRoleOf(5), keyRoleOf(-1)]).to.deep.equal([null, null]);
      const change = {
        member: dead,
        key: dead,
        role: 'recovery',
        dailyLimit: 0n,
        nonce: 0,
        deadline: 0,
      } as const;
      expect(keyChangeStruct(change)).to.deep.equal({ ...change, role: 3 });
    });
  });

  describe('names', () => {
    it('are addresses, those of P-256 keys their accounts', () => {
      const { x, y } = makeP256Key();
      const key = { x: x as Hex, y: y as Hex };
      expect(keyName(dead)).to.equal(dead);
      expect(keyName(key)).to.equal(deviceKeyAccount(key));
    });
  });

  describe('signatures', () => {
    it('of a contract begin with its address', () => {
      expect(packContractKeySignature(dead, '0x0102')).to.equal(`${dead.toLowerCase()}0102`);
      expect(packContractKeySignature(dead, '0x')).to.equal(dead.toLowerCase());
    });

    it('of a passkey are what the contracts take, with low s, whatever the authenticator gave', () => {
      for (let round = 0; round < 40; round++) {
        const key = makeP256Key();
        const packed = assertAsPasskey(key, keccak256(toHex(round)));
        const device = { x: key.x as Hex, y: key.y as Hex };
        expect(packPasskeySignature(device, assertionOf(packed))).to.equal(packed);
        expect(
          packPasskeySignature(
            device,
            assertionOf(packed, (low) => P256_ORDER - low),
          ),
        ).to.equal(packed);
      }
    });

    it('of a passkey with short numbers are filled up', () => {
      const key = makeP256Key();
      const assertion = {
        ...assertionOf(assertAsPasskey(key, keccak256('0x01'))),
        signature: der(1n, 0x80n),
      };
      const packed = packPasskeySignature({ x: key.x as Hex, y: key.y as Hex }, assertion);
      const words = concat([new Uint8Array(31), '0x01', new Uint8Array(31), '0x80']).slice(2);
      expect(packed?.slice(130, 258)).to.equal(words);
    });

    it('of a passkey that registers, or in no DER, are none', () => {
      const key = makeP256Key();
      const device = { x: key.x as Hex, y: key.y as Hex };
      const assertion = assertionOf(assertAsPasskey(key, keccak256('0x01')));
      const made = assertionOf(assertAsPasskey(key, keccak256('0x01'), { type: 'webauthn.create' }));
      expect(packPasskeySignature(device, made)).to.equal(null);
      const noChallenge = new TextEncoder().encode('{"type":"webauthn.get"}');
      expect(packPasskeySignature(device, { ...assertion, clientDataJSON: noChallenge })).to.equal(null);
      const good = assertion.signature;
      const wrong = [
        new Uint8Array(),
        good.subarray(0, -1),
        Uint8Array.of(...good, 0),
        Uint8Array.of(0x31, ...good.subarray(1)),
        der(1n),
        der(1n, 2n, 3n),
        der(1n << 256n, 1n),
        Uint8Array.of(0x30, 6, 0x03, 1, 1, 0x02, 1, 1),
        Uint8Array.of(0x30, 5, 0x02, 0, 0x02, 1, 1),
        Uint8Array.of(0x30, 6, 0x02, 1, 1, 0x02, 9, 1),
        Uint8Array.of(0x30, 4, 0x02, 1, 1, 0x02),
      ];
      for (const signature of wrong)
        expect(packPasskeySignature(device, { ...assertion, signature }), bytesToHex(signature)).to.equal(
          null,
        );
    });
  });
});
