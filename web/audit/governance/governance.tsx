import { useState } from 'react';
import { formatWhole } from '../../shared/ui/format.ts';
import type { PartProps } from '../app.tsx';
import { Check, Warning } from '../icons.tsx';
import { LedgerGate } from '../ledger/ledger-gate.tsx';
import type { Ledger } from '../ledger/read-ledger.ts';
import { Hex, Panel, Table, utc } from '../table.tsx';
import { authorityWords, hubWords, roleName } from './action-words.ts';

/** Who has power here, what they did with it, and the code that bounds it. */
export default function Governance(_: PartProps) {
  return (
    <LedgerGate>
      {(ledger) => (
        <>
          <Roles ledger={ledger} />
          <Actions ledger={ledger} />
          <Contracts ledger={ledger} />
        </>
      )}
    </LedgerGate>
  );
}

const powers: Record<string, string> = {
  0: 'gives and takes the roles, after its delays',
  1: 'admits and expels, sets policies and the fee, ends halts',
  2: 'issues what money covers and brands allow',
  3: 'halts at once; starts nothing again',
  4: 'signs receipts; calls nothing on the chain',
};

function Roles({ ledger: { authority, audit } }: { ledger: Ledger }) {
  const { holders, labels, address } = authority;
  return (
    <Panel
      title="Roles and who holds them"
      about={`From every event of the authority ${address}, and then asked of it by hasRole. None of them can move a member’s points or change the contracts’ code.`}
    >
      <Table
        label="Holders of roles"
        titles={['Role', 'Held by', 'Since (UTC)', 'Acts', 'hasRole says', 'What it can do']}
        rows={holders.map(({ role, account, since, delay, confirmed }) => ({
          key: `${role} ${account}`,
          cells: [
            <b key="role">{roleName(role, labels)}</b>,
            <Hex key="account">{account}</Hex>,
            since > audit.block.timestamp ? `from ${utc(since)} on` : utc(since),
            delay === 0 ? 'at once' : `after ${formatWhole(delay)} s`,
            <Confirmed key="confirmed" holds={confirmed} />,
            powers[role.toString()] ?? '',
          ],
        }))}
        empty="Nobody holds a role."
      />
    </Panel>
  );
}

function Confirmed({ holds }: { holds: boolean }) {
  const Icon = holds ? Check : Warning;
  return (
    <span
      className={`inline-flex items-center gap-1.5 font-semibold whitespace-nowrap ${holds ? 'text-good' : 'text-bad'}`}
    >
      <Icon size={16} />
      {holds ? 'the same' : 'otherwise'}
    </span>
  );
}

const KINDS = {
  all: 'Everything',
  halts: 'Halts',
  brands: 'Brands and their terms',
  charities: 'Charities',
  money: 'Fee, treasury, fund',
  roles: 'Roles and schedules',
} as const;
type Kind = keyof typeof KINDS;

/** Which list an event belongs to. */
function kindOf(name: string): Kind {
  if (/Halt/.test(name)) return 'halts';
  if (/^Charity/.test(name)) return 'charities';
  if (/^(Fee|Treasury|Fund)/.test(name)) return 'money';
  return /^(Role|Target|Operation|Authority)/.test(name) ? 'roles' : 'brands';
}

function Actions({ ledger: { gathered, authority, audit } }: { ledger: Ledger }) {
  const [kind, setKind] = useState<Kind>('all');
  const actions = [
    ...gathered.governance.map((event) => ({ ...event, words: hubWords(event, audit.books) })),
    ...authority.events.map((event) => ({ ...event, words: authorityWords(event, authority.labels) })),
  ]
    .filter(({ eventName }) => kind === 'all' || kindOf(eventName) === kind)
    .sort((a, b) => b.block - a.block || b.logIndex - a.logIndex);
  return (
    <Panel
      title="What was done with power"
      about="Every change by governance, guardian and brands’ admins, newest first. Contracts can’t be upgraded, so there are no upgrades to list."
    >
      <label className="mb-4 block w-fit print:hidden">
        <span className="label">Which</span>
        <select
          className="field w-auto"
          value={kind}
          onChange={(event) => setKind(event.target.value as Kind)}
        >
          {Object.entries(KINDS).map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Table
        label="Changes by date"
        titles={['When (UTC)', 'What', 'Event', 'Transaction']}
        rows={actions.map(({ timestamp, words, eventName, transaction, block, logIndex }) => ({
          key: `${block} ${logIndex}`,
          cells: [
            <span key="when" className="whitespace-nowrap">
              {utc(timestamp)}
            </span>,
            <span key="words" className="block min-w-56 wrap-anywhere">
              {words}
            </span>,
            eventName,
            <Hex key="transaction">{transaction}</Hex>,
          ],
        }))}
        empty="Nothing of this kind so far."
        tall
      />
    </Panel>
  );
}

const parts: Record<string, string> = {
  coalition: 'Coalition (hub)',
  backOffice: 'Back office of the hub',
  memberKeys: 'Members’ keys',
  tokenImplementation: 'What every brand’s token is a clone of',
  stablecoin: 'Stablecoin',
  authority: 'Authority (roles)',
};

function Contracts({ ledger: { contracts } }: { ledger: Ledger }) {
  return (
    <Panel
      title="Contracts and their code"
      about="keccak-256 of the code on the chain. npm run verify compares it byte by byte with what the source compiles to."
    >
      <Table
        label="Contracts"
        titles={['Contract', 'Address', 'Code hash', 'Bytes']}
        numbers={1}
        rows={contracts.map(({ name, address, codeHash, bytes, cloneOf }) => ({
          key: `${name} ${address}`,
          cells: [
            parts[name] ?? `${name}’s points`,
            <Hex key="address">{address}</Hex>,
            <span key="hash">
              <Hex>{codeHash}</Hex>
              {cloneOf ? (
                <span className="block text-muted">
                  a clone of <Hex>{cloneOf}</Hex>
                </span>
              ) : null}
            </span>,
            formatWhole(bytes),
          ],
        }))}
      />
    </Panel>
  );
}
