import { CloudUpload, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { formatCode, formatMinor, formatMoment } from '../../shared/ui/format.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { Sheet } from '../../shared/ui/sheet.tsx';
import { CodeField } from '../code-field.tsx';
import { forgetSale, keepSale, type QueuedSale } from './sale-queue.ts';
import { useSales } from './use-sales.ts';

/** What this device still has to report, and what could not be recorded as it was. Nothing is shown while there is nothing. */
export function SalesPanel() {
  const { sales, send } = useSales();
  const [sending, setSending] = useState(false);
  const waiting = sales.filter(({ refusal }) => !refusal);
  const refused = sales.filter(({ refusal }) => refusal);
  if (sales.length === 0) return null;
  const sendNow = async () => {
    setSending(true);
    await send().finally(() => setSending(false));
  };
  return (
    <section className="panel mb-6 space-y-4 p-5" aria-label="Sales kept on this device">
      {waiting.length > 0 ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="flex items-center gap-3 font-semibold" role="status">
            <CloudUpload size={20} aria-hidden="true" />
            {waiting.length === 1 ? '1 sale is' : `${waiting.length} sales are`} kept here until there is a
            connection
          </p>
          <button
            type="button"
            className="button button-quiet px-4"
            aria-disabled={sending}
            onClick={() => !sending && void sendNow()}
          >
            {sending ? 'Sending…' : 'Send now'}
          </button>
        </div>
      ) : null}
      <SaleList sales={waiting} />
      {refused.length > 0 ? (
        <Notice tone="bad" icon={<TriangleAlert size={18} aria-hidden="true" />}>
          {refused.length === 1 ? 'One sale was' : `${refused.length} sales were`} not recorded. Correct or
          remove {refused.length === 1 ? 'it' : 'them'}.
        </Notice>
      ) : null}
      {refused.map((sale) => (
        <RefusedSale key={sale.body.id} sale={sale} onCorrected={sendNow} />
      ))}
    </section>
  );
}

function describe({ body }: QueuedSale): string {
  const member = typeof body.member === 'string' ? formatCode(body.member) : '';
  return `${formatMinor(BigInt(body.amount), body.currency)}, ${member}, ${formatMoment(new Date(body.occurredAt))}`;
}

function SaleList({ sales }: { sales: readonly QueuedSale[] }) {
  if (sales.length === 0) return null;
  return (
    <details className="text-sm text-muted">
      <summary className="cursor-pointer py-1">Which ones</summary>
      <ul className="mt-2 space-y-1">
        {sales.map((sale) => (
          <li key={sale.body.id}>{describe(sale)}</li>
        ))}
      </ul>
    </details>
  );
}

function RefusedSale({ sale, onCorrected }: { sale: QueuedSale; onCorrected: () => Promise<void> }) {
  const [asked, setAsked] = useState<'correct' | 'remove' | undefined>();
  return (
    <div className="rounded-2xl bg-raised p-4 text-sm">
      <p className="font-semibold">{describe(sale)}</p>
      <p className="mt-1 text-muted">{sale.refusal?.sentence}</p>
      <div className="mt-3 flex gap-2">
        <button type="button" className="button button-quiet px-4" onClick={() => setAsked('correct')}>
          Correct
        </button>
        <button type="button" className="button button-quiet px-4" onClick={() => setAsked('remove')}>
          Remove
        </button>
      </div>
      {asked === 'correct' ? (
        <CorrectSale
          sale={sale}
          onClose={() => setAsked(undefined)}
          onCorrected={() => {
            setAsked(undefined);
            void onCorrected();
          }}
        />
      ) : null}
      {asked === 'remove' ? (
        <Sheet title="Remove this sale?" onClose={() => setAsked(undefined)}>
          <p>{describe(sale)}: the customer gets no points for it.</p>
          <button
            type="button"
            className="button button-primary mt-5 w-full"
            onClick={() => void forgetSale(sale.body.id)}
          >
            Remove the sale
          </button>
        </Sheet>
      ) : null}
    </div>
  );
}

function CorrectSale({
  sale,
  onClose,
  onCorrected,
}: {
  sale: QueuedSale;
  onClose: () => void;
  onCorrected: () => void;
}) {
  const [member, setMember] = useState(String(sale.body.member ?? ''));
  const code = member.replace(/\s/g, '');
  return (
    <Sheet title="Correct this sale" onClose={onClose}>
      <form
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          // It was refused, so nothing is recorded under its id: the corrected sale keeps it.
          if (code)
            void keepSale({ partner: sale.partner, body: { ...sale.body, member: code } }).then(onCorrected);
        }}
      >
        <p className="text-muted">{describe(sale)}</p>
        <CodeField
          label="Customer’s code"
          value={member}
          placeholder="1234 5678"
          numeric
          onChange={setMember}
        />
        <button type="submit" className="button button-primary w-full" aria-disabled={code === ''}>
          Send again
        </button>
      </form>
    </Sheet>
  );
}
