/** The languages that the pages speak: code, the region whose numbers and dates go with it, and its name as its speakers write it. */
export const LANGUAGES = [
  { code: 'en', region: 'en-GB', name: 'English' },
  { code: 'pt', region: 'pt-PT', name: 'Português' },
  { code: 'pl', region: 'pl-PL', name: 'Polski' },
  { code: 'es', region: 'es-ES', name: 'Español' },
  { code: 'ro', region: 'ro-RO', name: 'Română' },
] as const;

export type Language = (typeof LANGUAGES)[number]['code'];

/** The first of the reader's languages that is spoken here, by what was chosen before or the browser's wishes; English where none is. */
export function pickLanguage(wishes: readonly (string | null)[]): Language {
  for (const wish of wishes) {
    const bare = wish?.toLowerCase().split('-', 1)[0];
    const spoken = LANGUAGES.find(({ code }) => code === bare);
    if (spoken) return spoken.code;
  }
  return 'en';
}

/** "pl-PL": plain `en` would show the month before the day. */
export function regionOf(language: Language): string {
  return LANGUAGES.find(({ code }) => code === language)?.region ?? 'en-GB';
}
