import { useEffect, useState } from 'react';
import type { CoalitionFigures } from '../../shared/chain/coalition.ts';
import { RpcProblem } from '../../shared/chain/rpc.ts';
import { Notice, Skeletons } from '../../shared/ui/notice.tsx';
import type { PartProps } from '../app.tsx';
import { LedgerStatus } from '../ledger/ledger-gate.tsx';
import type { Ledger } from '../ledger/read-ledger.ts';
import { useLedger } from '../ledger/use-ledger.tsx';
import { linkTo } from '../source/link.ts';
import { checkBatch } from './check-batch.ts';
import { checkDocuments } from './check-documents.ts';
import { checkActId, checkHash } from './check-hash.ts';
import type { CheckReport, Evidence } from './evidence.ts';
import { Report } from './report.tsx';
import { readSubject, type Subject } from './subject.ts';

/** Checks whatever the reader has: the page finds out what it is. */
export default function Check(part: PartProps) {
  const { link, reading } = part;
  const [typed, setTyped] = useState(link.check ?? '');
  const [asked, setAsked] = useState(link.check);
  const [times, setTimes] = useState(0);
  // A link within the page asks something else. What was pasted is in no link, and stays.
  useEffect(() => {
    if (link.check === undefined) return;
    setAsked(link.check);
    setTyped(link.check);
  }, [link.check]);
  const submit = () => {
    const subject = readSubject(typed);
    // What is pasted is not put into the URL: it would not fit.
    const check = subject.kind === 'documents' || subject.kind === 'unknown' ? undefined : typed.trim();
    location.hash = linkTo({ ...link, check });
    setAsked(typed.trim());
    setTimes(times + 1);
  };
  return (
    <div className="space-y-6">
      <form
        className="panel p-5 print:hidden"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h2 className="text-xl font-bold tracking-tight">Check anything</h2>
        <p id="check-help" className="mt-1 text-muted">
          A receipt’s number or its document, many documents a line each, an account’s address, a batch as
          brand/number (1/17), an act’s id, or a transaction.
        </p>
        <label className="mt-4 block">
          <span className="label">What to check</span>
          <textarea
            className="field min-h-24 py-3 font-mono text-sm"
            aria-describedby="check-help"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <button type="submit" className="button button-primary mt-4" aria-disabled={typed.trim() === ''}>
          Check
        </button>
      </form>
      {asked ? (
        reading.figures && !reading.problem ? (
          <Answer key={`${times} ${asked}`} {...part} asked={asked} figures={reading.figures} />
        ) : reading.problem ? (
          <Notice tone="bad">Nothing was checked, because the node can’t be read.</Notice>
        ) : (
          <Skeletons rows={3} />
        )
      ) : null}
    </div>
  );
}

const unreadable: Partial<Record<Subject['kind'], string>> = {
  unknown:
    'This is none of the things that can be checked. Compare it with the list above; nothing was checked.',
  code: 'Codes of eight digits are known to the network’s own server and to tills, not to the chain, so nothing was checked. The member finds the account’s address in the wallet, under Me.',
};

function Answer({ asked, figures, ...part }: PartProps & { asked: string; figures: CoalitionFigures }) {
  const subject = readSubject(asked);
  const why = unreadable[subject.kind];
  if (why) return <Notice tone="warn">{why}</Notice>;
  if (subject.kind === 'account')
    return <AccountAnswer {...part} figures={figures} account={subject.account} />;
  return <Checked {...part} figures={figures} check={(evidence) => run(subject, evidence)} />;
}

function run(subject: Subject, evidence: Evidence): Promise<CheckReport> {
  switch (subject.kind) {
    case 'documents':
      return checkDocuments(subject.documents, evidence);
    case 'batch':
      return checkBatch(subject, evidence);
    case 'act':
      return checkActId(subject.id, evidence);
    case 'hash':
      return checkHash(subject, evidence);
    default:
      throw new TypeError(`no check for ${subject.kind}`);
  }
}

async function runAccount(account: `0x${string}`, evidence: Evidence, ledger: Ledger): Promise<CheckReport> {
  const { checkAccount } = await import('./check-account.ts');
  return checkAccount(account, evidence, ledger);
}

/** An account is what all events add up to, so they are read first. */
function AccountAnswer({
  account,
  ...part
}: PartProps & { account: `0x${string}`; figures: CoalitionFigures }) {
  const { phase, ledger, start } = useLedger();
  useEffect(() => {
    if (phase === 'idle') start();
  }, [phase, start]);
  return (
    <>
      <LedgerStatus />
      {ledger ? (
        <Checked
          key={ledger.audit.block.hash}
          {...part}
          check={(evidence) => runAccount(account, evidence, ledger)}
        />
      ) : null}
    </>
  );
}

type State = { report?: CheckReport; failed?: string };

/** Checks once, at the block that the page shows then. */
function Checked({
  check,
  figures,
  rpc,
  source,
  link,
}: PartProps & { figures: CoalitionFigures; check: (evidence: Evidence) => Promise<CheckReport> }) {
  const [state, setState] = useState<State>({});
  const [evidence] = useState({ rpc, coalition: source.coalition, figures });
  const [begun] = useState(() => check);
  useEffect(() => {
    let wanted = true;
    begun(evidence).then(
      (report) => wanted && setState({ report }),
      (problem: unknown) => {
        if (!wanted) return;
        const why =
          problem instanceof RpcProblem
            ? `the node gave no answer that can be used (${problem.message})`
            : `something went wrong in this page (${String(problem)})`;
        setState({ failed: `Nothing was checked: ${why}.` });
      },
    );
    return () => {
      wanted = false;
    };
  }, [begun, evidence]);
  if (state.failed) return <Notice tone="bad">{state.failed}</Notice>;
  if (!state.report) return <Skeletons rows={3} />;
  return <Report report={state.report} source={source} link={link} block={figures.block} />;
}
