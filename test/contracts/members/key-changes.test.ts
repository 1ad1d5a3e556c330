import { expect } from 'chai';
import { network as hardhat } from 'hardhat';
import type { Address, Hex } from 'viem';
import { type KeyChange, keyChangeDigest, keyChangeStruct } from '../../../backend/protocol/keys.ts';
import { ethers, itBoundsGas, loadFixture, START, time } from '../../helpers/chain.ts';
import {
  DAY,
  DIGEST,
  deviceKey,
  eoaKey,
  FULL,
  keysFixture,
  LIMITED,
  NOBODY,
  NONE,
  RECOVERY,
  SUCCESSOR,
  strangerKey,
} from './stage.ts';

const [ben, cleo, dan] = [eoaKey('ben'), eoaKey('cleo'), eoaKey('dan')];

describe('MemberKeys', () => {
  describe('deployment', () => {
    it('is refused by a chain that can’t check P-256', async () => {
      const { ethers: old } = await hardhat.create({ override: { hardfork: 'prague' } });
      const keys = await old.getContractFactory('MemberKeys');
      await expect(keys.deploy()).to.be.revertedWithCustomError(keys, 'KeyCurveMissing').withArgs();
    });

    it('says its terms', async () => {
      const { keys, coalition } = await loadFixture(keysFixture);
      expect(await keys.coalition()).to.equal(coalition.address);
      expect(await keys.RECOVERY_WAIT()).to.equal(7 * DAY);
      expect(await keys.ERC1271_GAS()).to.equal(150_000n);
      const struct =
        'KeyChange(address member,address key,uint8 role,uint48 dailyLimit,uint32 nonce,uint48 deadline)';
      expect(await keys.KEY_CHANGE_TYPEHASH()).to.equal(ethers.id(struct));
    });
  });

  describe('keyChangeDigest', () => {
    it('is what viem and ethers sign, in the domain that it tells', async () => {
      const { keys, network, change } = await loadFixture(keysFixture);
      const value = await change({ key: ben.name, role: 'limited', dailyLimit: 2n ** 48n - 1n });
      expect(await keys.keyChangeDigest(keyChangeStruct(value))).to.equal(keyChangeDigest(value, network));
      const domain = await keys.eip712Domain();
      expect([domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        'Tessera',
        '1',
        BigInt(network.chainId),
        network.memberKeys,
      ]);
    });
  });

  describe('changeKey', () => {
    it('adds full, limited and recovery keys, and says so', async () => {
      const { keys, ana, add, roleOf } = await loadFixture(keysFixture);
      await time.setNextBlockTimestamp(START + DAY);
      await expect(add(ben, 'full'))
        .to.emit(keys, 'KeyChanged')
        .withArgs(ana.name, ben.name, FULL, 0, START + DAY, ana.name, 0);
      await time.setNextBlockTimestamp(START + 2 * DAY);
      await expect(add(cleo, 'limited', 5n))
        .to.emit(keys, 'KeyChanged')
        .withArgs(ana.name, cleo.name, LIMITED, 5, START + 2 * DAY, ana.name, 1);
      await time.setNextBlockTimestamp(START + 3 * DAY);
      await expect(add(dan, 'recovery'))
        .to.emit(keys, 'KeyChanged')
        .withArgs(ana.name, dan.name, RECOVERY, 0, START + 3 * DAY, ana.name, 2);
      expect([...(await keys.keyOf(ana.name, cleo.name))]).to.deep.equal([
        2n,
        5n,
        0n,
        BigInt(START + 2 * DAY),
      ]);
      expect([await roleOf(ben), await roleOf(cleo), await roleOf(dan)]).to.deep.equal([
        FULL,
        LIMITED,
        RECOVERY,
      ]);
      expect(await keys.nextNonce(ana.name)).to.equal(3);
    });

    it('lets an added full key do as the member’s own', async () => {
      const { keys, ana, add, submit, roleOf } = await loadFixture(keysFixture);
      await add(ben, 'full');
      const changed = submit({ key: cleo.name, role: 'full' }, ben);
      await expect(changed).to.emit(keys, 'KeyChanged');
      const [event] = await keys.queryFilter(keys.filters.KeyChanged(ana.name, cleo.name));
      expect(event?.args.by).to.equal(ben.name);
      await submit({ key: ben.name, role: 'none' }, ben); // even so
      expect([await roleOf(ben), await roleOf(cleo)]).to.deep.equal([NONE, FULL]);
    });

    it('gives a key another role, or takes it away, at once', async () => {
      const { keys, ana, add, authorityOf, roleOf } = await loadFixture(keysFixture);
      await add(ben, 'full');
      await add(ben, 'limited', 7n);
      expect(await authorityOf(ben)).to.equal(ben.name);
      await expect(add(ben, 'none')).to.emit(keys, 'KeyChanged');
      expect(await roleOf(ben)).to.equal(NONE);
      expect([...(await keys.keyOf(ana.name, ben.name))]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect(await authorityOf(ben)).to.equal(NOBODY);
    });

    it('keeps members apart', async () => {
      const { keys, submit, authorityOf, roleOf } = await loadFixture(keysFixture);
      await submit({ member: cleo.name, key: ben.name }, cleo);
      expect([await roleOf(ben), await roleOf(ben, cleo.name)]).to.deep.equal([NONE, FULL]);
      expect(await authorityOf(ben)).to.equal(NOBODY);
      expect(await authorityOf(ben, cleo.name)).to.equal(cleo.name);
      expect(await keys.nextNonce(cleo.name)).to.equal(1);
    });

    describe('signed by nobody who may', () => {
      it('refuses strangers, removed keys and signatures of something else', async () => {
        const { keys, network, ana, add, change, submit, send } = await loadFixture(keysFixture);
        await add(ben, 'full');
        await add(ben, 'none');
        const wanted = await change({ key: cleo.name });
        const digest = keyChangeDigest(wanted, network);
        for (const signer of [ben, cleo, strangerKey(), deviceKey()])
          await expect(submit({ key: cleo.name }, signer))
            .to.be.revertedWithCustomError(keys, 'KeySignatureInvalid')
            .withArgs(ana.name, digest);
        for (const signature of [
          '0x',
          '0x00',
          ana.sign(DIGEST),
          `0x${'00'.repeat(65)}`,
          `0x${'00'.repeat(128)}`,
        ])
          await expect(send(wanted, signature))
            .to.be.revertedWithCustomError(keys, 'KeySignatureInvalid')
            .withArgs(ana.name, digest);
      });

      it('refuses limited keys whatever they want, and recovery keys all but a full key', async () => {
        const { keys, ana, add, submit } = await loadFixture(keysFixture);
        await add(ben, 'limited', 5n);
        await add(dan, 'recovery');
        const wishes = [
          { key: cleo.name, role: 'full' },
          { key: cleo.name, role: 'limited', dailyLimit: 1n },
          { key: cleo.name, role: 'recovery' },
          { key: cleo.name, role: 'successor' },
          { key: dan.name, role: 'none' },
          { key: ben.name, role: 'none' },
          { key: ben.name, role: 'limited', dailyLimit: 6n },
        ] as const;
        for (const [index, wish] of wishes.entries()) {
          const role = { none: NONE, full: FULL, limited: LIMITED, recovery: RECOVERY, successor: SUCCESSOR }[
            wish.role
          ];
          await expect(submit(wish, ben), `limited ${index}`)
            .to.be.revertedWithCustomError(keys, 'KeyPowerInsufficient')
            .withArgs(ana.name, ben.name, LIMITED, role);
          if (index > 0)
            await expect(submit(wish, dan), `recovery ${index}`)
              .to.be.revertedWithCustomError(keys, 'KeyPowerInsufficient')
              .withArgs(ana.name, dan.name, RECOVERY, role);
        }
      });
    });

    describe('that makes no sense', () => {
      it('refuses the member’s own address and the zero address', async () => {
        const { keys, ana, submit } = await loadFixture(keysFixture);
        for (const key of [ana.name, NOBODY as Address])
          for (const role of ['none', 'full', 'recovery', 'successor'] as const)
            await expect(submit({ key, role }))
              .to.be.revertedWithCustomError(keys, 'KeyInvalid')
              .withArgs(ana.name, key);
      });

      it('refuses a limited key without limit and a limit of any other', async () => {
        const { keys, submit } = await loadFixture(keysFixture);
        await expect(submit({ key: ben.name, role: 'limited' }))
          .to.be.revertedWithCustomError(keys, 'KeyDailyLimitInvalid')
          .withArgs(LIMITED, 0);
        for (const [role, number] of [
          ['none', NONE],
          ['full', FULL],
          ['recovery', RECOVERY],
          ['successor', SUCCESSOR],
        ] as const)
          await expect(submit({ key: ben.name, role, dailyLimit: 1n }))
            .to.be.revertedWithCustomError(keys, 'KeyDailyLimitInvalid')
            .withArgs(number, 1);
      });

      it('refuses to remove what isn’t there', async () => {
        const { keys, ana, submit } = await loadFixture(keysFixture);
        await expect(submit({ key: ben.name, role: 'none' }))
          .to.be.revertedWithCustomError(keys, 'KeyUnknown')
          .withArgs(ana.name, ben.name);
      });

      it('refuses a role that doesn’t exist and fields that are too wide', async () => {
        const { keys, change, relay } = await loadFixture(keysFixture);
        const good = keys.interface.encodeFunctionData('changeKey', [
          keyChangeStruct(await change({ key: ben.name })),
          '0x',
        ]);
        for (const [word, value] of [
          [0, 1n << 160n],
          [1, 1n << 160n],
          [2, 5n],
          [2, 256n],
          [3, 1n << 48n],
          [4, 1n << 32n],
          [5, 1n << 48n],
        ] as const) {
          const at = 4 + 32 * word;
          const data = ethers.concat([
            ethers.dataSlice(good, 0, at),
            ethers.toBeHex(value, 32),
            ethers.dataSlice(good, at + 32),
          ]);
          await expect(relay.call({ to: keys, data }), `word ${word}`).to.be.revertedWithoutReason(ethers);
        }
      });
    });

    describe('sent again or elsewhere', () => {
      it('works once, in the order of the nonces', async () => {
        const { keys, network, relay, ana, change, send, submit } = await loadFixture(keysFixture);
        const first = await change({ key: ben.name });
        const signature = ana.sign(keyChangeDigest(first, network));
        await keys.connect(relay).changeKey(keyChangeStruct(first), signature);
        await expect(send(first, signature))
          .to.be.revertedWithCustomError(keys, 'KeyNonceInvalid')
          .withArgs(ana.name, 0, 1);
        await expect(submit({ key: cleo.name, nonce: 2 }))
          .to.be.revertedWithCustomError(keys, 'KeyNonceInvalid')
          .withArgs(ana.name, 2, 1);
      });

      it('works through the second of its deadline', async () => {
        const { keys, submit } = await loadFixture(keysFixture);
        const deadline = START + DAY;
        await time.setNextBlockTimestamp(deadline);
        await submit({ key: ben.name, deadline });
        await time.setNextBlockTimestamp(deadline + 1);
        await expect(submit({ key: cleo.name, deadline }))
          .to.be.revertedWithCustomError(keys, 'KeyChangeExpired')
          .withArgs(deadline, deadline + 1);
      });

      it('is not for another chain, contract or member, nor with any field altered', async () => {
        const { keys, network, ana, change, send } = await loadFixture(keysFixture);
        const wanted = await change({ key: ben.name, role: 'limited', dailyLimit: 9n });
        const other = (await (await ethers.deployContract('MemberKeys')).getAddress()) as Address;
        for (const elsewhere of [
          { ...network, chainId: network.chainId + 1 },
          { ...network, memberKeys: other },
        ])
          await expect(send(wanted, ana.sign(keyChangeDigest(wanted, elsewhere))))
            .to.be.revertedWithCustomError(keys, 'KeySignatureInvalid')
            .withArgs(ana.name, keyChangeDigest(wanted, network));
        const signature = ana.sign(keyChangeDigest(wanted, network));
        const alterations: Partial<KeyChange>[] = [
          { member: cleo.name },
          { key: cleo.name },
          { role: 'full', dailyLimit: 0n },
          { dailyLimit: 10n },
          { deadline: wanted.deadline + 1 },
        ];
        for (const alteration of alterations) {
          const altered = { ...wanted, ...alteration };
          await expect(send(altered, signature), JSON.stringify(Object.keys(alteration)))
            .to.be.revertedWithCustomError(keys, 'KeySignatureInvalid')
            .withArgs(altered.member, keyChangeDigest(altered, network));
        }
        await send(wanted, signature);
      });
    });

    describe('that names a successor', () => {
      it('is final, and ends every added key and every change', async () => {
        const { keys, ana, add, submit, authorityOf, roleOf } = await loadFixture(keysFixture);
        await add(ben, 'full');
        await add(cleo, 'limited', 5n);
        await add(dan, 'recovery');
        const heir = strangerKey();
        await time.setNextBlockTimestamp(START + DAY);
        await expect(submit({ key: heir.name, role: 'successor' }, ben))
          .to.emit(keys, 'KeyChanged')
          .withArgs(ana.name, heir.name, SUCCESSOR, 0, START + DAY, ben.name, 3);
        expect(await keys.successorOf(ana.name)).to.equal(heir.name);
        for (const key of [ben, cleo, dan, heir]) expect(await authorityOf(key)).to.equal(NOBODY);
        expect(await authorityOf(ana)).to.equal(ana.name);
        expect([await roleOf(ana), await roleOf(heir), await roleOf(ben), await roleOf(cleo)]).to.deep.equal([
          FULL,
          SUCCESSOR,
          NONE,
          NONE,
        ]);
        for (const [signer, wish] of [
          [ana, { key: dan.name, role: 'none' }],
          [ana, { key: ben.name, role: 'successor' }],
          [ben, { key: strangerKey().name, role: 'full' }],
          [dan, { key: strangerKey().name, role: 'full' }],
        ] as const)
          await expect(submit(wish, signer))
            .to.be.revertedWithCustomError(keys, 'KeyMemberSucceeded')
            .withArgs(ana.name, heir.name);
      });

      it('may name one of the member’s keys', async () => {
        const { keys, ana, add, submit, authorityOf, roleOf } = await loadFixture(keysFixture);
        await add(ben, 'full');
        await submit({ key: ben.name, role: 'successor' });
        expect(await keys.successorOf(ana.name)).to.equal(ben.name);
        expect([await roleOf(ben), await authorityOf(ben)]).to.deep.equal([SUCCESSOR, NOBODY]);
      });

      it('closes no circle: who inherits has no successor yet', async () => {
        const { keys, ana, submit } = await loadFixture(keysFixture);
        await submit({ key: ben.name, role: 'successor' });
        await submit({ member: ben.name, key: cleo.name, role: 'successor' }, ben);
        for (const [member, next] of [
          [ana, ben],
          [ben, cleo],
        ] as const)
          await expect(submit({ member: cleo.name, key: member.name, role: 'successor' }, cleo))
            .to.be.revertedWithCustomError(keys, 'KeyMemberSucceeded')
            .withArgs(member.name, next.name);
        expect(await keys.successorOf(ana.name)).to.equal(ben.name);
        expect(await keys.successorOf(cleo.name)).to.equal(NOBODY);
      });
    });

    itBoundsGas('costs no more than a few words', async () => {
      const { add } = await loadFixture(keysFixture);
      await add(ben, 'full');
      const receipt = await (await add(cleo, 'limited', 5n)).wait();
      expect(receipt?.gasUsed).to.be.below(85_000n);
    });
  });

  describe('keyOf', () => {
    it('knows the member’s own key and nobody else', async () => {
      const { keys, ana } = await loadFixture(keysFixture);
      expect([...(await keys.keyOf(ana.name, ana.name))]).to.deep.equal([1n, 0n, 0n, 0n]);
      expect([...(await keys.keyOf(ana.name, ben.name))]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect(await keys.successorOf(ana.name)).to.equal(NOBODY as Hex);
    });
  });
});
