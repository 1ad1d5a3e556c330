import { t } from '@lingui/core/macro';
import { useId, useState } from 'react';
import { LANGUAGES } from '../../shared/i18n/languages.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { useLanguage } from '../language/language.tsx';

/** The language of the wallet: each by the name that its speakers give it, so that whoever is lost finds the way back. */
export function LanguageField() {
  const id = useId();
  const { language, change } = useLanguage();
  const [failed, setFailed] = useState(false);
  const choose = (name: string) => {
    const wanted = LANGUAGES.find(({ code }) => code === name);
    if (wanted) change(wanted.code).catch(() => setFailed(true));
  };
  return (
    <section className="panel p-5">
      <label className="label" htmlFor={id}>
        {t`Language`}
      </label>
      <select
        id={id}
        className="field"
        value={language}
        onChange={(event) => {
          setFailed(false);
          choose(event.target.value);
        }}
      >
        {LANGUAGES.map(({ code, name }) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      {failed ? (
        <div className="mt-4">
          <Notice tone="warn">{t`That language can’t be loaded just now. Nothing has changed.`}</Notice>
        </div>
      ) : null}
    </section>
  );
}
