import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { problemSentence } from '../../shared/api/problem-sentence.ts';
import type { Payment } from '../../shared/api/shapes.ts';
import { formatClock, formatMoney } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { QrCode } from '../../shared/ui/qr-code.tsx';
import { MoneyField } from '../money-field.tsx';
import { Placeholder } from '../placeholder.tsx';
import { usePayment, useTake } from './use-take.ts';

/** Points as payment: an amount, a code for the customer's camera, and the till hears when it is paid. */
export function TakePage() {
  const take = useTake();
  const [amount, setAmount] = useState(0);
  const ready = amount > 0 && !take.isPending;
  return (
    <div className="grid grid-cols-1 items-start gap-6 md:grid-cols-2">
      <form
        className="panel space-y-5 p-5 md:p-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) take.mutate(amount);
        }}
      >
        <h1 className="text-2xl font-bold tracking-tight">Take points</h1>
        <p className="text-muted">Points of any brand pay here. Your brand is credited at once.</p>
        <MoneyField label="To pay" currency="USD" value={amount} onChange={setAmount} />
        {take.error ? <Notice tone="bad">No request was opened. {problemSentence(take.error)}</Notice> : null}
        <button type="submit" className="button button-primary w-full text-lg" aria-disabled={!ready}>
          {take.isPending ? 'Opening…' : 'Ask for points'}
        </button>
      </form>
      {take.data ? (
        <PaymentRequest
          key={take.data.id}
          opened={take.data}
          onNext={() => {
            take.reset();
            setAmount(0);
          }}
        />
      ) : (
        <Placeholder>The code that the customer scans appears here.</Placeholder>
      )}
    </div>
  );
}

const statusWords: Record<Payment['status'], string> = {
  open: 'Open',
  held: 'Approved, and held until it is taken or let go',
  approved: 'Approved, being recorded…',
  paid: 'Paid with points',
  expired: 'This request has run out',
  cancelled: 'This request was called off',
  released: 'This request was let go: nothing was spent',
};

function PaymentRequest({ opened, onNext }: { opened: Payment; onNext: () => void }) {
  const payment = usePayment(opened.id).data ?? opened;
  const link = opened.url ?? `${location.origin}/pay/${opened.id}`;
  const { status } = payment;
  const open = status === 'open';
  return (
    <section
      className="broken-below rounded-t-3xl bg-card p-6 pb-10 text-center text-white"
      aria-live="polite"
      data-status={status}
    >
      <p className="figure text-5xl">{formatMoney(payment.value ?? 0n)}</p>
      {open ? (
        <>
          <QrCode
            data={link}
            label="QR code of this payment request"
            className="mx-auto mt-5 w-full max-w-64 rounded-2xl"
          />
          <p className="mt-3 text-white/75">
            The customer scans this. Open until {formatClock(payment.expiresAt)}.
          </p>
          <p className="mt-2 text-xs break-all text-white/60" data-testid="payment-link">
            {link}
          </p>
        </>
      ) : (
        <p className="arrive mt-6 flex items-center justify-center gap-2 text-xl font-semibold">
          {status === 'paid' ? <CircleCheck aria-hidden="true" /> : null}
          {statusWords[status]}
        </p>
      )}
      <button
        type="button"
        className="button mt-6 w-full bg-white text-[#14172b] hover:bg-white/90 focus-visible:outline-white"
        onClick={onNext}
      >
        {open ? 'Start over' : 'Next customer'}
      </button>
    </section>
  );
}
