import { expect } from 'chai';
import { type AddressLike, type BytesLike, ethers as eth, type Overrides } from 'ethers';
import { network } from 'hardhat';
import { itBoundsGas } from '../../helpers/chain.ts';
import { assertAsPasskey, makeP256Key, signAsDevice, USER_PRESENT } from '../../helpers/passkey.ts';

const { ethers, networkHelpers } = await network.create();

const DIGEST = eth.id('an act');
const OTHER_DIGEST = eth.id('another act');
const ERC1271_GAS = 150_000n;

function accountOf({ x, y }: { x: string; y: string }): string {
  const domain = eth.id('Tessera P-256 account');
  return eth.getAddress(
    `0x${eth.solidityPackedKeccak256(['bytes32', 'bytes32', 'bytes32'], [domain, x, y]).slice(-40)}`,
  );
}

async function deployKeys() {
  const [owner, stranger] = await ethers.getSigners();
  if (!owner || !stranger) throw new Error('the network has no accounts');
  const keys = await ethers.deployContract('MemberKeys');
  /** Whether the signature has the member's full power; of these there is no other power. */
  const isValid = async (
    account: AddressLike,
    digest: string,
    signature: BytesLike,
    options: Overrides = {},
  ) => {
    const authority = await keys.authorityOf(account, digest, signature, options);
    expect(authority).to.be.oneOf([await eth.resolveAddress(account), eth.ZeroAddress]);
    return authority !== eth.ZeroAddress;
  };
  const key = makeP256Key();
  return { isValid, owner, stranger, key, member: accountOf(key) };
}

