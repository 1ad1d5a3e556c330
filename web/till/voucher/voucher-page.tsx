import { useMutation } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { applyVoucher } from '../../shared/api/calls.ts';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import type { VoucherUse } from '../../shared/api/shapes.ts';
import { formatClock, formatMoney, formatPoints } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { CodeField } from '../code-field.tsx';
import { Placeholder } from '../placeholder.tsx';
import { useTill } from '../till.tsx';

/** A voucher from the customer's phone: it works once, and only at the brand it was made for. */
export function VoucherPage() {
  const { key } = useTill();
  const [code, setCode] = useState('');
  const use = useMutation({ mutationFn: (typed: string) => applyVoucher(typed, key) });
  const ready = code.trim() !== '' && !use.isPending;
  return (
    <div className="grid grid-cols-1 items-start gap-6 md:grid-cols-2">
      <form
        className="panel space-y-5 p-5 md:p-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) use.mutate(code.trim());
        }}
      >
        <h1 className="text-2xl font-bold tracking-tight">Use a voucher</h1>
        <CodeField
          label="Voucher code"
          value={code}
          placeholder="from the customer’s phone"
          onChange={setCode}
        />
        {use.error ? <Notice tone="bad">{refusal(use.error)}</Notice> : null}
        <button type="submit" className="button button-primary w-full text-lg" aria-disabled={!ready}>
          {use.isPending ? 'Checking…' : 'Use it now'}
        </button>
      </form>
      {use.data ? (
        <Used
          use={use.data}
          onNext={() => {
            use.reset();
            setCode('');
          }}
        />
      ) : (
        <Placeholder>What the voucher is worth appears here.</Placeholder>
      )}
    </div>
  );
}

function Used({ use: { act, usedAt }, onNext }: { use: VoucherUse; onNext: () => void }) {
  const { partners } = useTill();
  const issuer = partners.find(({ id }) => id === act.issuer)?.name ?? `brand ${act.issuer}`;
  return (
    <section
      className="broken-below rounded-t-3xl bg-card p-6 pb-10 text-center text-white"
      aria-live="polite"
    >
      <CircleCheck size={40} className="mx-auto" aria-hidden="true" />
      <p className="figure mt-3 text-5xl">{formatMoney(act.minimum)}</p>
      <p className="mt-1 text-white/75">
        at least, for {formatPoints(act.amount)} of {issuer}. Used at {formatClock(usedAt)}.
      </p>
      <button
        type="button"
        className="button mt-6 w-full bg-white text-[#14172b] hover:bg-white/90 focus-visible:outline-white"
        onClick={onNext}
      >
        Next customer
      </button>
    </section>
  );
}

function refusal(error: unknown): string {
  const code = error instanceof ApiProblem ? error.code : '';
  if (code === 'VOUCHER_USED') return 'Refuse it: this voucher has been used before.';
  if (code === 'VOUCHER_UNKNOWN') return 'There is no such voucher for your brand. Check the code.';
  if (code === 'VOUCHER_NOT_READY') return 'The voucher is being confirmed. Try again in a few seconds.';
  return problemSentence(error);
}
