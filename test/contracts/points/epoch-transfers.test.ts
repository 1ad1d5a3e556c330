import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { type Abi, toFunctionSelector } from 'viem';
import { PointsTokenAbi } from '../../../artifacts/abi.ts';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import { at, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, type OpenCoalition, openCoalition } from '../../helpers/coalition.ts';

/** Giver and friend have 10 Bistro points of the first half of 2028 and 20 of the second, `epoch`; the giver has as many at Aurora. */
async function twoHalvesFixture() {
  const coalition = await openCoalition();
  const { aurora, bistro, relay: giver, stranger: friend } = coalition;
  const [hubsAurora, hubsBistro] = [await asHub(aurora), await asHub(bistro)];
  for (const [day, points] of [
    ['2028-03-01', 10n],
    ['2028-07-01', 20n],
  ] as const) {
    await mineAt(at(day));
    await hubsAurora.mint(giver, points);
    for (const holder of [giver, friend]) await hubsBistro.mint(holder, points);
  }
  return { ...coalition, giver, friend, epoch: await bistro.currentEpoch() };
}

const bucketsOf = async (token: OpenCoalition['aurora'], account: { address: string }) =>
  decodeWord(await token.accountWord(account.address)).buckets;

/** An ERC-165 id from the ABI by ERC-165's rule, with no help of the compiler. */
const interfaceId = (names: readonly string[]): string => {
  const selectors = (PointsTokenAbi as Abi).flatMap((entry) =>
    entry.type === 'function' && names.includes(entry.name) ? [toFunctionSelector(entry)] : [],
  );
  expect(selectors).to.have.length(names.length);
  const id = selectors.reduce((mixed, selector) => mixed ^ BigInt(selector), 0n);
  return `0x${id.toString(16).padStart(8, '0')}`;
};

const ERC7818 = [
  'balanceOfAtEpoch',
  'currentEpoch',
  'epochLength',
  'epochType',
  'validityDuration',
  'isEpochExpired',
  'transferAtEpoch',
  'transferFromAtEpoch',
];

