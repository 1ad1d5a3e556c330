import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { customersOf } from '../../../scripts/replay/customers.ts';
import { parsePurchases, readPurchaseFile } from '../../../scripts/replay/purchase-file.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures', name);
const CDNOW = 'customer_id date number_of_cds dollar_value';
const CSV = 'purchase_id,member,time,amount,currency,partner';

/** The sentence of the failure, or nothing. */
function refusal(text: string): string {
  try {
    parsePurchases(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('purchase files', () => {
  describe('in the CDNOW format', () => {
    it('are read whole', async () => {
      const { format, purchases } = await readPurchaseFile(fixture('purchases-cdnow.txt'));
      expect(format).to.equal('cdnow');
      expect(purchases).to.have.length(300);
      const [first] = purchases;
      expect(first).to.include({
        customer: '00001',
        occurredAt: '2023-06-27T12:00:00Z',
        amountMinor: 1499,
        currency: 'USD',
        partner: null,
      });
      expect(new Set(purchases.map(({ id }) => id)).size).to.equal(300);
    });

    it('give the same purchases whatever their line ends, and others when a character is another', () => {
      const lines = [CDNOW, ' 00001 19970101  1   11.77', ' 00002 19970112  5   77.00'];
      const plain = parsePurchases(`${lines.join('\n')}\n`);
      expect(parsePurchases(lines.join('\r\n'))).to.deep.equal(plain);
      const other = parsePurchases(lines.join('\n').replace('77.00', '77.01'));
      expect(other.namespace).not.to.equal(plain.namespace);
      expect(other.purchases[0]?.id).not.to.equal(plain.purchases[0]?.id);
    });

    it('tell lines that repeat apart', () => {
      const { purchases } = parsePurchases(
        [CDNOW, '00001 19970101 1 11.77', '00001 19970101 1 11.77'].join('\n'),
      );
      expect(purchases[0]?.id).not.to.equal(purchases[1]?.id);
    });

    it('are read without a header where they are its published sample', () => {
      const lines = [' 00004 0001 19970101  2   29.33', ' 00021 0002 19970101  3   63.34', ''];
      const { format, purchases } = parsePurchases(lines.join('\r\n'));
      expect(format).to.equal('cdnow');
      expect(purchases.map(({ customer, amountMinor }) => [customer, amountMinor])).to.deep.equal([
        ['00004', 2933],
        ['00021', 6334],
      ]);
      expect(refusal(`${lines[0]}\n00021 19970101 3 63.34`)).to.include('Line 2 is not');
    });

    it('keep every cent', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 10_000_000 }), (cents) => {
          const dollars = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
          expect(parsePurchases(`${CDNOW}\n1 19970101 1 ${dollars}`).purchases[0]?.amountMinor).to.equal(
            cents,
          );
        }),
      );
    });
  });

  describe('in CSV', () => {
    it('are read whole', async () => {
      const { format, purchases } = await readPurchaseFile(fixture('purchases.csv'));
      expect(format).to.equal('csv');
      expect(purchases).to.have.length(40);
      expect(purchases[2]).to.deep.equal({
        id: 'F-1003',
        customer: 'de la Cruz, Dana',
        occurredAt: '2024-04-13T12:15:00Z',
        amountMinor: 99,
        currency: 'USD',
        partner: 'hotel-meridian',
      });
      expect(purchases.filter(({ partner }) => partner === null)).not.to.have.length(0);
    });

    it('keep the same accounts when lines are added', () => {
      const lines = [CSV, 'a,ana,2024-01-01T00:00:00Z,1,USD,', 'b,ana,2024-01-01T00:00:00Z,1,USD,'];
      expect(parsePurchases(lines.join('\n')).namespace).to.equal(
        parsePurchases(lines.slice(0, 2).join('\n')).namespace,
      );
    });
  });

  describe('that are wrong', () => {
    const cases: [name: string, text: string, sentence: string][] = [
      ['an unknown header', 'id,amount\n1,2', 'The first line is neither'],
      ['a CDNOW line without a date', `${CDNOW}\n1 1997 1 2.00`, 'Line 2 is not'],
      ['a CDNOW day that does not exist', `${CDNOW}\n1 19971332 1 2.00`, 'Line 2: write the time'],
      ['a negative amount', `${CDNOW}\n1 19970101 1 -2.00`, 'Line 2 is not'],
      [
        'a CSV line with five fields',
        `${CSV}\na,ana,2024-01-01T00:00:00Z,1,USD`,
        'Line 2 needs the six fields',
      ],
      ['a time without a zone', `${CSV}\na,ana,2024-01-01T00:00:00,1,USD,`, 'Line 2: write the time'],
      ['a fraction of a cent', `${CSV}\na,ana,2024-01-01T00:00:00Z,1.234,USD,`, 'Line 2: write the amount'],
      [
        'a currency in small letters',
        `${CSV}\na,ana,2024-01-01T00:00:00Z,1,usd,`,
        'Line 2: write the currency',
      ],
      [
        'an id twice',
        `${CSV}\na,ana,2024-01-01T00:00:00Z,1,USD,\na,bo,2024-01-01T00:00:00Z,1,USD,`,
        'stands in the file twice',
      ],
    ];
    for (const [name, text, sentence] of cases) {
      it(`are refused for ${name}`, () => {
        expect(refusal(text)).to.include(sentence);
      });
    }
  });
});

describe('customers of a replay', () => {
  it('are the same each time, and others in another file or with another seed', () => {
    const account = (seed: string, namespace: string, name: string) =>
      customersOf({ seed, namespace })(name).account;
    expect(account('tessera', 'f', '00001')).to.equal(account('tessera', 'f', '00001'));
    const all = [
      account('tessera', 'f', '00001'),
      account('other', 'f', '00001'),
      account('tessera', 'g', '00001'),
      account('tessera', 'f', '2'),
    ];
    expect(new Set(all).size).to.equal(4);
  });
});
