import { t } from '@lingui/core/macro';
import { formatCode } from '../../shared/ui/format.ts';
import { QrCode } from '../../shared/ui/qr-code.tsx';
import { useMemberCode } from '../member.tsx';
import { problemWords } from '../words/problems.ts';
import { useWakeLock } from './use-wake-lock.ts';

/** What the member shows at the till: the code as a picture and as eight digits, on white in both themes. The screen stays on meanwhile. */
export function CodePage() {
  const { code, error } = useMemberCode();
  useWakeLock();
  const spoken = code ? formatCode(code) : '';
  const problem = error ? problemWords(error) : '';
  return (
    <div className="mx-auto max-w-sm text-center">
      <h1 className="text-2xl font-bold tracking-tight">{t`Show this at the till`}</h1>
      <p className="mt-1 text-muted">{t`Points arrive while you are still there.`}</p>
      <div className="broken-below mt-6 rounded-t-[2rem] bg-white px-6 pt-6 pb-10 text-[#15171d]">
        <div className="mx-auto aspect-square w-full max-w-72">
          {code ? (
            <QrCode data={code} label={t`QR code of ${spoken}`} className="size-full" />
          ) : (
            <div
              className="size-full motion-safe:animate-pulse rounded-2xl bg-black/5"
              role="status"
              aria-label={t`Your code is being made`}
            />
          )}
        </div>
        <p className="figure mt-3 text-4xl tracking-wider" data-testid="member-code">
          {code ? spoken : '\u2007'}
        </p>
      </div>
      {problem && !code ? (
        <p className="mt-4 text-sm text-warn">
          {t`Your code is not ready yet.`} {problem}
        </p>
      ) : null}
      <p className="mt-5 text-sm text-muted">
        {t`Anyone who knows this number can give you points. Nobody can take any with it.`}
      </p>
    </div>
  );
}
