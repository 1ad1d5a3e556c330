import { keccak_256 } from '@noble/hashes/sha3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { createKeccak } from 'hash-wasm';
import { getAddress, type Hex, keccak256 } from 'viem';
import { checksumAddress, keccak, useKeccak } from '../../../backend/protocol/keccak.ts';
import '../../../backend/protocol/keccak-native.ts';

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
/** Around the sponge's rate of 136 bytes, and past what one call of the WebAssembly takes at once. */
const SIZES = [0, 1, 32, 64, 135, 136, 137, 224, 271, 272, 273, 16_383, 16_384, 16_385, 70_000];

describe('keccak', () => {
  it('is keccak-256, in WebAssembly and in JavaScript, for every length', () => {
    for (const size of SIZES) {
      const data = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) & 0xff);
      expect(hex(keccak(data)), `${size} bytes`).to.equal(keccak256(data));
      expect(hex(keccak_256(data)), `${size} bytes`).to.equal(keccak256(data));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (data) => hex(keccak(data)) === keccak256(data)),
    );
  });

  it('gives each answer bytes of its own', () => {
    const [one, two] = [keccak(Uint8Array.of(1)), keccak(Uint8Array.of(2))];
    expect([hex(one), hex(two)]).to.deep.equal([keccak256('0x01'), keccak256('0x02')]);
  });

  it('takes another implementation', async () => {
    useKeccak(() => new Uint8Array(32));
    expect(hex(keccak(Uint8Array.of(1)))).to.equal(`0x${'00'.repeat(32)}`);
    const hasher = await createKeccak(256);
    useKeccak((data) => hasher.init().update(data).digest('binary'));
    expect(hex(keccak(Uint8Array.of(1)))).to.equal(keccak256('0x01'));
  });
});

describe('checksumAddress', () => {
  it('is viem’s, whatever the case of the letters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const address = hex(bytes);
        const upper: Hex = `0x${address.slice(2).toUpperCase()}`;
        return (
          checksumAddress(address) === getAddress(address) && checksumAddress(upper) === getAddress(address)
        );
      }),
    );
  });
});
