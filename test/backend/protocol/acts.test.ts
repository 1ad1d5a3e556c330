import { expect } from 'chai';
import { TypedDataEncoder } from 'ethers';
import fc from 'fast-check';
import { getAddress, keccak256, toHex } from 'viem';
import { hashStruct } from 'viem/utils';
import {
  ACT_KINDS,
  ACT_TYPES,
  type Act,
  actDigest,
  actFromJson,
  actToJson,
  domainOf,
  SIGN_IN_TYPES,
  signInDigest,
  typedDataJson,
  typedDataOf,
  verifyActSignature,
} from '../../../backend/protocol/acts.ts';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';
import { eoaOf, signDigest } from '../../../backend/protocol/secp256k1-native.ts';
import { formatUsd, sentence } from '../../../backend/protocol/sentence.ts';

const network = { chainId: 31_337, coalition: getAddress('0x5fbdb2315678afecb367f032d93f642f64180aa3') };
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(...ACT_KINDS),
  member: address,
  issuer: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  counterparty: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  amount: fc.bigInt(0n, (1n << 48n) - 1n),
  minimum: fc.bigInt(0n, (1n << 48n) - 1n),
  ref: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex),
  nonce: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  deadline: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
});

describe('acts', () => {
  describe('typed data', () => {
    it('is spelled as the contracts spell it', () => {
      const encode = (name: keyof typeof ACT_TYPES) =>
        TypedDataEncoder.from({ [name]: [...ACT_TYPES[name]] }).encodeType(name);
      const tail = 'bytes32 ref,uint32 nonce,uint48 deadline)';
      expect(encode('Redemption')).to.equal(
        `Redemption(address member,uint32 issuer,uint32 acceptor,uint48 amount,uint48 minValue,${tail}`,
      );
      expect(encode('Exchange')).to.equal(
        `Exchange(address member,uint32 issuer,uint32 target,uint48 amount,uint48 minReceived,${tail}`,
      );
      expect(encode('Donation')).to.equal(
        `Donation(address member,uint32 issuer,uint32 charity,uint48 amount,uint48 minValue,${tail}`,
      );
    });

    it('hashes as ethers hashes it, from bigints and from JSON', () => {
      fc.assert(
        fc.property(act, (value) => {
          const { domain, types, message } = typedDataOf(value, network);
          const plain = Object.fromEntries(
            Object.entries(types).map(([name, fields]) => [name, [...fields]]),
          );
          expect(actDigest(value, network)).to.equal(TypedDataEncoder.hash(domain, plain, message));
          const json = JSON.parse(JSON.stringify(typedDataJson(value, network)));
          expect(actDigest(value, network)).to.equal(
            TypedDataEncoder.hash(json.domain, json.types, json.message),
          );
        }),
      );
    });

    it('binds every field, the kind, the chain and the hub', () => {
      const value: Act = {
        kind: 'redemption',
        member: network.coalition,
        issuer: 1,
        counterparty: 2,
        amount: 3n,
        minimum: 4n,
        ref: keccak256('0x05'),
        nonce: 6,
        deadline: 7,
      };
      const others = [
        { kind: 'donation' } as const,
        { member: getAddress('0x000000000000000000000000000000000000dead') },
        { issuer: 9 },
        { counterparty: 9 },
        { amount: 9n },
        { minimum: 9n },
        { ref: keccak256('0x09') },
        { nonce: 9 },
        { deadline: 9 },
      ];
      const digests = [
        actDigest(value, network),
        ...others.map((change) => actDigest({ ...value, ...change }, network)),
        actDigest(value, { ...network, chainId: 1 }),
        actDigest(value, { ...network, coalition: getAddress('0x000000000000000000000000000000000000dead') }),
      ];
      expect(new Set(digests).size).to.equal(digests.length);
    });

    it('travels as JSON unchanged', () => {
      fc.assert(
        fc.property(act, (value) => {
          expect(actFromJson(JSON.parse(JSON.stringify(actToJson(value))))).to.deep.equal(value);
        }),
      );
    });
  });

  describe('sign-in', () => {
    it('hashes as ethers hashes it', () => {
      const message = {
        account: network.coalition,
        origin: 'http://localhost:3000',
        issuedAt: 1_790_000_000,
      };
      const types = { SignIn: [...SIGN_IN_TYPES.SignIn] };
      expect(signInDigest(message, network)).to.equal(
        TypedDataEncoder.hash(domainOf(network), types, message),
      );
      expect(hashStruct({ data: message, primaryType: 'SignIn', types })).to.match(/^0x[0-9a-f]{64}$/);
    });
  });

  describe('signatures', () => {
    it('hold for the act that was signed and for no other', async () => {
      const privateKey = hexToBytes(keccak256(toHex('member')));
      const member = eoaOf(privateKey);
      if (!member) throw new TypeError('the test key is no key');
      await fc.assert(
        fc.asyncProperty(act, async (any) => {
          const value = { ...any, member };
          const signature = signDigest(privateKey, actDigest(value, network));
          expect(await verifyActSignature({ act: value, signature, network })).to.equal(true);
          // A cancellation has no amount that is signed.
          const altered =
            value.kind === 'cancellation'
              ? { ...value, nonce: value.nonce === 0 ? 1 : value.nonce - 1 }
              : { ...value, amount: value.amount ^ 1n };
          expect(await verifyActSignature({ act: altered, signature, network })).to.equal(false);
        }),
        { numRuns: 10 },
      );
    });
  });

  describe('sentence', () => {
    const base = {
      member: network.coalition,
      issuer: 1,
      counterparty: 2,
      ref: keccak256('0x'),
      nonce: 0,
      deadline: 0,
    };
    const names = { issuer: 'Aurora', counterparty: 'Bistro' };

    it('says in plain words what is given and what is received at least', () => {
      expect(sentence({ ...base, kind: 'redemption', amount: 1200n, minimum: 12_345_678n }, names)).to.equal(
        'Spend 1,200 Aurora points at Bistro, worth at least $12.34.',
      );
      expect(sentence({ ...base, kind: 'exchange', amount: 1n, minimum: 2n }, names)).to.equal(
        'Exchange 1 Aurora point for at least 2 Bistro points.',
      );
      expect(sentence({ ...base, kind: 'donation', amount: 5n, minimum: 50_000n }, names)).to.equal(
        'Give 5 Aurora points to Bistro, worth at least $0.05.',
      );
    });

    it('rounds money down and hides no small value', () => {
      expect(formatUsd(0n)).to.equal('$0.00');
      expect(formatUsd(4_200n)).to.equal('$0.0042');
      expect(formatUsd(19_999n)).to.equal('$0.01');
      expect(formatUsd(1_234_567_899_999n)).to.equal('$1,234,567.89');
    });
  });
});
