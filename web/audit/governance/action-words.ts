/** What somebody with power changed, as a sentence. */
import { type Abi, decodeFunctionData, type Hex, toFunctionSelector } from 'viem';
import { AccessManagerAbi, CoalitionAbi } from '../../../artifacts/abi.ts';
import type { Books } from '../../../backend/audit/books.ts';
import type { Placed, PlacedEvent } from '../../../backend/audit/chain-event.ts';
import { formatExactMoney, formatMoney, formatWhole } from '../../shared/ui/format.ts';
import type { AuthorityEvent } from '../ledger/authority.ts';
import { utc } from '../table.tsx';

const percent = (bps: number | bigint) => `${Number(bps) / 100}%`;
const seconds = (delay: number | bigint) =>
  Number(delay) === 0 ? 'at once' : `after ${formatWhole(delay)} s`;
const NOBODY = /^0x0+$/;

/** How roles are called. */
export function roleName(role: bigint, labels: ReadonlyMap<bigint, string>): string {
  const known: Record<string, string> = {
    0: 'ADMIN',
    1: 'GOVERNOR',
    2: 'ISSUER',
    3: 'GUARDIAN',
    4: 'RECEIPT_SIGNER',
  };
  return (
    labels.get(role) || known[role.toString()] || (role === (1n << 64n) - 1n ? 'everybody' : `role ${role}`)
  );
}

/** A change of the hub in words. */
export function hubWords(event: PlacedEvent, books: Books): string {
  const brand = 'partner' in event.args ? nameOf(books, Number(event.args.partner)) : '';
  switch (event.eventName) {
    case 'PartnerAdded':
      return joinedWords(event);
    case 'PartnerAdminChanged':
      return `${brand}: ${event.args.admin} administers it`;
    case 'PartnerExitBegun':
      return event.args.expelled ? `${brand} was expelled` : `${brand} leaves`;
    case 'PartnerHaltSet':
      return `${brand} ${event.args.halted ? 'halted' : 'goes on'}`;
    case 'CoveragePolicyChanged':
      return `${brand} must hold ${percent(event.args.coverageBps)} of what it owes`;
    case 'IssuingKeyChanged':
      return NOBODY.test(event.args.key)
        ? `${brand} issues with no key of its own`
        : `${brand} may issue with its own key ${event.args.key}`;
    case 'MintAllowanceChanged':
      return `${brand} lets the operator mint ${formatWhole(event.args.capacity)} points, refilled in ${formatWhole(event.args.window)} s`;
    case 'MatchChanged':
      return `${brand} matches gifts by ${percent(event.args.matchBps)}, with ${formatMoney(event.args.budget)}`;
    case 'PointValueScheduled':
      return `${brand}: a point of the next period on is worth ${formatExactMoney(BigInt(event.args.value))}`;
    case 'PointValueRaised':
      return `${brand}: a point of period ${event.args.epoch} is worth ${formatExactMoney(BigInt(event.args.value))}`;
    case 'ReserveReleased':
      return `${brand} got the rest of its reserve, ${formatMoney(event.args.amount)}, at ${event.args.to}`;
    default:
      return potWords(event, books);
  }
}

function joinedWords({ args: { terms } }: Placed<'PartnerAdded'>): string {
  return (
    `${terms.name} joined: a point is worth ${formatExactMoney(BigInt(terms.value))}, lives ${terms.validity} periods of ` +
    `${terms.quartersPerEpoch} quarters, covered by ${percent(terms.coverageBps)}; of what expires, ` +
    `${percent(terms.fundBps)} to the members’ fund and ${percent(terms.charityBps)} to a charity`
  );
}

