import { i18n, type Messages } from '@lingui/core';
import { type Language, pickLanguage, regionOf } from '../../shared/i18n/languages.ts';
import { speakRegion } from '../../shared/ui/format.ts';

const CHOICE = 'tessera.language';

/** One file a language, so that a page loads its reader's only. */
const catalogues: Readonly<Record<Language, () => Promise<{ messages: Messages }>>> = {
  en: () => import('../../locales/wallet/en.po'),
  pt: () => import('../../locales/wallet/pt.po'),
  pl: () => import('../../locales/wallet/pl.po'),
  es: () => import('../../locales/wallet/es.po'),
  ro: () => import('../../locales/wallet/ro.po'),
};

/** The language that was chosen on this device, else the first of the browser's that the wallet speaks. */
export function ownLanguage(): Language {
  return pickLanguage([chosenLanguage(), ...navigator.languages]);
}

/** Turns every text, number and date of the page to a language. Rejects when its texts can't be loaded; the page then stays as it was. */
export async function speak(language: Language): Promise<void> {
  const { messages } = await catalogues[language]();
  const region = regionOf(language);
  // The region counts for plurals too: in Brazil nothing is one point, in Portugal it is no points.
  i18n.loadAndActivate({ locale: language, locales: [region], messages });
  speakRegion(region);
  document.documentElement.lang = language;
}

/** Keeps a choice for the next visits, as far as the browser keeps anything. */
export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(CHOICE, language);
  } catch {
    // The choice then holds until the page is closed.
  }
}

function chosenLanguage(): string | null {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}
