import { expect } from 'chai';
import { Signature } from 'ethers';
import type { Address, Hex } from 'viem';
import { packDeviceSignature } from '../../../backend/protocol/account.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import {
  keyChangeDigest,
  keyChangeStruct,
  packContractKeySignature,
} from '../../../backend/protocol/keys.ts';
import { ethers, itBoundsGas, loadFixture, networkHelpers } from '../../helpers/chain.ts';
import { deviceMember, SECP256K1_ORDER, withHighS } from '../../helpers/members.ts';
import {
  contractKey,
  DIGEST,
  deviceKey,
  eoaKey,
  keysFixture,
  NOBODY,
  passkey,
  type Signer,
  strangerKey,
} from './stage.ts';

const [ben, cleo] = [eoaKey('ben'), eoaKey('cleo')];
const OTHER_DIGEST = ethers.id('another act') as Hex;

/** A key of WebCrypto, as the wallet page has it. */
async function webCryptoKey() {
  const { key, account, signRaw } = await deviceMember();
  const signature = packDeviceSignature(key, await signRaw(hexToBytes(DIGEST)));
  return { name: account, sign: () => signature };
}

const KINDS: Record<string, () => Promise<Signer> | Signer> = {
  'an EOA': strangerKey,
  'an EOA, in 64 bytes': () => {
    const key = strangerKey();
    return { ...key, sign: (digest) => Signature.from(key.sign(digest)).compactSerialized as Hex };
  },
  'a device key of WebCrypto': webCryptoKey,
  'a passkey': passkey,
  'a contract': () => contractKey('OwnedWallet', [ben.name], ben),
};