describe('MemberKeys, by own keys', () => {
  describe('authorityOf by a device key', () => {
    it('accepts the signature of the key that names the account', async () => {
      const { isValid, key, member } = await networkHelpers.loadFixture(deployKeys);
      expect(await isValid(member, DIGEST, signAsDevice(key, DIGEST))).to.equal(true);
    });

    it('refuses another digest, another account, another key and high s', async () => {
      const { isValid, key, member, stranger } = await networkHelpers.loadFixture(deployKeys);
      const signature = signAsDevice(key, DIGEST);
      expect(await isValid(member, OTHER_DIGEST, signature)).to.equal(false);
      expect(await isValid(stranger.address, DIGEST, signature)).to.equal(false);
      expect(await isValid(member, DIGEST, signAsDevice(makeP256Key(), DIGEST))).to.equal(false);
      expect(await isValid(member, DIGEST, signAsDevice(key, DIGEST, { highS: true }))).to.equal(false);
    });

    it('refuses every length around 128 bytes without reverting', async () => {
      const { isValid, key, member } = await networkHelpers.loadFixture(deployKeys);
      const signature = signAsDevice(key, DIGEST);
      for (const length of [0, 1, 63, 64, 65, 127, 129, 160, 191, 192, 256, 320]) {
        const resized =
          eth.dataLength(signature) >= length
            ? eth.dataSlice(signature, 0, length)
            : eth.concat([signature, new Uint8Array(length - 128)]);
        expect(await isValid(member, DIGEST, resized), `${length} bytes`).to.equal(false);
      }
    });
  });

  describe('authorityOf by a passkey', () => {
    it('accepts the assertion of the passkey that names the account', async () => {
      const { isValid, key, member } = await networkHelpers.loadFixture(deployKeys);
      expect(await isValid(member, DIGEST, assertAsPasskey(key, DIGEST))).to.equal(true);
    });

    it('refuses another challenge, another account and another key', async () => {
      const { isValid, key, member, stranger } = await networkHelpers.loadFixture(deployKeys);
      const assertion = assertAsPasskey(key, DIGEST);
      expect(await isValid(member, OTHER_DIGEST, assertion)).to.equal(false);
      expect(await isValid(stranger.address, DIGEST, assertion)).to.equal(false);
      expect(await isValid(member, DIGEST, assertAsPasskey(makeP256Key(), DIGEST))).to.equal(false);
    });

    it('refuses a user who was not verified, a registration and high s', async () => {
      const { isValid, key, member } = await networkHelpers.loadFixture(deployKeys);
      const faults = [{ flags: USER_PRESENT }, { flags: 0 }, { type: 'webauthn.create' }, { highS: true }];
      for (const fault of faults) {
        const assertion = assertAsPasskey(key, DIGEST, fault);
        expect(await isValid(member, DIGEST, assertion), JSON.stringify(fault)).to.equal(false);
      }
    });

    it('answers no, and does not revert, for every truncation and every overwritten word', async () => {
      const { isValid, key, member } = await networkHelpers.loadFixture(deployKeys);
      const assertion = assertAsPasskey(key, DIGEST);
      const words = Math.ceil(eth.dataLength(assertion) / 32);
      for (let word = 2; word < words; word++) {
        const head = eth.dataSlice(assertion, 0, word * 32);
        expect(await isValid(member, DIGEST, head), `cut at word ${word}`).to.equal(false);
        const end = Math.min((word + 1) * 32, eth.dataLength(assertion));
        const overwritten = eth.concat([head, `0x${'ff'.repeat(32)}`, eth.dataSlice(assertion, end)]);
        expect(await isValid(member, DIGEST, overwritten), `word ${word} of ones`).to.equal(false);
      }
    });
  });

  describe('authorityOf by a passkey whose assertion points far beyond its text', () => {
    itBoundsGas('answers no, and spends no gas on what is not there', async () => {
      const { isValid, key, member } = await networkHelpers.loadFixture(deployKeys);
      const assertion = assertAsPasskey(key, DIGEST);
      const [CHALLENGE_INDEX, TYPE_INDEX] = [4, 5];
      for (const word of [CHALLENGE_INDEX, TYPE_INDEX])
        for (const index of [200n, 2n ** 16n, 2n ** 30n, 2n ** 64n, 2n ** 255n, 2n ** 256n - 1n]) {
          const pointing = eth.concat([
            eth.dataSlice(assertion, 0, 32 * word),
            eth.toBeHex(index, 32),
            eth.dataSlice(assertion, 32 * (word + 1)),
          ]);
          const answer = await isValid(member, DIGEST, pointing, { gasLimit: 60_000n });
          expect(answer, `word ${word}, ${index}`).to.equal(false);
        }
    });
  });

  describe('authorityOf by a contract account', () => {
    it('accepts what the account accepts by ERC-1271', async () => {
      const { isValid, owner, stranger } = await networkHelpers.loadFixture(deployKeys);
      const wallet = await ethers.deployContract('OwnedWallet', [owner]);
      const message = eth.toBeHex(1, 32);
      const digest = eth.hashMessage(eth.getBytes(message));
      const byOwner = await owner.signMessage(eth.getBytes(message));
      const byStranger = await stranger.signMessage(eth.getBytes(message));
      expect(await isValid(wallet, digest, byOwner)).to.equal(true);
      expect(await isValid(wallet, digest, byStranger)).to.equal(false);
      expect(await isValid(stranger, digest, byOwner), 'an account without code').to.equal(false);
    });

    for (const hostile of ['GasBombWallet', 'ShortAnswerWallet', 'WritingWallet']) {
      itBoundsGas(`refuses ${hostile} at a bounded price`, async () => {
        const { isValid } = await networkHelpers.loadFixture(deployKeys);
        const wallet = await ethers.deployContract(hostile as 'OwnedWallet');
        const gasLimit = ERC1271_GAS + 40_000n;
        expect(await isValid(wallet, DIGEST, '0x', { gasLimit })).to.equal(false);
      });
    }

    it('copies one word, however much the account returns', async () => {
      const { isValid } = await networkHelpers.loadFixture(deployKeys);
      const wallet = await ethers.deployContract('ReturnBombWallet' as 'OwnedWallet');
      // The wallet pays 30,000 gas for the memory of 100 kB; copying them would cost as much again.
      const gasLimit = 75_000n;
      expect(await isValid(wallet, DIGEST, '0x', { gasLimit })).to.equal(true);
    });
  });
});
