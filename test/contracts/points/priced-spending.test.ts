import { expect } from 'chai';
import { concat, dataSlice, solidityPacked, ZeroAddress } from 'ethers';
import { decodeWord } from '../../../backend/protocol/account-word.ts';
import { at, ethers, loadFixture, mineAt } from '../../helpers/chain.ts';
import { asHub, openCoalition } from '../../helpers/coalition.ts';
import { eoaMember } from '../../helpers/members.ts';

const ana = eoaMember('Ana').account;
const ben = eoaMember('Ben').account;

/** IPointsToken.SpendOutcome. */
const OUTCOMES = [
  'Done',
  'NonceUnusable',
  'Insufficient',
  'Worthless',
  'BelowMinimum',
  'AboveReserve',
] as const;

/** What a spend asks for; it draws on the reserve unless told otherwise. */
interface Spend {
  readonly member: string;
  readonly amount: bigint;
  readonly minimum?: bigint;
  readonly nonce?: number;
  readonly draws?: boolean;
}

/** Spends as the hub packs them: 64 bytes each, see SpendWords.sol. */
const packSpends = (spends: readonly Spend[]): string =>
  concat(
    spends.map(({ member, amount, minimum = 0n, nonce = 0, draws = true }) =>
      solidityPacked(
        ['address', 'uint48', 'uint48', 'uint216', 'uint8', 'uint32'],
        [member, amount, minimum, 0, draws ? 1 : 0, nonce],
      ),
    ),
  );

const readOutcomes = (answer: string): [outcome: string | undefined, figure: bigint][] =>
  Array.from({ length: (answer.length - 2) / 64 }, (_, index) => {
    const word = BigInt(dataSlice(answer, 32 * index, 32 * (index + 1)));
    return [OUTCOMES[Number(word & 0xffn)], word >> 8n];
  });

/** Ana has 10 Aurora points of the first quarter of 2028 and 20 of the second, which are worth more; Ben has 5. It is May. */
async function twoQuartersFixture() {
  const coalition = await openCoalition();
  const { hub, aurora, auroraAdmin } = coalition;
  const hubsAurora = await asHub(aurora);
  await hubsAurora.mint(ana, 10n);
  await hub.connect(auroraAdmin).scheduleValue(1, 25_000n);
  const { valuesWord } = await hub.partnerReport(1);
  await mineAt(at('2028-05-01'));
  await hubsAurora.mint(ana, 20n);
  await hubsAurora.mint(ben, 5n);
  const spend = (spends: readonly Spend[], reserve = 10n ** 12n) =>
    hubsAurora.spendPriced(packSpends(spends), valuesWord, reserve);
  const outcomesOf = async (spends: readonly Spend[], reserve = 10n ** 12n) =>
    readOutcomes(await hubsAurora.spendPriced.staticCall(packSpends(spends), valuesWord, reserve));
  return { ...coalition, hubsAurora, spend, outcomesOf, valuesWord };
}