describe('MemberKeys, authorityOf', () => {
  describe('by the member’s own EOA', () => {
    it('takes 65 and 64 bytes, low s only', async () => {
      const { keys, ana } = await loadFixture(keysFixture);
      const signature = ana.sign(DIGEST);
      const compact = Signature.from(signature).compactSerialized;
      const high = withHighS(signature, { offset: 32, order: SECP256K1_ORDER });
      const flipped = `${high.slice(0, -2)}${high.endsWith('1b') ? '1c' : '1b'}`;
      for (const [form, authority] of [
        [signature, ana.name],
        [compact, ana.name],
        [flipped, NOBODY],
        [high, NOBODY],
        [`${signature}00`, NOBODY],
      ] as const)
        expect(await keys.authorityOf(ana.name, DIGEST, form)).to.equal(authority);
      expect(await keys.authorityOf(ana.name, OTHER_DIGEST, signature)).to.equal(NOBODY);
      expect(await keys.authorityOf(ben.name, DIGEST, signature)).to.equal(NOBODY);
    });

    it('takes it with delegated code (EIP-7702) too, and then what the code accepts', async () => {
      const { keys, ana, authorityOf } = await loadFixture(keysFixture);
      const wallet = await ethers.deployContract('OwnedWallet', [cleo.name]);
      await networkHelpers.setCode(ana.name, `0xef0100${(await wallet.getAddress()).slice(2)}`);
      expect(await authorityOf(ana)).to.equal(ana.name);
      expect(await authorityOf(cleo)).to.equal(ana.name);
      expect(await authorityOf(ben)).to.equal(NOBODY);
      expect(await keys.successorOf(ana.name)).to.equal(NOBODY);
    });

    it('is nobody’s for the zero address', async () => {
      const { keys } = await loadFixture(keysFixture);
      for (const signature of ['0x', `0x${'00'.repeat(64)}`, `0x${'00'.repeat(65)}`, `0x${'00'.repeat(128)}`])
        expect(await keys.authorityOf(NOBODY, DIGEST, signature)).to.equal(NOBODY);
    });
  });

  for (const [kind, make] of Object.entries(KINDS))
    describe(`by ${kind} that was added`, () => {
      it('is the member as a full key, the key as a limited one, nobody as any other', async () => {
        const { keys, ana, add } = await loadFixture(keysFixture);
        const key = await make();
        const signature = key.sign(DIGEST);
        const authority = () => keys.authorityOf(ana.name, DIGEST, signature);
        expect(await authority()).to.equal(NOBODY);
        await add(key, 'full');
        expect(await authority()).to.equal(ana.name);
        await add(key, 'limited', 1n);
        expect(await authority()).to.equal(key.name);
        await add(key, 'recovery');
        expect(await authority()).to.equal(NOBODY);
        await add(key, 'none');
        expect(await authority()).to.equal(NOBODY);
      });

      it('is for that digest and that member', async () => {
        const { keys, ana, add } = await loadFixture(keysFixture);
        const key = await make();
        await add(key, 'full');
        const signature = key.sign(DIGEST);
        expect(await keys.authorityOf(ana.name, OTHER_DIGEST, signature)).to.equal(NOBODY);
        expect(await keys.authorityOf(cleo.name, DIGEST, signature)).to.equal(NOBODY);
      });
    });

  describe('by a P-256 key that was added', () => {
    it('needs its own signature, not its name alone', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      const [key, thief] = [deviceKey(), deviceKey()];
      await add(key, 'full');
      const forged = ethers.concat([
        ethers.dataSlice(key.sign(DIGEST), 0, 64),
        ethers.dataSlice(thief.sign(DIGEST), 64),
      ]);
      expect(await keys.authorityOf(ana.name, DIGEST, forged)).to.equal(NOBODY);
      expect(await keys.authorityOf(ana.name, DIGEST, thief.sign(DIGEST))).to.equal(NOBODY);
    });

    it('signs key changes as well, by device and by passkey', async () => {
      const { add, submit, authorityOf, ana } = await loadFixture(keysFixture);
      const [device, phone] = [deviceKey(), passkey()];
      await add(device, 'full');
      await submit({ key: phone.name }, device);
      await submit({ key: device.name, role: 'none' }, phone);
      expect(await authorityOf(phone)).to.equal(ana.name);
      expect(await authorityOf(device)).to.equal(NOBODY);
    });

    it('can be a member’s only EOA’s way back: all of it under a P-256 member', async () => {
      const { submit, authorityOf } = await loadFixture(keysFixture);
      const member = passkey();
      await submit({ member: member.name, key: ben.name }, member);
      expect(await authorityOf(ben, member.name)).to.equal(member.name);
      expect(await authorityOf(member, member.name)).to.equal(member.name);
    });
  });

  describe('by a contract that was added', () => {
    it('asks the contract that the signature names and no other', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      const key = await contractKey('OwnedWallet', [ben.name], ben);
      const unknown = await contractKey('OwnedWallet', [ben.name], ben);
      await add(key, 'full');
      for (const signature of [
        unknown.sign(DIGEST),
        key.name,
        '0x',
        key.name.slice(0, -2),
        cleo.sign(DIGEST),
      ])
        expect(await keys.authorityOf(ana.name, DIGEST, signature)).to.equal(NOBODY);
    });

    it('asks nobody where there is no code', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      await add(ben, 'full');
      const signature = packContractKeySignature(ben.name, ben.sign(DIGEST));
      expect(await keys.authorityOf(ana.name, DIGEST, signature)).to.equal(NOBODY);
    });

    for (const hostile of ['GasBombWallet', 'ShortAnswerWallet', 'WritingWallet', 'RevertingWallet'])
      itBoundsGas(`refuses ${hostile} at a bounded price`, async () => {
        const { keys, ana, add } = await loadFixture(keysFixture);
        const key = await contractKey(hostile);
        await add(key, 'full');
        const gasLimit = 150_000n + 50_000n;
        expect(await keys.authorityOf(ana.name, DIGEST, key.sign(DIGEST), { gasLimit })).to.equal(NOBODY);
      });

    it('copies one word, however much the contract returns', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      const key = await contractKey('ReturnBombWallet');
      await add(key, 'full');
      // The wallet pays 30,000 gas for the memory of 100 kB; copying them would cost as much again.
      const gasLimit = 85_000n;
      expect(await keys.authorityOf(ana.name, DIGEST, key.sign(DIGEST), { gasLimit })).to.equal(ana.name);
    });

    it('can change nothing while it is asked', async () => {
      const { keys, network, ana, add, change, send } = await loadFixture(keysFixture);
      const wallet = await ethers.deployContract('ReenteringWallet', [await keys.getAddress()]);
      const key = (await wallet.getAddress()) as Address;
      await add({ ...ben, name: key }, 'full');
      const wish = await change({ key: cleo.name });
      // The inner change is signed well, so that nothing but the static call stands in its way.
      const byAna = ana.sign(keyChangeDigest(wish, network));
      const inner = keys.interface.encodeFunctionData('changeKey', [keyChangeStruct(wish), byAna]);
      await wallet.getFunction('set')(inner);
      await expect(send(wish, packContractKeySignature(key, '0x')))
        .to.be.revertedWithCustomError(keys, 'KeySignatureInvalid')
        .withArgs(ana.name, keyChangeDigest(wish, network));
      expect(await keys.nextNonce(ana.name)).to.equal(1);
      await send(wish, byAna);
    });

    it('may ask back, and pays for it out of its own gas', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      const key = await contractKey('AskingWallet', [await keys.getAddress(), ana.name]);
      await add(key, 'limited', 1n);
      const gasLimit = 150_000n + 50_000n;
      expect(await keys.authorityOf(ana.name, DIGEST, key.sign(DIGEST), { gasLimit })).to.equal(key.name);
    });

    it('reverts without data where a thrifty submitter makes it refuse', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      const key = await contractKey('GreedyWallet', [140_000n]);
      await add(key, 'full');
      const signature = key.sign(DIGEST);
      for (let gasLimit = 30_000n; gasLimit < 200_000n; gasLimit += 1_000n) {
        const answer = await keys
          .authorityOf(ana.name, DIGEST, signature, { gasLimit })
          .catch(({ data }: { data?: unknown }) => (ethers.isHexString(data, true) ? data : '0x'));
        expect(answer, `${gasLimit} gas`).to.be.oneOf([ana.name, '0x']);
      }
      expect(await keys.authorityOf(ana.name, DIGEST, signature, { gasLimit: 200_000n })).to.equal(ana.name);
    });
  });

  describe('of a member with code', () => {
    it('lets the code speak first: what it accepts has full power, whatever the key’s own role', async () => {
      const { keys, submit, authorityOf } = await loadFixture(keysFixture);
      const wallet = await ethers.deployContract('OwnedWallet', [ben.name]);
      const member = (await wallet.getAddress()) as Address;
      await submit({ member, key: ben.name, role: 'limited', dailyLimit: 1n }, ben);
      await submit({ member, key: cleo.name, role: 'limited', dailyLimit: 1n }, ben);
      expect(await authorityOf(ben, member)).to.equal(member);
      expect(await authorityOf(cleo, member)).to.equal(cleo.name);
      expect(await keys.nextNonce(member)).to.equal(2);
    });

    it('takes added keys of every kind when the code says no, a contract among them', async () => {
      const { submit, authorityOf } = await loadFixture(keysFixture);
      const wallet = await ethers.deployContract('OwnedWallet', [ben.name]);
      const member = (await wallet.getAddress()) as Address;
      for (const make of [
        strangerKey,
        deviceKey,
        passkey,
        () => contractKey('OwnedWallet', [cleo.name], cleo),
      ]) {
        const key = await make();
        expect(await authorityOf(key, member)).to.equal(NOBODY);
        await submit({ member, key: key.name }, ben);
        expect(await authorityOf(key, member)).to.equal(member);
      }
    });

    it('survives code that burns all it gets', async () => {
      const { keys, ana, add } = await loadFixture(keysFixture);
      await add(ben, 'full');
      const bomb = await ethers.deployContract('GasBombWallet');
      await networkHelpers.setCode(ana.name, `0xef0100${(await bomb.getAddress()).slice(2)}`);
      const gasLimit = 150_000n + 60_000n;
      expect(await keys.authorityOf(ana.name, DIGEST, ben.sign(DIGEST), { gasLimit })).to.equal(ana.name);
    });
  });

  describe('with a successor', () => {
    it('is the member’s own code’s or key’s alone', async () => {
      const { submit, authorityOf } = await loadFixture(keysFixture);
      const wallet = await ethers.deployContract('OwnedWallet', [ben.name]);
      const member = (await wallet.getAddress()) as Address;
      const key = await contractKey('OwnedWallet', [cleo.name], cleo);
      await submit({ member, key: key.name }, ben);
      await submit({ member, key: cleo.name, role: 'successor' }, key);
      expect(await authorityOf(key, member)).to.equal(NOBODY);
      expect(await authorityOf(ben, member)).to.equal(member);
    });
  });
});
