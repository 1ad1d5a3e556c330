import { formatWhole } from '../../shared/ui/format.ts';
import type { PartProps } from '../app.tsx';
import { Download } from '../icons.tsx';
import { LedgerGate } from '../ledger/ledger-gate.tsx';
import { Panel } from '../table.tsx';
import { allEvents, eventsCsv, eventsJson, figuresCsv, findingsJson, historyCsv, toJson } from './files.ts';

/** Everything that this page has read, to take along. */
export default function Files({ reading: { figures } }: PartProps) {
  return (
    <div className="space-y-6">
      {figures ? (
        <Panel
          title="Figures"
          about={`Brand by brand at block ${formatWhole(figures.block)}, in points and µUSD.`}
        >
          <Save name={`figures-${figures.block}.json`} make={() => toJson(figures)} />
          <Save name={`figures-${figures.block}.csv`} make={() => figuresCsv(figures)} />
        </Panel>
      ) : null}
      <LedgerGate>
        {(ledger) => {
          const { block, gathered, samples } = { ...ledger.audit, ...ledger };
          const missing = gathered.count - gathered.events.length;
          return (
            <>
              <Panel
                title="All events"
                about={
                  missing > 0
                    ? `The first ${formatWhole(gathered.events.length)} of ${formatWhole(gathered.count)}: a browser can’t hold the rest. npm run audit -- --out writes all of them.`
                    : `Every event of the coalition, its tokens, members’ keys and roles, up to block ${formatWhole(block.number)}.`
                }
              >
                <Save name={`events-${block.number}.json`} make={() => eventsJson(allEvents(ledger))} />
                <Save name={`events-${block.number}.csv`} make={() => eventsCsv(allEvents(ledger))} />
              </Panel>
              <Panel
                title="History and findings"
                about="The moments that the chart is drawn from, and what does not agree, if anything."
              >
                <Save name={`history-${block.number}.csv`} make={() => historyCsv(samples)} />
                <Save name={`audit-${block.number}.json`} make={() => findingsJson(ledger)} />
              </Panel>
            </>
          );
        }}
      </LedgerGate>
    </div>
  );
}

function Save({ name, make }: { name: string; make: () => string }) {
  return (
    <button type="button" className="button button-quiet mr-3 mb-3" onClick={() => save(name, make())}>
      <Download size={18} />
      {name}
    </button>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(
    new Blob([text], { type: name.endsWith('.csv') ? 'text/csv' : 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
