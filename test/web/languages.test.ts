import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { forbiddenWord, readTexts } from '../../scripts/shared/translations.ts';
import { LANGUAGES, type Language } from '../../web/shared/i18n/languages.ts';
import {
  inspect,
  keepEvidence,
  launchBrowser,
  openVisitor,
  picture,
  type Visitor,
} from '../helpers/browser.ts';
import { openStage, type Stage } from './stage.ts';

/** Texts of more than one word, without places for values, as the code has them: on a page in another language none of them may stand. */
const ENGLISH = readTexts(readFileSync('web/locales/wallet/en.po', 'utf8'))
  .map(({ id }) => id)
  .filter((id) => /^[^{<]+$/.test(id) && /\p{L}+ \p{L}+ \p{L}+/u.test(id));

const SENTENCE: Readonly<Record<Language, string>> = {
  en: 'Spend 500 Aurora points at Boreal, worth at least $5.00.',
  pt: 'Gastar 500 pontos Aurora em Boreal, no valor de pelo menos 5,00 $.',
  pl: 'Wydaj 500 punktów Aurora w Boreal, o wartości co najmniej 5,00 $.',
  es: 'Gastar 500 puntos Aurora en Boreal, por un valor de al menos 5,00 $.',
  ro: 'Folosește 500 de puncte Aurora la Boreal, în valoare de cel puțin 5,00 $.',
};
const PLURALS: Readonly<Record<Language, string>> = {
  en: '1,683 points from one brand',
  pt: '1 683 pontos de uma marca',
  pl: '1 683 punkty z jednej marki',
  es: '1.683 puntos de una marca',
  ro: '1.683 de puncte de la un brand',
};

describe('Wallet in five languages', function () {
  this.timeout(240_000);
  let stage: Stage;
  let browser: Browser;
  let member: Visitor;
  let page: Page;

  const plain = (text: string | null) => (text ?? '').replaceAll('\u00a0', ' ');
  const open = async (path: string) => {
    await page.goto(`${stage.url}${path}`);
    await page.locator('main h1, dialog h2').first().waitFor();
  };
  const judge = async (language: Language, name: string, proof = false) => {
    // biome-ignore lint/performance/useDomNodeTextContent: as it is seen, words of neighbours apart
    const words = plain(await page.locator('body').innerText());
    const found = await inspect(page, `${name}-${language}`);
    const forbidden = proof ? undefined : forbiddenWord(language, words);
    if (forbidden) found.push(`${name}: "${forbidden}"`);
    if (language !== 'en')
      found.push(
        ...ENGLISH.filter((text) => words.includes(text)).map((text) => `${name}: "${text}" is English`),
      );
    await picture(page, `${language}-${name}`);
    return found;
  };

  before(async () => {
    stage = await openStage();
    browser = await launchBrowser();
    member = await openVisitor(browser, stage.hosts, { locale: 'pl-PL' });
    page = member.page;
    await page.goto(`${stage.url}/code`);
    const shown = page.getByTestId('member-code').getByText(/^\d{4} \d{4}$/);
    const code = ((await shown.textContent()) ?? '').replace(' ', '');
    const answer = await fetch(`${stage.url}/v1/purchases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.keys.aurora}` },
      body: JSON.stringify({
        id: 'languages-1',
        member: code,
        amount: 1_683,
        currency: 'USD',
        occurredAt: new Date().toISOString(),
      }),
    });
    expect(answer.status).to.equal(201);
  });
  afterEach(function () {
    return keepEvidence(browser, this.currentTest);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  it('begins in the language of the browser', async () => {
    await open('/');
    expect(await page.locator('html').getAttribute('lang')).to.equal('pl');
    await page.getByRole('heading', { name: 'Twoje punkty są warte' }).waitFor();
    await page.getByTestId('brand-1').getByText('1 683').waitFor();
  });

  for (const { code: language, name } of LANGUAGES) {
    it(`speaks ${name} on every page, in its plurals and formats`, async () => {
      await open('/me');
      await page.locator('select').selectOption(language);
      await page.locator(`html[lang=${language}]`).waitFor();
      const found = await judge(language, 'me');
      for (const [path, screen] of [
        ['/', 'home'],
        ['/brand/1', 'brand'],
        ['/shops', 'shops'],
        ['/code', 'code'],
        ['/history', 'history'],
        ['/charity/1', 'charity'],
        ['/swap', 'swap'],
        ['/give', 'give'],
        ['/nothing-here', 'nothing'],
      ] as const) {
        if (screen === 'nothing') await page.goto(`${stage.url}/brand/77`);
        else await open(path);
        if (screen === 'charity') await page.locator('[data-proof=proven]').waitFor();
        if (screen === 'history') await page.getByRole('listitem').filter({ hasText: 'Aurora' }).waitFor();
        found.push(...(await judge(language, screen)));
      }
      expect(found).to.deep.equal([]);
    });

    it(`shows in ${name} what is approved`, async () => {
      await open('/');
      await page.getByTestId('brand-1').waitFor();
      expect(plain(await page.getByTestId('total-points').textContent())).to.equal(PLURALS[language]);
      await open('/spend?from=1&to=2');
      await page.locator('input[inputmode=numeric]').fill('500');
      await page.locator('dialog button[type=submit]').click();
      const sentence = page.getByTestId('quote-sentence');
      await sentence.waitFor();
      expect(plain(await sentence.textContent())).to.equal(SENTENCE[language]);
      expect(await judge(language, 'quote')).to.deep.equal([]);
    });

    it(`proves a receipt in ${name}`, async () => {
      await open('/history');
      await page.locator('a[href^="/receipt/"]').first().click();
      await page.locator('[data-verdict=proven]').waitFor();
      expect(await judge(language, 'receipt', true)).to.deep.equal([]);
    });
  }

  it('keeps the choice, whatever the browser says', async () => {
    await open('/');
    expect(await page.locator('html').getAttribute('lang')).to.equal('ro');
    await page.evaluate(() => localStorage.removeItem('tessera.language'));
    await open('/');
    expect(await page.locator('html').getAttribute('lang')).to.equal('pl');
  });

  it('fits a phone with letters of twice the size', async () => {
    for (const path of ['/', '/brand/1', '/shops', '/code', '/history', '/me', '/charity/1', '/give']) {
      await open(path);
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
      });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await picture(page, `large${path.replaceAll('/', '-')}`);
      expect(wide, path).to.be.at.most(0);
    }
  });

  it('met no error on the way', () => {
    expect(member.trouble).to.deep.equal([]);
  });
});