function potWords(event: PlacedEvent, books: Books): string {
  const charity = 'charity' in event.args ? charityOf(books, Number(event.args.charity)) : '';
  switch (event.eventName) {
    case 'CharityAdded':
      return `The charity ${event.args.name} was admitted, paid at ${event.args.payout}`;
    case 'CharityPayoutChanged':
      return `${charity} is paid at ${event.args.payout}`;
    case 'CharitySuspensionSet':
      return `${charity} ${event.args.suspended ? 'gets no more gifts' : 'gets gifts again'}`;
    case 'FeeChanged':
      return `The clearing fee is ${percent(event.args.feeBps)}`;
    case 'TreasuryWithdrawn':
      return `${formatMoney(event.args.amount)} of the treasury went to ${event.args.to}`;
    case 'FundGranted':
      return `${formatMoney(event.args.amount)} of the members’ fund went into the reserve of ${nameOf(books, event.args.partner)}`;
    case 'CoalitionHaltSet':
      return event.args.halted ? 'The whole coalition was halted' : 'The coalition goes on';
    case 'WithdrawalsHalted':
      return `Withdrawals are halted until ${utc(Number(event.args.until))}`;
    case 'AuthorityUpdated':
      return `Roles are kept by ${event.args.authority}`;
    default:
      return event.eventName;
  }
}

/** A change of roles, or of what they may do, in words. */
export function authorityWords(event: AuthorityEvent, labels: ReadonlyMap<bigint, string>): string {
  const role = 'roleId' in event.args ? roleName(event.args.roleId, labels) : '';
  switch (event.eventName) {
    case 'RoleGranted':
      return event.args.newMember
        ? `${event.args.account} is ${role} from ${utc(event.args.since)}, acting ${seconds(event.args.delay)}`
        : `${event.args.account} as ${role} acts ${seconds(event.args.delay)}, from ${utc(event.args.since)}`;
    case 'RoleRevoked':
      return `${event.args.account} is ${role} no more`;
    case 'RoleLabel':
      return `Role ${event.args.roleId} is called ${event.args.label}`;
    case 'RoleAdminChanged':
      return `${role} is given and taken by ${roleName(event.args.admin, labels)}`;
    case 'RoleGuardianChanged':
      return `What ${role} schedules can be cancelled by ${roleName(event.args.guardian, labels)}`;
    case 'RoleGrantDelayChanged':
      return `A grant of ${role} counts ${seconds(event.args.delay)}, from ${utc(event.args.since)}`;
    case 'TargetFunctionRoleUpdated':
      return `${role} may call ${functionOf(event.args.selector)} of ${event.args.target}`;
    case 'TargetAdminDelayUpdated':
      return `What ${event.args.target} allows to whom changes ${seconds(event.args.delay)}, from ${utc(event.args.since)}`;
    case 'TargetClosed':
      return `${event.args.target} is ${event.args.closed ? 'closed to all roles' : 'open to its roles'}`;
    case 'OperationScheduled':
      return `Scheduled for ${utc(event.args.schedule)} by ${event.args.caller}: ${callWords(event.args.data)}`;
    case 'OperationExecuted':
      return `Executed: operation ${event.args.operationId}, number ${event.args.nonce}`;
    case 'OperationCanceled':
      return `Cancelled: operation ${event.args.operationId}, number ${event.args.nonce}`;
  }
}

const nameOf = (books: Books, partner: number) => books.partners.get(partner)?.name ?? `brand ${partner}`;
const charityOf = (books: Books, charity: number) =>
  books.charities.get(charity)?.name ?? `charity ${charity}`;

const ABIS = [CoalitionAbi, AccessManagerAbi] as const;

/** "setFee(200)" */
function callWords(data: Hex): string {
  for (const abi of ABIS) {
    try {
      const { functionName, args } = decodeFunctionData({ abi, data });
      const told = JSON.stringify(args ?? [], (_key, value) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      return `${functionName}(${told.slice(1, -1)})`;
    } catch {
      // It is of the other, or of none.
    }
  }
  return data;
}

const functionNames = new Map(
  ABIS.flatMap((abi) =>
    (abi as Abi).flatMap((item) => (item.type === 'function' ? [[toFunctionSelector(item), item.name]] : [])),
  ) as [Hex, string][],
);

/** A function by its selector. */
const functionOf = (selector: Hex): string => functionNames.get(selector) ?? selector;
