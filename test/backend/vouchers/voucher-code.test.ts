import { expect } from 'chai';
import { parseVoucherCode, randomVoucherCode } from '../../../backend/vouchers/voucher-code.ts';

describe('parseVoucherCode', () => {
  it('reads what randomVoucherCode made, however it is typed', () => {
    for (let turn = 0; turn < 100; turn++) {
      const code = randomVoucherCode();
      const typed = [code, code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' ')} `];
      for (const text of [...typed, code.replaceAll('0', 'O').replaceAll('1', 'l')])
        expect(parseVoucherCode(text)).to.equal(code);
    }
  });

  it('refuses what can be none', () => {
    for (const text of ['', 'ABC', '000000-00000U', '0000000000000', 'äöü000000000'])
      expect(parseVoucherCode(text)).to.equal(null);
  });
});
