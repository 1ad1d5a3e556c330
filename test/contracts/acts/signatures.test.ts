import { expect } from 'chai';
import { concat, dataLength, dataSlice, id, MaxUint256, ZeroAddress } from 'ethers';
import { getAddress, type Hex } from 'viem';
import { type Act, actDigest } from '../../../backend/protocol/acts.ts';
import { anAct, toStruct } from '../../helpers/acts.ts';
import { ethers, loadFixture, networkHelpers } from '../../helpers/chain.ts';
import { AURORA, BISTRO, openCoalition } from '../../helpers/coalition.ts';
import {
  deviceMember,
  eoaMember,
  type Member,
  P256_ORDER,
  passkeyMember,
  SECP256K1_ORDER,
  withHighS,
} from '../../helpers/members.ts';

const ana = eoaMember('Ana');
const ben = eoaMember('Ben');
const dora = await deviceMember();
const otherDevice = await deviceMember();
const pia = passkeyMember();
const MEMBERS: readonly [string, Member][] = [
  ['an EOA', ana],
  ['a device key', dora],
  ['a passkey', pia],
];

/** Every member holds 1,000 Aurora points. */
async function membersFixture() {
  const coalition = await openCoalition();
  const { hub, issue } = coalition;
  const holders = [ana, ben, dora, otherDevice, pia];
  await issue(AURORA, ...holders.map(({ account }): [string, bigint] => [account, 1_000n]));
  const submit = (act: Act, signature: string) => hub.execute(toStruct(act), signature);
  return { ...coalition, submit };
}

const lunchOf = (member: Member): Act =>
  anAct({ kind: 'redemption', member: member.account, issuer: AURORA, counterparty: BISTRO, amount: 100n });

