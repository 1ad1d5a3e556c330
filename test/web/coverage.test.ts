import { expect } from 'chai';
import type { CoalitionFigures, PartnerFigures } from '../../web/shared/chain/coalition.ts';
import { backingOf, checkFigures, coverageBps } from '../../web/shared/chain/coverage.ts';

const partner: PartnerFigures = {
  partner: 1,
  token: `0x${'01'.repeat(20)}`,
  admin: `0x${'0a'.repeat(20)}`,
  freed: 0n,
  name: 'Aurora',
  symbol: 'AUR',
  quartersPerEpoch: 1,
  validity: 4,
  halted: false,
  leaving: false,
  coverageBps: 9_000,
  lastBatch: 2,
  supply: 307n,
  liability: 100n * 7n + 207n * 11n,
  required: 2_680n,
  reserve: 5_000n,
  matchBudget: 300n,
  points: { buckets: [0n, 0n, 100n, 207n], epoch: 227, nextNonce: 0, window: 0 },
  values: { values: [3n, 5n, 7n, 11n, 13n], epoch: 227 },
};
const figures: CoalitionFigures = {
  chainId: 31_337,
  block: 9n,
  hash: `0x${'09'.repeat(32)}`,
  stablecoin: `0x${'0d'.repeat(20)}`,
  claimedSupply: 307n,
  claimedLiability: 100n * 7n + 207n * 11n,
  claimedRequired: 2_680n,
  freed: 0n,
  feeBps: 0,
  withdrawalsHaltedUntil: 0,
  at: new Date(0),
  held: 6_600n,
  claimedHeld: 6_600n,
  reserves: 5_000n,
  charitiesPayable: 1_000n,
  matchBudgets: 300n,
  treasury: 200n,
  membersFund: 100n,
  halted: false,
  partners: [partner],
};
const failed = (changed: Partial<CoalitionFigures>) =>
  checkFigures({ ...figures, ...changed })
    .filter(({ holds }) => !holds)
    .map(({ what }) => what);
const withPartner = (changed: Partial<PartnerFigures>) => failed({ partners: [{ ...partner, ...changed }] });

describe('Figures of the coalition', () => {
  describe('checkFigures', () => {
    it('finds nothing wrong with figures that agree', () => {
      expect(failed({})).to.deep.equal([]);
    });

    for (const [what, names, findings] of [
      ['money that is not there', failed({ held: 5_999n }), ['The money in the stablecoin contract']],
      [
        'money that the coalition does not tell of',
        failed({ held: 6_001n }),
        ['The money in the stablecoin'],
      ],
      ['reserves that do not add up', failed({ reserves: 4_999n }), ['The brands’ reserves add up']],
      [
        'a brand that the coalition’s totals leave out',
        failed({ claimedLiability: 0n }),
        ['Their points, what they owe'],
      ],
      [
        'points that are in no period',
        failed({ partners: [{ ...partner, supply: 308n }], claimedSupply: 308n }),
        ['Each brand’s points, period by period'],
      ],
      [
        'a debt that is too small',
        failed({
          partners: [{ ...partner, liability: 2_976n, required: 2_679n }],
          claimedLiability: 2_976n,
          claimedRequired: 2_679n,
        }),
        ['Points × point value'],
      ],
      [
        'words of different epochs',
        withPartner({ values: { ...partner.values, epoch: 226 } }),
        ['Points × point'],
      ],
      [
        'a requirement that was rounded down',
        failed({ partners: [{ ...partner, required: 2_679n }], claimedRequired: 2_679n }),
        ['What each brand must hold'],
      ],
    ] as const)
      it(`finds ${what}`, () => {
        expect(names).to.have.lengthOf(findings.length);
        for (const [index, finding] of findings.entries()) expect(names[index]).to.contain(finding);
      });
  });

  describe('backingOf', () => {
    it('is full from the last µUSD on', () => {
      expect(backingOf({ ...partner, reserve: partner.liability })).to.equal('full');
    });
    it('is by policy below that', () => {
      expect(backingOf({ ...partner, reserve: partner.liability - 1n })).to.equal('policy');
    });
    it('is short below what the policy asks', () => {
      expect(backingOf({ ...partner, reserve: partner.required - 1n })).to.equal('short');
    });
    it('is short below a policy of more than all, even when all is there', () => {
      expect(
        backingOf({ ...partner, required: partner.liability + 1n, reserve: partner.liability }),
      ).to.equal('short');
    });
  });

  describe('coverageBps', () => {
    it('rounds down, so that 100 % is never shown too early', () => {
      expect(coverageBps(9_999_999n, 10_000_000n)).to.equal(9_999n);
    });
    it('has no ratio when nothing is owed', () => {
      expect(coverageBps(5n, 0n)).to.equal(undefined);
    });
  });
});
