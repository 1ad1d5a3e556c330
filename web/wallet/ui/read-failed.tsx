import { t } from '@lingui/core/macro';
import { formatClock } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { problemWords } from '../words/problems.ts';

interface Props {
  error: unknown;
  /** When what is shown meanwhile was read, in milliseconds since 1970; 0 or missing when nothing is shown. */
  asOf?: number | undefined;
  onRetry: () => void;
}

/** A list that could not be read: why, how old is what stands there, and one thing to do. Reading spends nothing. */
export function ReadFailed({ error, asOf, onRetry }: Props) {
  const time = asOf ? formatClock(new Date(asOf)) : '';
  return (
    <Notice tone="warn">
      <p>
        {problemWords(error)}{' '}
        {time ? t`You see this as of ${time}.` : t`Your points are safe; we keep trying.`}
      </p>
      <button type="button" className="link mt-1" onClick={onRetry}>
        {t`Try again`}
      </button>
    </Notice>
  );
}
