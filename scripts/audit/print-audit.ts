/** An audit as a table for people. */
import type { Audit } from '../../backend/audit/audit-coalition.ts';
import type { ReceiptCounts } from '../../backend/audit/check-receipts.ts';
import { formatInteger, formatUsd } from '../../backend/protocol/sentence.ts';

const SHOWN = 10;

const percent = (basisPoints: number | null) =>
  basisPoints === null
    ? 'owes nothing'
    : `${formatInteger(BigInt(Math.floor(basisPoints / 100)))}.${String(basisPoints % 100).padStart(2, '0')} %`;

/** The lines to print: figures by brand, then the verdict with the first disagreements. */
export function describeAudit({ result, block, books }: Audit, receipts: ReceiptCounts | null): string[] {
  const rows = [
    ['brand', 'live points', 'liability', 'reserve', 'coverage'],
    ...result.partners.map(({ name, supply, liability, reserve, coverage }) => [
      name,
      formatInteger(BigInt(supply)),
      formatUsd(BigInt(liability)),
      formatUsd(BigInt(reserve)),
      percent(coverage),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  const accounts = [...books.partners.values()].reduce((sum, book) => sum + book.accounts.size, 0);
  const counts = `${formatInteger(BigInt(books.events))} events, ${formatInteger(BigInt(accounts))} accounts`;
  const receiptLine = receipts
    ? [`${receipts.checked} receipts checked, ${receipts.included} of them in a batch`]
    : [];
  return [
    `Block ${block.number} (${block.hash}), ${counts}`,
    ...receiptLine,
    '',
    ...rows.map((row) => row.map(align).join('  ').trimEnd()),
    '',
    ...verdict(result),
  ];
}

function verdict({ agrees, disagreements }: Audit['result']): string[] {
  if (agrees) return ['Everything agrees.'];
  const lines = disagreements
    .slice(0, SHOWN)
    .map(
      ({ what, subject, expected, found }) => `  ${what}: ${subject}: expected ${expected}, found ${found}`,
    );
  const more = disagreements.length > SHOWN ? [`  … and ${disagreements.length - SHOWN} more`] : [];
  return ['This coalition does NOT agree with its own events:', ...lines, ...more];
}