describe('PointsToken', () => {
  describe('transferAtEpoch', () => {
    describe('when the brand does not let members transfer', () => {
      it('is refused, by transferFromAtEpoch too', async () => {
        const { aurora, giver, friend } = await loadFixture(twoHalvesFixture);
        const epoch = await aurora.currentEpoch();
        await expect(aurora.connect(giver).transferAtEpoch(epoch, friend, 1n)).to.be.revertedWithCustomError(
          aurora,
          'PointsNotTransferable',
        );
        await aurora.connect(giver).approve(friend, 1n);
        await expect(
          aurora.connect(friend).transferFromAtEpoch(epoch, giver, friend, 1n),
        ).to.be.revertedWithCustomError(aurora, 'PointsNotTransferable');
      });
    });

    describe('when the brand lets them', () => {
      it('moves points of that epoch alone, the later ones too, and says of which', async () => {
        const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
        const moving = bistro.connect(giver).transferAtEpoch(epoch, friend, 12n);
        await expect(moving).to.emit(bistro, 'Transfer').withArgs(giver, friend, 12n);
        await expect(moving).to.emit(bistro, 'TransferAtEpoch').withArgs(epoch, giver, friend, 12n);
        expect(await bucketsOf(bistro, giver)).to.deep.equal([0n, 0n, 10n, 8n]);
        expect(await bucketsOf(bistro, friend)).to.deep.equal([0n, 0n, 10n, 32n]);
        await bistro.connect(giver).transferAtEpoch(epoch - 1n, friend, 10n);
        expect(await bucketsOf(bistro, giver)).to.deep.equal([0n, 0n, 0n, 8n]);
        expect(await bucketsOf(bistro, friend)).to.deep.equal([0n, 0n, 20n, 32n]);
      });

      it('announces the epoch before the Transfer, so that logs can be replayed in order', async () => {
        const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
        const sent = await bistro.connect(giver).transferAtEpoch(epoch, friend, 12n);
        const logs = (await sent.wait())?.logs ?? [];
        const names = logs.map((log) => bistro.interface.parseLog(log)?.name);
        expect(names).to.deep.equal(['TransferAtEpoch', 'Transfer']);
      });

      it('answers true, and moves nothing of nothing', async () => {
        const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
        const asGiver = bistro.connect(giver);
        expect(await asGiver.transferAtEpoch.staticCall(epoch, friend, 1n)).to.equal(true);
        for (const any of [epoch, epoch + 1n, 2n ** 256n - 1n])
          await asGiver.transferAtEpoch(any, friend, 0n);
        expect(await bucketsOf(bistro, friend)).to.deep.equal([0n, 0n, 10n, 20n]);
      });

      it('to oneself changes nothing', async () => {
        const { bistro, giver, epoch } = await loadFixture(twoHalvesFixture);
        const before = await bistro.accountWord(giver);
        await bistro.connect(giver).transferAtEpoch(epoch, giver, 20n);
        expect(await bistro.accountWord(giver)).to.equal(before);
      });
    });

    describe('when the sender has too little of the epoch', () => {
      it('is refused however much there is of others', async () => {
        const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
        for (const [of, held] of [
          [epoch, 20n],
          [epoch - 1n, 10n],
          [epoch + 1n, 0n],
          [2n ** 256n - 1n, 0n],
        ] as const)
          await expect(bistro.connect(giver).transferAtEpoch(of, friend, held + 1n))
            .to.be.revertedWithCustomError(bistro, 'PointsInsufficient')
            .withArgs(giver, held, held + 1n);
      });
    });

    describe('when the epoch has expired', () => {
      it('is refused with who holds them and the epoch, from the first second on', async () => {
        const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
        await mineAt(at('2029-01-01') - 10);
        await bistro.connect(giver).transferAtEpoch(epoch - 1n, friend, 1n);
        await mineAt(at('2029-01-01'));
        for (const value of [0n, 1n])
          await expect(bistro.connect(giver).transferAtEpoch(epoch - 1n, friend, value))
            .to.be.revertedWithCustomError(bistro, 'ERC7818TransferredExpiredToken')
            .withArgs(giver, epoch - 1n);
        expect(await bistro.isEpochExpired(epoch - 1n)).to.equal(true);
        expect(await bistro.isEpochExpired(2n ** 256n - 1n)).to.equal(false);
        await bistro.connect(giver).transferAtEpoch(epoch, friend, 20n);
      });
    });

    describe('when the receiver is the zero address', () => {
      it('is refused: only a signed act burns', async () => {
        const { bistro, giver, epoch } = await loadFixture(twoHalvesFixture);
        await expect(bistro.connect(giver).transferAtEpoch(epoch, ZeroAddress, 1n))
          .to.be.revertedWithCustomError(bistro, 'ERC20InvalidReceiver')
          .withArgs(ZeroAddress);
      });
    });
  });

  describe('transferFromAtEpoch', () => {
    it('moves within the allowance and lowers it', async () => {
      const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
      await bistro.connect(giver).approve(friend, 15n);
      await bistro.connect(friend).transferFromAtEpoch(epoch, giver, friend, 12n);
      expect(await bistro.allowance(giver, friend)).to.equal(3n);
      expect(await bucketsOf(bistro, giver)).to.deep.equal([0n, 0n, 10n, 8n]);
      expect(await bucketsOf(bistro, friend)).to.deep.equal([0n, 0n, 10n, 32n]);
      await expect(bistro.connect(friend).transferFromAtEpoch(epoch, giver, friend, 4n))
        .to.be.revertedWithCustomError(bistro, 'ERC20InsufficientAllowance')
        .withArgs(friend, 3n, 4n);
    });

    it('is refused of an expired epoch, of whose holder it speaks', async () => {
      const { bistro, giver, friend, epoch } = await loadFixture(twoHalvesFixture);
      await bistro.connect(giver).approve(friend, 15n);
      await mineAt(at('2029-01-01'));
      await expect(bistro.connect(friend).transferFromAtEpoch(epoch - 1n, giver, friend, 1n))
        .to.be.revertedWithCustomError(bistro, 'ERC7818TransferredExpiredToken')
        .withArgs(giver, epoch - 1n);
      expect(await bistro.allowance(giver, friend)).to.equal(15n);
    });
  });

  describe('supportsInterface', () => {
    const ids = {
      'ERC-165': interfaceId(['supportsInterface']),
      'ERC-20': interfaceId(['totalSupply', 'balanceOf', 'transfer', 'allowance', 'approve', 'transferFrom']),
      'ERC-20 metadata': interfaceId(['name', 'symbol', 'decimals']),
      'ERC-2612': interfaceId(['permit', 'nonces', 'DOMAIN_SEPARATOR']),
      'ERC-5267': interfaceId(['eip712Domain']),
      'ERC-7818': interfaceId(ERC7818),
    };

    for (const [standard, id] of Object.entries(ids))
      it(`says yes to ${standard}, ${id}`, async () => {
        const { aurora } = await loadFixture(openCoalition);
        expect(await aurora.supportsInterface(id)).to.equal(true);
      });

    it('has the ids that the standards print', () => {
      expect(ids['ERC-165']).to.equal('0x01ffc9a7');
      expect(ids['ERC-20']).to.equal('0x36372b07');
      expect(ids['ERC-20 metadata']).to.equal('0xa219a025');
      expect(ids['ERC-2612']).to.equal('0x9d8ff7da');
      expect(ids['ERC-5267']).to.equal('0x84b0196e');
    });

    it('says no to 0xffffffff, as ERC-165 asks, and to others', async () => {
      const { aurora } = await loadFixture(openCoalition);
      for (const id of ['0xffffffff', '0x00000000', '0x80ac58cd'])
        expect(await aurora.supportsInterface(id)).to.equal(false);
    });
  });
});
