import { t } from '@lingui/core/macro';
import { mount } from '../shared/ui/mount.tsx';
import { pageQueryClient } from '../shared/ui/query-client.ts';
import { App } from './app.tsx';
import { installApp } from './install/install-app.ts';
import { LanguageProvider } from './language/language.tsx';
import { ownLanguage, speak } from './language/speak.ts';
import { keepQueries } from './offline/keep-queries.ts';
import { followLinks } from './routes/use-route.ts';

const language = ownLanguage();
const queries = pageQueryClient();

followLinks();
keepQueries(queries);
installApp();

const show = () =>
  mount(
    <LanguageProvider first={language}>
      <App />
    </LanguageProvider>,
    {
      queries,
      stopped: () => ({
        title: t`This page has stopped`,
        text: t`Nothing was lost or spent by that. Reload it and go on.`,
        reload: t`Reload`,
      }),
    },
  );

/** Without its texts there is no page to show, and the shared words of all pages say so. */
function Unreadable(): never {
  throw new TypeError('the texts of the page could not be loaded');
}

await speak(language).then(show, () => mount(<Unreadable />));
