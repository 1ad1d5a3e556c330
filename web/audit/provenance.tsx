import { useEffect, useState } from 'react';
import { formatWhole } from '../shared/ui/format.ts';
import { Notice } from '../shared/ui/notice.tsx';
import type { PartProps } from './app.tsx';
import { linkTo } from './source/link.ts';
import { type SecondOpinion, useSecondNode } from './source/use-second-node.ts';

/** A chain that makes no block for so long is worth a word, in seconds. */
const OLD_SECONDS = 300;

/** Where the figures come from, and how fresh they are. */
export function Provenance({ link, source, reading: { figures, problem, replaced } }: PartProps) {
  const age = useAge(figures?.at);
  const opinion = useSecondNode(link.second, figures);
  if (!figures) return null;
  const { block, hash, at, chainId } = figures;
  const fixed = link.block !== undefined;
  return (
    <div className="space-y-3">
      <p className="text-sm text-muted tabular-nums wrap-anywhere" data-testid="provenance">
        Block <b data-testid="block">{formatWhole(block)}</b> of chain {chainId},{' '}
        <time dateTime={at.toISOString()}>{fixed ? at.toUTCString() : `${ageWords(age)} old`}</time>, read by
        your browser from <b className="font-semibold">{source.rpcUrl}</b>.{' '}
        <span className="hidden print:inline">
          Coalition {source.coalition}, block {hash}, {at.toUTCString()}.
        </span>
        <span className="print:hidden">
          {fixed ? (
            <a className="link" href={linkTo({ ...link, block: undefined })}>
              To the newest block
            </a>
          ) : (
            <a className="link" href={linkTo({ ...link, block })}>
              Link to this block
            </a>
          )}
        </span>
      </p>
      {link.second === undefined || problem ? null : (
        <Notice tone={opinions[opinion].tone}>
          {link.second} {opinions[opinion].words}
        </Notice>
      )}
      {replaced === undefined ? null : (
        <Notice tone="warn">
          The chain has changed its mind: block {formatWhole(replaced)}, which this page had read, is not on
          it any more. Everything was read anew.
        </Notice>
      )}
      {!fixed && !problem && age > OLD_SECONDS ? (
        <Notice tone="warn">
          The newest block that this node knows is {ageWords(age)} old. Either nothing happened since, or the
          node is behind: the figures are those of then.
        </Notice>
      ) : null}
    </div>
  );
}

const opinions: Record<SecondOpinion, { tone: 'good' | 'warn' | 'bad' | 'plain'; words: string }> = {
  asking: { tone: 'plain', words: 'is being asked for the same block.' },
  same: { tone: 'good', words: 'has the same block, with everything that is in it.' },
  other: { tone: 'bad', words: 'has another block with this number. One of the two is wrong, or on a fork.' },
  behind: { tone: 'warn', words: 'does not know this block (yet), so it was not compared.' },
  silent: { tone: 'warn', words: 'does not answer, so nothing was compared.' },
};

function useAge(at: Date | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return at ? Math.max(0, Math.round((now - at.getTime()) / 1000)) : 0;
}

function ageWords(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