describe('PointsToken', () => {
  describe('spendPriced', () => {
    describe('when the caller is not the coalition', () => {
      it('is refused by the caller', async () => {
        const { aurora, stranger, valuesWord } = await loadFixture(twoQuartersFixture);
        await expect(aurora.connect(stranger).spendPriced('0x', valuesWord, 0n))
          .to.be.revertedWithCustomError(aurora, 'PointsCallerNotCoalition')
          .withArgs(stranger.address);
      });
    });

    describe('when all can be done', () => {
      it('says what the points were worth, at the values of their epochs as of now', async () => {
        const { outcomesOf } = await loadFixture(twoQuartersFixture);
        expect(
          await outcomesOf([
            { member: ana, amount: 12n },
            { member: ben, amount: 5n },
          ]),
        ).to.deep.equal([
          ['Done', 10n * 10_000n + 2n * 25_000n],
          ['Done', 5n * 25_000n],
        ]);
      });

      it('burns the points that expire first, uses the nonces and takes the sum from the supply', async () => {
        const { aurora, spend } = await loadFixture(twoQuartersFixture);
        const spending = spend([
          { member: ana, amount: 12n, nonce: 3 },
          { member: ben, amount: 4n },
        ]);
        for (const [member, amount] of [
          [ana, 12n],
          [ben, 4n],
        ] as const)
          await expect(spending).to.emit(aurora, 'Transfer').withArgs(member, ZeroAddress, amount);
        const { buckets, nextNonce } = decodeWord(await aurora.accountWord(ana));
        expect([buckets, nextNonce]).to.deep.equal([[0n, 0n, 0n, 18n], 4]);
        expect(decodeWord(await aurora.supplyWord()).buckets).to.deep.equal([0n, 0n, 0n, 19n]);
      });

      it('judges each by what those before it have left', async () => {
        const { outcomesOf } = await loadFixture(twoQuartersFixture);
        const spends = [0, 1, 1, 2].map((nonce) => ({ member: ana, amount: 11n, nonce }));
        expect(await outcomesOf(spends)).to.deep.equal([
          ['Done', 125_000n],
          ['Done', 275_000n],
          ['NonceUnusable', 2n],
          ['Insufficient', 8n],
        ]);
      });

      it('does the same as spend', async () => {
        const { aurora, spend } = await loadFixture(twoQuartersFixture);
        await spend([
          { member: ana, amount: 12n, nonce: 1 },
          { member: ana, amount: 3n, nonce: 0 },
        ]);
        const words = [await aurora.accountWord(ana), await aurora.supplyWord()];
        const again = await loadFixture(twoQuartersFixture);
        await again.hubsAurora.spend(ana, 12n, 1n);
        await again.hubsAurora.spend(ana, 3n, 0n);
        expect([await again.aurora.accountWord(ana), await again.aurora.supplyWord()]).to.deep.equal(words);
      });
    });

    describe('when epochs have ended or died since the supply was written', () => {
      it('writes them down, and nothing if no spend can be done', async () => {
        const { aurora, spend } = await loadFixture(twoQuartersFixture);
        const may = await aurora.currentEpoch();
        await mineAt(at('2029-02-01'));
        await expect(spend([{ member: ana, amount: 21n }])).not.to.emit(aurora, 'PointsExpired');
        await expect(spend([{ member: ana, amount: 3n }]))
          .to.emit(aurora, 'PointsExpired')
          .withArgs(may - 1n, 10n);
        expect(await aurora.epochTotals(may - 1n)).to.deep.equal([10n, 0n, 10n]);
        expect(await aurora.epochTotals(may)).to.deep.equal([25n, 22n, 0n]);
        expect(await aurora.epochTotals(may + 3n)).to.deep.equal([0n, 0n, 0n]);
      });
    });

    describe('when one can not be done', () => {
      it('says why with the figure, changes nothing for it, and goes on', async () => {
        const { aurora, spend, outcomesOf } = await loadFixture(twoQuartersFixture);
        const spends = [
          { member: ana, amount: 1n, nonce: 1_025 },
          { member: ana, amount: 31n },
          { member: ana, amount: 0n },
          { member: ana, amount: 2n, minimum: 20_001n },
          { member: ana, amount: 2n, minimum: 20_000n },
        ];
        expect(await outcomesOf(spends)).to.deep.equal([
          ['NonceUnusable', 0n],
          ['Insufficient', 30n],
          ['Worthless', 0n],
          ['BelowMinimum', 20_000n],
          ['Done', 20_000n],
        ]);
        await spend(spends);
        expect(await aurora.balanceOf(ana)).to.equal(28n);
        expect(await aurora.nextNonce(ana)).to.equal(1n);
      });

      it('leaves supply and accounts as they were written when none can', async () => {
        const { aurora, spend } = await loadFixture(twoQuartersFixture);
        const address = await aurora.getAddress();
        const stored = async () => {
          const words = [];
          for (let slot = 0; slot < 8; slot += 1) words.push(await ethers.provider.getStorage(address, slot));
          return words;
        };
        const before = await stored();
        await mineAt(at('2028-08-01')); // a write would roll the words into the third quarter
        await spend([{ member: ana, amount: 31n }]);
        expect(await stored()).to.deep.equal(before);
      });
    });

    describe('when the reserve does not suffice for all', () => {
      it('refuses a draw that exceeds what is left, and does smaller ones and those that draw nothing', async () => {
        const { outcomesOf } = await loadFixture(twoQuartersFixture);
        const spends = [
          { member: ana, amount: 6n },
          { member: ana, amount: 5n, nonce: 1 },
          { member: ana, amount: 5n, nonce: 1, draws: false },
          { member: ben, amount: 1n },
        ];
        expect(await outcomesOf(spends, 85_000n)).to.deep.equal([
          ['Done', 60_000n],
          ['AboveReserve', 65_000n],
          ['Done', 65_000n],
          ['Done', 25_000n],
        ]);
        expect(await outcomesOf(spends, 84_999n)).to.deep.equal([
          ['Done', 60_000n],
          ['AboveReserve', 65_000n],
          ['Done', 65_000n],
          ['AboveReserve', 25_000n],
        ]);
      });
    });
  });
});