describe('Acts', () => {
  describe('execute', () => {
    for (const [name, member] of MEMBERS)
      describe(`with a signature of ${name}`, () => {
        it('does what was signed, whoever submits it', async () => {
          const { hub, network, aurora, stranger } = await loadFixture(membersFixture);
          const act = lunchOf(member);
          await expect(hub.connect(stranger).execute(toStruct(act), await member.sign(act, network)))
            .to.emit(hub, 'Redeemed')
            .withArgs(member.account, AURORA, BISTRO, 100n, 1_000_000n, 0n, act.ref);
          expect(await aurora.balanceOf(member.account)).to.equal(900n);
        });

        it('does nothing that was not signed, whichever field is altered', async () => {
          const { hub, network, submit, aurora } = await loadFixture(membersFixture);
          const act = lunchOf(member);
          const signature = await member.sign(act, network);
          const alterations: Partial<Act>[] = [
            { kind: 'exchange' },
            { kind: 'donation', counterparty: 1 },
            { member: ben.account },
            { issuer: BISTRO },
            { counterparty: AURORA },
            { amount: 101n },
            { minimum: 1n },
            { ref: id('order 2') as Hex },
            { nonce: 1 },
            { deadline: act.deadline - 1 },
          ];
          for (const alteration of alterations) {
            const altered = { ...act, ...alteration };
            await expect(submit(altered, signature), JSON.stringify(Object.keys(alteration)))
              .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
              .withArgs(altered.member, actDigest(altered, network));
          }
          expect(await aurora.totalSupply()).to.equal(5_000n);
          await submit(act, signature);
        });

        it('refuses a signature for another chain and for another hub', async () => {
          const { hub, network, submit } = await loadFixture(membersFixture);
          const act = lunchOf(member);
          for (const elsewhere of [
            { ...network, chainId: 1 },
            { ...network, coalition: getAddress(ana.account) },
          ])
            await expect(submit(act, await member.sign(act, elsewhere)))
              .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
              .withArgs(member.account, actDigest(act, network));
        });

        it('refuses one with any byte cut off, added or changed', async () => {
          const { hub, network, submit } = await loadFixture(membersFixture);
          const act = lunchOf(member);
          const signature = await member.sign(act, network);
          const size = dataLength(signature);
          const isPasskey = member === pia;
          const flipped = (at: number) =>
            concat([
              dataSlice(signature, 0, at),
              Uint8Array.of(Number(dataSlice(signature, at, at + 1)) ^ 1),
              dataSlice(signature, at + 1),
            ]);
          const bad = [
            '0x',
            dataSlice(signature, 1),
            ...[0, 31, 32, 63].map(flipped),
            // The last word of a passkey's assertion ends in padding that nobody reads.
            dataSlice(signature, 0, size - (isPasskey ? 32 : 1)),
            ...(isPasskey ? [] : [concat([signature, '0x00'])]),
          ];
          for (const [index, one] of bad.entries())
            await expect(submit(act, one), `variant ${index}`)
              .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
              .withArgs(member.account, actDigest(act, network));
        });
      });

    describe('with an EOA’s signature of 64 bytes', () => {
      it('takes it as EIP-2098 says', async () => {
        const { network, submit, aurora } = await loadFixture(membersFixture);
        for (let nonce = 0; nonce < 4; nonce += 1) {
          const act = { ...lunchOf(ana), nonce }; // both parities of y come up
          const compact = await ana.signCompact(act, network);
          expect(compact).to.have.length(2 + 2 * 64);
          await submit(act, compact);
        }
        expect(await aurora.balanceOf(ana.account)).to.equal(600n);
      });

      it('does not do the same act twice in its two forms', async () => {
        const { aurora, network, submit } = await loadFixture(membersFixture);
        const act = lunchOf(ana);
        await submit(act, await ana.sign(act, network));
        await expect(submit(act, await ana.signCompact(act, network)))
          .to.be.revertedWithCustomError(aurora, 'PointsNonceUnusable')
          .withArgs(ana.account, 0n, 1n);
      });

      it('refuses that of another member', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        const act = lunchOf(ana);
        for (const signature of [await ben.sign(act, network), await ben.signCompact(act, network)])
          await expect(submit(act, signature))
            .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
            .withArgs(ana.account, actDigest(act, network));
      });
    });

    describe('with a high s', () => {
      it('refuses the second form of an EOA’s signature', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        const act = lunchOf(ana);
        const signature = await ana.sign(act, network);
        const high = withHighS(signature, { offset: 32, order: SECP256K1_ORDER });
        const parity = high.endsWith('1b') ? '1c' : '1b';
        await expect(submit(act, high.slice(0, -2) + parity))
          .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
          .withArgs(ana.account, actDigest(act, network));
        await submit(act, signature);
      });

      it('refuses the second form of a device key’s signature', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        const act = lunchOf(dora);
        const signature = await dora.sign(act, network);
        await expect(submit(act, withHighS(signature, { offset: 96, order: P256_ORDER })))
          .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
          .withArgs(dora.account, actDigest(act, network));
        await submit(act, signature);
      });
    });

    describe('with a device key that does not name the member', () => {
      it('is refused, though the signature itself is good', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        const act = lunchOf(dora);
        await expect(submit(act, await otherDevice.sign(act, network)))
          .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
          .withArgs(dora.account, actDigest(act, network));
      });

      it('is refused when the right key is put beside the wrong signature', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        const act = lunchOf(dora);
        const foreign = await otherDevice.sign(act, network);
        await expect(submit(act, concat([dora.key.x, dora.key.y, dataSlice(foreign, 64)])))
          .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
          .withArgs(dora.account, actDigest(act, network));
      });
    });

    describe('for the zero address', () => {
      it('is refused: a signature that recovers nobody is nobody’s', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        const act = { ...lunchOf(ana), member: ZeroAddress as Hex };
        for (const signature of [
          `0x${'00'.repeat(65)}`,
          `0x${'00'.repeat(64)}1b`,
          concat([ethers.toBeHex(MaxUint256, 32), ethers.toBeHex(1n, 32), '0x1b']),
          `0x${'00'.repeat(64)}`,
          `0x${'00'.repeat(128)}`,
        ])
          await expect(submit(act, signature))
            .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
            .withArgs(ZeroAddress, actDigest(act, network));
      });
    });

    describe('for an EOA with delegated code (EIP-7702)', () => {
      it('takes the EOA’s own signature and no other', async () => {
        const { hub, network, submit, dollar } = await loadFixture(membersFixture);
        const delegate = (await dollar.getAddress()).slice(2);
        await networkHelpers.setCode(ana.account, `0xef0100${delegate}`);
        const act = lunchOf(ana);
        await expect(submit(act, await ben.sign(act, network)))
          .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
          .withArgs(ana.account, actDigest(act, network));
        await submit(act, await ana.sign(act, network));
      });
    });

    describe('for a contract account (ERC-1271)', () => {
      it('takes what the account accepts', async () => {
        const { hub, network, submit, issue, aurora } = await loadFixture(membersFixture);
        const wallet = await ethers.deployContract('OwnedWallet', [ana.account]);
        const account = getAddress(await wallet.getAddress());
        await issue(AURORA, [account, 1_000n]);
        const act = { ...lunchOf(ana), member: account };
        await expect(submit(act, await ben.sign(act, network)))
          .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
          .withArgs(account, actDigest(act, network));
        await submit(act, await ana.sign(act, network));
        expect(await aurora.balanceOf(account)).to.equal(900n);
        expect(await aurora.balanceOf(ana.account)).to.equal(1_000n);
      });

      it('refuses accounts that answer something else, at a bounded price', async () => {
        const { hub, network, submit } = await loadFixture(membersFixture);
        for (const name of ['GasBombWallet', 'ShortAnswerWallet', 'WritingWallet']) {
          const wallet = await ethers.deployContract(name);
          const act = { ...lunchOf(ana), member: getAddress(await wallet.getAddress()) };
          await expect(submit(act, await ana.sign(act, network)), name)
            .to.be.revertedWithCustomError(hub, 'ActSignatureInvalid')
            .withArgs(act.member, actDigest(act, network));
        }
      });
    });
  });

  describe('memberKeys', () => {
    it('answers to the hub that deployed it', async () => {
      const { hub, network } = await loadFixture(membersFixture);
      const keys = await ethers.getContractAt('MemberKeys', await hub.memberKeys());
      const act = lunchOf(dora);
      const digest = actDigest(act, network);
      const signature = await dora.sign(act, network);
      expect(await keys.authorityOf(dora.account, digest, signature)).to.equal(dora.account);
      expect(await keys.authorityOf(ana.account, digest, signature)).to.equal(ZeroAddress);
      expect(await keys.coalition()).to.equal(await hub.getAddress());
    });
  });
});
