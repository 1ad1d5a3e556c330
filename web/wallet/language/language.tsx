import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { createContext, Fragment, type ReactNode, useContext, useState } from 'react';
import type { Language } from '../../shared/i18n/languages.ts';
import { rememberLanguage, speak } from './speak.ts';

interface Choice {
  language: Language;
  /** Speaks another language from now on. Rejects when its texts can't be loaded. */
  change(language: Language): Promise<void>;
}

const LanguageContext = createContext<Choice | undefined>(undefined);

/** Everything inside is shown anew in another language; what was read from the server stays. */
export function LanguageProvider({ first, children }: { first: Language; children: ReactNode }) {
  const [language, setLanguage] = useState(first);
  const change = async (wanted: Language) => {
    await speak(wanted);
    rememberLanguage(wanted);
    setLanguage(wanted);
  };
  return (
    <LanguageContext value={{ language, change }}>
      <I18nProvider i18n={i18n}>
        <Fragment key={language}>{children}</Fragment>
      </I18nProvider>
    </LanguageContext>
  );
}

/** The language that is spoken, and the way to another. Only below LanguageProvider. */
export function useLanguage(): Choice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new TypeError('useLanguage needs a LanguageProvider above it');
  return choice;
}
