import { expect } from 'chai';
import fc from 'fast-check';
import { CATALOGUE } from '../../../backend/shared/catalogue.ts';
import { DomainError } from '../../../backend/shared/errors.ts';
import { toDomainError, toProblem } from '../../../backend/shared/problem.ts';
import { MAX_POINTS, MicroUsd, MinorUnits, mulDivDown, Points } from '../../../backend/shared/units.ts';

describe('Units', () => {
  const read = (value: unknown) => Points.request().safeParse(value);

  it('take integers and their decimal strings, exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_POINTS }), (value) => {
        expect(read(value.toString()).data).to.equal(value);
        expect(read(Number(value)).data).to.equal(value);
      }),
    );
  });

  it('refuse everything else', () => {
    const values = [
      -1,
      1.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      '',
      ' 1',
      '1 ',
      '+1',
      '01',
      '1.0',
      '1e3',
      '0x1',
      '-1',
      '٣',
      null,
      true,
      [],
      {},
      5n,
    ];
    for (const value of values) expect(read(value).success, String(value)).to.equal(false);
    fc.assert(
      fc.property(
        fc.double().filter((value) => !Number.isInteger(value)),
        (value) => {
          expect(read(value).success).to.equal(false);
          expect(read(String(value)).success).to.equal(false);
        },
      ),
    );
  });

  it('end at their limits', () => {
    expect(read((MAX_POINTS + 1n).toString()).success).to.equal(false);
    expect(MinorUnits.request().safeParse(10 ** 12).success).to.equal(true);
    expect(MinorUnits.request().safeParse(10 ** 12 + 1).success).to.equal(false);
    expect(() => MicroUsd.of(-1n)).to.throw(RangeError, 'MicroUsd');
    expect(() => Points.of(MAX_POINTS + 1n)).to.throw(RangeError, 'Points');
  });

  it('divide down', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(amount, amount, fc.bigInt({ min: 1n, max: 10n ** 12n }), (value, by, per) => {
        const result = mulDivDown(value, by, per);
        expect(result * per <= value * by && (result + 1n) * per > value * by).to.equal(true);
      }),
    );
  });
});

describe('Refusals', () => {
  it('all have a status, a title and a remedy that says what to do', () => {
    for (const [code, { status, title, remedy }] of Object.entries(CATALOGUE)) {
      expect(code).to.match(/^[A-Z][A-Z_]+[A-Z]$/);
      expect(status).to.be.within(400, 599);
      expect(title, code).to.not.match(/\.$/);
      expect(remedy, code).to.match(/^[A-Z].*\.$/);
    }
  });

  it('become problem documents that end with the remedy', () => {
    const error = new DomainError('VOUCHER_USED', {
      message: 'Voucher 7 was used at noon.',
      details: { usedAt: 'noon' },
    });
    expect(toProblem(error, 'request-1')).to.deep.equal({
      type: 'urn:tessera:problem:voucher-used',
      title: 'The voucher has been used',
      status: 409,
      detail: `Voucher 7 was used at noon. ${CATALOGUE.VOUCHER_USED.remedy}`,
      code: 'VOUCHER_USED',
      retry: 'never',
      details: { usedAt: 'noon' },
      requestId: 'request-1',
    });
  });

  it('of unknown origin say nothing of their cause', () => {
    const error = toDomainError(new TypeError('password is swordfish'));
    expect(error.code).to.equal('INTERNAL');
    expect(JSON.stringify(toProblem(error))).to.not.contain('swordfish');
  });

  it('of a database that is away ask for the same request again', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', '57P01', '53300'])
      expect(toDomainError(Object.assign(new TypeError('gone'), { code }))).to.include({
        code: 'DATABASE_UNAVAILABLE',
      });
  });
});
