import { expect } from 'chai';
import { judgeTexts, readTexts } from '../../scripts/shared/translations.ts';
import { pickLanguage, regionOf } from '../../web/shared/i18n/languages.ts';
import {
  formatDecimal,
  formatMoment,
  formatMoney,
  formatWhole,
  speakRegion,
} from '../../web/shared/ui/format.ts';
import { pathOfFragment, routeOf, tabOf } from '../../web/wallet/routes/route.ts';

const text = (id: string, translation: string, context?: string) => ({ id, translation, context });

describe('Translations', () => {
  describe('judgeTexts', () => {
    it('finds nothing wrong with whole texts', () => {
      const plural =
        '{n, plural, one {{amount} punkt} few {{amount} punkty} many {{amount} punktów} other {{amount} punktu}}';
      const texts = [
        text('{n, plural, one {{amount} point} other {{amount} points}}', plural),
        text('Earned at {from}', 'Zdobyte w {from}'),
        text('No', 'Nie'),
      ];
      expect(judgeTexts('pl', texts)).to.deep.equal([]);
    });

    for (const { fault, language, id, translation, says } of [
      { fault: 'a missing one', language: 'ro', id: 'Home', translation: '', says: 'is not translated' },
      {
        fault: 'another value',
        language: 'es',
        id: 'At {shop}',
        translation: 'En {tienda}',
        says: '{tienda',
      },
      { fault: 'a lost link', language: 'es', id: 'See <0>it</0>', translation: 'Míralo', says: 'of none' },
      {
        fault: 'the English text',
        language: 'pt',
        id: 'Show my code',
        translation: 'Show my code',
        says: 'English',
      },
      {
        fault: 'a forbidden word',
        language: 'pl',
        id: 'Approve it',
        translation: 'Podpisz to',
        says: '"Podpisz"',
      },
      {
        fault: 'one with an accent',
        language: 'es',
        id: 'Done',
        translation: 'Transacción hecha',
        says: 'Transacción',
      },
      {
        fault: 'a missing plural',
        language: 'pl',
        id: '{n, plural, one {a} other {b}}',
        translation: '{n, plural, one {a} many {b} other {b}}',
        says: '"few"',
      },
    ])
      it(`finds ${fault}`, () => {
        const found = judgeTexts(language, [text(id, translation)]);
        expect(found).to.have.length(1);
        expect(found[0]).to.include(says);
      });

    it('finds a forbidden word in the code’s own texts, and lets the proof pages name things', () => {
      expect(judgeTexts('en', [text('Sign this', '')])[0]).to.include('"Sign"');
      expect(judgeTexts('en', [text('Signed by {who}', '', 'proof')])).to.deep.equal([]);
      expect(judgeTexts('en', [text('A design for {key}', '')])).to.deep.equal([]);
    });
  });

  it('reads catalogues with contexts, lines that go on and quotes', () => {
    const file =
      'msgid ""\nmsgstr ""\n"Language: pl\\n"\n\nmsgctxt "proof"\nmsgid ""\n"one "\n"\\"two\\""\nmsgstr "raz"\n';
    expect(readTexts(file)).to.deep.equal([text('one "two"', 'raz', 'proof')]);
  });
});

describe('Language', () => {
  it('is the first wish that is spoken here, whatever its region', () => {
    expect(pickLanguage([null, 'fr-FR', 'pt-BR', 'en'])).to.equal('pt');
    expect(pickLanguage(['xx', 'PL'])).to.equal('pl');
    expect(pickLanguage([])).to.equal('en');
  });

  describe('formats', () => {
    afterEach(() => speakRegion('en-GB'));

    for (const { language, whole, money, decimal, day } of [
      { language: 'en', whole: '5,817', money: '$12.50', decimal: '2.5', day: /^3 Nov/ },
      { language: 'pt', whole: '5\u00a0817', money: '12,50\u00a0$', decimal: '2,5', day: /^3\D/ },
      { language: 'pl', whole: '5\u00a0817', money: '12,50\u00a0$', decimal: '2,5', day: /^3 lis/ },
      { language: 'es', whole: '5.817', money: '12,50\u00a0$', decimal: '2,5', day: /^3 nov/ },
      { language: 'ro', whole: '5.817', money: '12,50\u00a0$', decimal: '2,5', day: /^3 nov/ },
    ] as const)
      it(`are those of ${regionOf(language)}, four digits grouped`, () => {
        speakRegion(regionOf(language));
        expect(formatWhole(5_817n)).to.equal(whole);
        expect(formatMoney(12_500_000n)).to.equal(money);
        expect(formatDecimal(250n, 100n)).to.equal(decimal);
        expect(formatMoment(new Date('2026-11-03T12:00:00Z'))).to.match(day);
      });
  });
});

describe('Wallet addresses', () => {
  it('lead to pages, each under its tab', () => {
    expect(routeOf('/')).to.deep.equal({ page: 'home' });
    expect(routeOf('/brand/3')).to.deep.equal({ page: 'brand', id: '3' });
    expect(routeOf('/give?to=2')).to.deep.equal({ page: 'give', from: undefined, to: 2 });
    expect(routeOf('/pay/a%20b/')).to.deep.equal({ page: 'pay', id: 'a b' });
    expect(tabOf(routeOf('/receipt/0x1'))).to.equal('history');
    expect(tabOf(routeOf('/charity/1'))).to.equal('shops');
  });

  it('that lead nowhere are known as such', () => {
    for (const path of ['/nothing', '/brand', '/code/1', '/a/b/c', '/give/2'])
      expect(routeOf(path), path).to.deep.equal({ page: 'unknown' });
    expect(routeOf('/give?to=-1')).to.deep.equal({ page: 'give', from: undefined, to: undefined });
  });

  it('of before, behind a #, are known', () => {
    expect(pathOfFragment('pay=abc')).to.equal('/pay/abc');
    expect(pathOfFragment('code')).to.equal('/code');
    expect(pathOfFragment('home')).to.equal('/');
    expect(pathOfFragment('claim=abc')).to.equal(undefined);
    expect(pathOfFragment('')).to.equal(undefined);
  });
});
