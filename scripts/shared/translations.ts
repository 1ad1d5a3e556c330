import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from './failure.ts';
import { mustRun, ROOT } from './run-tool.ts';

const LOCALES = 'web/locales';
const GATHERED = 'cache/locales';
const SOURCE = 'en';

/** A text of a catalogue, in the language of the code and in the catalogue's own. */
export interface Text {
  id: string;
  translation: string;
  /** Texts of the proof pages may name the machinery. */
  context: string | undefined;
}

/** Words that members never meet, by language: whole words, with what can be added to their ends. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  en: words(
    'wallet addresse?s?|gas|tokens?|mint(s|ed|ing)?|sign(s|ed|ing|atures?)?|transactions?|blockchain|chain|seeds?|keys?|nonce|hash',
  ),
  pt: words(
    'endereços? da carteira|gás|tokens?|cunh\\p{L}+|assin\\p{L}+|transaç\\p{L}+|blockchain|cadeia|sementes?|chaves?|nonce|hash',
  ),
  pl: words(
    'adres\\p{L}* portfela|gaz\\p{L}*|token\\p{L}*|podpis\\p{L}*|transakcj\\p{L}*|blockchain\\p{L}*|łańcuch\\p{L}*|klucz\\p{L}*|nonce|hash',
  ),
  es: words(
    'direcci(ón|ones) de (la |tu )?cartera|gas|tokens?|acuñ\\p{L}+|firm\\p{L}+|transacci\\p{L}+|blockchain|cadena|semillas?|claves?|llaves?|nonce|hash',
  ),
  ro: words(
    'adres\\p{L}* portofelului|gaz\\p{L}*|token\\p{L}*|semn(ez|eaz|a|ă|e|ătur)\\p{L}*|tranzacț\\p{L}*|blockchain\\p{L}*|lanț\\p{L}*|chei\\p{L}*|cheie|nonce|hash',
  ),
};

/** The forms that a language has for numbers (CLDR); all of them must be there. */
const PLURALS: Readonly<Record<string, readonly string[]>> = {
  en: ['one', 'other'],
  pt: ['one', 'many', 'other'],
  pl: ['one', 'few', 'many', 'other'],
  es: ['one', 'many', 'other'],
  ro: ['one', 'few', 'other'],
};

function words(list: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(${list})(?![\\p{L}\\p{N}])`, 'iu');
}

/** The first word in a text that members of a language never meet, if there is one. */
export function forbiddenWord(language: string, shown: string): string | undefined {
  return FORBIDDEN[language]?.exec(shown)?.[0];
}

/** What is wrong with a catalogue: texts without a translation, with other places for values, without a plural, or with a forbidden word. */
export function judgeTexts(language: string, texts: readonly Text[]): string[] {
  const say = (text: Text, problem: string) => `${language}: "${text.id}": ${problem}`;
  return texts.flatMap((text) => {
    const { id, context } = text;
    const shown = language === SOURCE ? id : text.translation;
    if (shown === '') return [say(text, 'is not translated')];
    const found: string[] = [];
    if (placesOf(shown) !== placesOf(id))
      found.push(say(text, `has the places ${placesOf(shown) || 'of none'} for values`));
    if (/\{\w+, plural,/.test(id))
      for (const form of PLURALS[language] ?? [])
        if (!new RegExp(`\\b${form} \\{`).test(shown)) found.push(say(text, `has no plural "${form}"`));
    const forbidden =
      context === 'proof' ? undefined : forbiddenWord(language, shown.replaceAll(/\{\w+/g, ''));
    if (forbidden) found.push(say(text, `has the word "${forbidden}"`));
    if (language !== SOURCE && shown === id && /\p{L}+ \p{L}+/u.test(id.replaceAll(/\{.*?\}/g, '')))
      found.push(say(text, 'is the English text'));
    return found;
  });
}

/** The names of all values and tags in a text, in order of the alphabet. */
function placesOf(text: string): string {
  const names = text.match(/\{\w+(?=[,}])|<\/?\d+\/?>/g) ?? [];
  return [...new Set(names)].sort().join(' ');
}

/** The texts of a catalogue file (gettext's PO). */
export function readTexts(file: string): Text[] {
  return file.split(/\n\n+/).flatMap((block) => {
    const field = (name: string) => {
      const lines = new RegExp(`^${name} ((?:"(?:[^"\\\\]|\\\\.)*"\\n?)+)`, 'm').exec(block)?.[1];
      return lines
        ?.match(/"(?:[^"\\]|\\.)*"/g)
        ?.map((line) => JSON.parse(line) as string)
        .join('');
    };
    const id = field('msgid');
    return id ? [{ id, translation: field('msgstr') ?? '', context: field('msgctxt') }] : [];
  });
}

/** Gathers the pages' texts anew and compares them with the catalogues, and reads every catalogue. @throws CommandFailure naming each fault */
export async function checkTranslations(): Promise<void> {
  rmSync(join(ROOT, GATHERED), { recursive: true, force: true });
  cpSync(join(ROOT, LOCALES), join(ROOT, GATHERED), { recursive: true });
  await mustRun('lingui', ['extract', '--config', '.config/lingui.ts', '--clean'], {
    LOCALES_FOLDER: GATHERED,
  });
  const files = readdirSync(join(ROOT, LOCALES), { recursive: true, encoding: 'utf8' });
  const faults = files
    .filter((file) => file.endsWith('.po'))
    .flatMap((file) => {
      const kept = readTexts(readFileSync(join(ROOT, LOCALES, file), 'utf8'));
      const gathered = readTexts(readFileSync(join(ROOT, GATHERED, file), 'utf8'));
      const language = /(\w+)\.po$/.exec(file)?.[1] ?? '';
      const stale = differences(kept, gathered).map((id) => `${LOCALES}/${file}: "${id}"`);
      return [...stale, ...judgeTexts(language, kept)];
    });
  rmSync(join(ROOT, GATHERED), { recursive: true, force: true });
  if (faults.length === 0) return;
  throw new CommandFailure(
    `${faults.join('\n')}\nnpm run texts gathers the texts of the pages; then translate what is new in ${LOCALES}.`,
  );
}

function differences(kept: readonly Text[], gathered: readonly Text[]): string[] {
  const names = (texts: readonly Text[]) =>
    new Set(texts.map(({ context, id }) => `${context ?? ''}\u0004${id}`));
  const [before, after] = [names(kept), names(gathered)];
  const changed = [...before].filter((name) => !after.has(name));
  return [...changed, ...[...after].filter((name) => !before.has(name))].map(
    (name) => name.split('\u0004')[1] ?? '',
  );
}
