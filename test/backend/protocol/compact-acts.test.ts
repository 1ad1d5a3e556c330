import { expect } from 'chai';
import { dataLength, dataSlice, id, Signature } from 'ethers';
import type { Hex } from 'viem';
import { COMPACT_ACT_LENGTH, packAct } from '../../../backend/protocol/compact-acts.ts';
import { anAct } from '../../helpers/acts.ts';
import { deviceMember, eoaMember } from '../../helpers/members.ts';

const NETWORK = { chainId: 31_337, coalition: eoaMember('hub').account };
const ana = eoaMember('Ana');

const lunch = anAct({
  kind: 'exchange',
  member: ana.account,
  issuer: 7,
  counterparty: 0x01020304,
  amount: 0x0a0b0c0d0e0fn,
  minimum: 0x101112131415n,
  nonce: 0x20212223,
  deadline: 0x3031323334,
});

describe('compact acts', () => {
  describe('packAct', () => {
    it('puts every field where the hub reads it', async () => {
      const signature = await ana.sign(lunch, NETWORK);
      const packed = packAct({ act: lunch, signature }) ?? '0x';
      expect(dataLength(packed)).to.equal(COMPACT_ACT_LENGTH);
      const fields: [from: number, to: number, value: string][] = [
        [0, 1, '0x01'],
        [1, 5, '0x01020304'],
        [5, 25, ana.account.toLowerCase()],
        [25, 31, '0x0a0b0c0d0e0f'],
        [31, 37, '0x101112131415'],
        [37, 69, id('order 1')],
        [69, 73, '0x20212223'],
        [73, 78, '0x3031323334'],
        [78, 142, Signature.from(signature).compactSerialized],
      ];
      for (const [from, to, value] of fields)
        expect(dataSlice(packed, from, to), `bytes ${from} to ${to}`).to.equal(value);
    });

    it('takes a signature of 64 bytes as it is, and makes both parities of one of 65', async () => {
      const parities = new Set<boolean>();
      for (let nonce = 0; nonce < 8; nonce += 1) {
        const act = { ...lunch, nonce };
        const [long, short] = [await ana.sign(act, NETWORK), await ana.signCompact(act, NETWORK)];
        expect(packAct({ act, signature: long })).to.equal(packAct({ act, signature: short }));
        parities.add(long.endsWith('1c'));
      }
      expect(parities.size).to.equal(2);
    });

    it('leaves to ABI encoding what it can’t hold', async () => {
      const dora = await deviceMember();
      const signature = await ana.sign(lunch, NETWORK);
      const cases: [Hex, Partial<typeof lunch>][] = [
        [await dora.sign(lunch, NETWORK), {}],
        ['0x', {}],
        [dataSlice(signature, 0, 63) as Hex, {}],
        [`${signature.slice(0, -2)}1d` as Hex, {}],
        [`${signature.slice(0, 66)}80${signature.slice(68)}` as Hex, {}],
        [signature, { deadline: 2 ** 40 }],
      ];
      for (const [other, fields] of cases)
        expect(packAct({ act: { ...lunch, ...fields }, signature: other })).to.equal(null);
      expect(packAct({ act: { ...lunch, deadline: 2 ** 40 - 1 }, signature })).not.to.equal(null);
    });
  });
});
