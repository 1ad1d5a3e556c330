import type { Exchange } from '../../shared/chain/rpc.ts';
import { formatWhole } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { Check, Cross, Question as Unknown } from '../icons.tsx';
import { type Link, linkTo, type Source } from '../source/link.ts';
import { type CheckReport, type Step, type StepResult, verdictOf } from './evidence.ts';
import { asCast, asCurl } from './run-it.ts';

const verdicts = {
  proven: { tone: 'good', words: 'Yes: every step holds.' },
  refuted: { tone: 'bad', words: 'No: it is not what it claims to be. See the step that fails.' },
  open: { tone: 'warn', words: 'Not proven: what could be checked holds, but not everything could be.' },
} as const;

/** What a check came to, step by step, with the questions that were asked. */
export function Report({
  report,
  source,
  link,
  block,
}: {
  report: CheckReport;
  source: Source;
  link: Link;
  block: bigint;
}) {
  const verdict = verdictOf(report.steps);
  const { tone, words } = verdicts[verdict];
  const open = report.steps.filter(({ result }) => result === 'open').length;
  return (
    <section className="panel p-5" aria-label={report.title} data-check={verdict}>
      <h2 className="mb-4 text-xl font-bold tracking-tight">{report.title}</h2>
      <Notice tone={tone}>
        {words} {open > 0 ? `Not checked: ${open} of ${report.steps.length} steps.` : ''} Read from{' '}
        {source.rpcUrl} at block {formatWhole(block)}.
      </Notice>
      <dl className="mt-4 grid gap-x-6 gap-y-1.5 text-sm md:grid-cols-[max-content_1fr]">
        {report.about.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="font-semibold text-muted">{name}</dt>
            <dd className="mb-1.5 wrap-anywhere md:mb-0">{value}</dd>
          </div>
        ))}
      </dl>
      <ol className="mt-5 space-y-4">
        {report.steps.map((step, index) => (
          <StepLine key={step.what} step={step} number={index + 1} url={source.rpcUrl} />
        ))}
      </ol>
      {report.also.length > 0 ? (
        <>
          <h3 className="mt-6 font-semibold">Further</h3>
          <ul className="mt-1 space-y-1">
            {report.also.map(({ words: also, check }) => (
              <li key={check}>
                <a className="link wrap-anywhere" href={linkTo({ ...link, view: 'check', check })}>
                  {also}
                </a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

const results: Record<StepResult, { words: string; look: string; Icon: typeof Check }> = {
  yes: { words: 'Holds', look: 'bg-good-soft text-good', Icon: Check },
  no: { words: 'Does not hold', look: 'bg-bad-soft text-bad', Icon: Cross },
  open: { words: 'Not checked', look: 'bg-raised text-muted', Icon: Unknown },
};

function StepLine({ step, number, url }: { step: Step; number: number; url: string }) {
  const { words, look, Icon } = results[step.result];
  return (
    <li className="flex gap-3" data-result={step.result}>
      <span className={`mt-0.5 grid size-6 shrink-0 place-items-center rounded-full ${look}`}>
        <Icon size={14} />
      </span>
      <div className="min-w-0 grow">
        <p className="font-semibold">
          <span className="sr-only">
            Step {number}. {words}:{' '}
          </span>
          {step.what}
        </p>
        {step.detail ? <p className="text-sm text-muted wrap-anywhere">{step.detail}</p> : null}
        {step.exchanges.length > 0 ? (
          <details className="mt-1 text-sm">
            <summary className="w-fit rounded font-semibold text-accent">
              What the node was asked, and run it yourself
            </summary>
            {step.exchanges.map((exchange, index) => (
              <Question key={index} exchange={exchange} url={url} />
            ))}
          </details>
        ) : (
          <p className="text-sm text-muted">Computed in this browser; the node was not asked.</p>
        )}
      </div>
    </li>
  );
}

const ANSWER_LIMIT = 1_500;

function Question({ exchange, url }: { exchange: Exchange; url: string }) {
  const answer = JSON.stringify(exchange.answer) ?? '';
  return (
    <div className="mt-3 space-y-2 border-l-2 border-line pl-3">
      <p className="font-semibold">{exchange.method}</p>
      <Code label="curl">{asCurl(url, exchange)}</Code>
      <Code label="cast">{asCast(url, exchange)}</Code>
      <Code label="Answer">
        {answer.length > ANSWER_LIMIT
          ? `${answer.slice(0, ANSWER_LIMIT)}… (${formatWhole(answer.length)} characters)`
          : answer}
      </Code>
    </div>
  );
}

const Code = ({ label, children }: { label: string; children: string }) => (
  <div>
    <span className="text-xs font-semibold text-muted">{label}</span>
    <code className="mt-0.5 block max-h-40 overflow-y-auto rounded-xl bg-raised px-3 py-2 text-xs break-all">
      {children}
    </code>
  </div>
);
