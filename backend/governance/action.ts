/** What the coalition's roles and a brand's admin can decide on the chain: the calls, who may sign them, and how one sees that it is done. */
import { type Abi, type Address, encodeFunctionData, type Hex } from 'viem';
import { z } from 'zod';
import { AccessManagerAbi, CoalitionAbi } from '../../artifacts/abi.ts';
import { programmeSchema } from '../partners/partner.ts';
import { ADMIN_ROLE, ROLE_FUNCTIONS, ROLE_NAMES, ROLES, type RoleName } from '../protocol/roles.ts';
import { accountField, nameField, numberField } from '../shared/requests.ts';
import { MicroUsd, Points } from '../shared/units.ts';

/** Who signs: a role of the coalition, or the brand's own admin. */
export type Signer = RoleName | 'ADMIN' | 'PARTNER_ADMIN';

/** One call of a contract. */
export interface Call {
  readonly to: 'hub' | 'authority' | 'stablecoin';
  readonly data: Hex;
  readonly words: string;
}

/** What shows that it is done: an event of the hub with these arguments, or who then holds a role. */
export type Sign =
  | { readonly event: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly role: bigint; readonly holds: Address | null; readonly lost: Address | null };

export interface Plan {
  readonly signer: Signer;
  readonly calls: readonly Call[];
  readonly sign: Sign;
}

/** A share, in basis points. */
export const bps = (max: number) => z.int('Send a whole number.').min(0).max(max);
/** A whole number of so many bits. */
export const uint = (bits: number) =>
  z
    .int('Send a whole number.')
    .min(0)
    .max(2 ** bits - 1);
/** µUSD, more than none. */
export const money = MicroUsd.request({ min: 1n });
const roleField = z.enum(ROLE_NAMES, { error: `Send one of: ${ROLE_NAMES.join(', ')}.` });
const partner = { partner: numberField };
const charity = { charity: numberField };
/** A wish by its name. */
export const action = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ action: z.literal(name), ...shape });

/** What an operator can have prepared. */
export const operatorActionSchema = z.union([
  action('addPartner', {
    name: nameField,
    symbol: z.string().regex(/^[A-Z0-9]{1,11}$/, 'Send 1 to 11 capital letters or digits.'),
    admin: accountField,
    quartersPerEpoch: z.union([z.literal(1), z.literal(2), z.literal(4)]),
    validity: z.int().min(1).max(4),
    transferable: z.boolean(),
    value: z
      .int()
      .min(1)
      .max(2 ** 40 - 1)
      .describe('µUSD a point.'),
    coverageBps: uint(16),
    fundBps: bps(10_000),
    charityBps: bps(10_000),
    breakageCharity: uint(32),
    programme: programmeSchema.omit({ partnerId: true, earning: true }).extend({
      earning: z.strictObject({
        points: Points.request(),
        perMinor: Points.request({ min: 1n }),
        currency: z.string().regex(/^[A-Z]{3}$/, 'Send three capital letters, such as USD.'),
      }),
    }),
    owner: nameField.describe('Who is to be its first owner here.'),
  }),
  action('expel', partner),
  action('setCoveragePolicy', { ...partner, coverageBps: uint(16) }),
  action('haltPartner', partner),
  action('resumePartner', partner),
  action('halt', {}),
  action('resume', {}),
  action('haltWithdrawals', {}),
  action('addCharity', { name: nameField, payout: accountField }),
  action('setCharityPayout', { ...charity, payout: accountField }),
  action('setCharitySuspended', { ...charity, suspended: z.boolean() }),
  action('setFee', { feeBps: bps(500) }),
  action('withdrawTreasury', { amount: money, to: accountField }),
  action('grantFromFund', { ...partner, amount: money }),
  action('grantRole', { role: roleField, account: accountField }),
  action('revokeRole', { role: roleField, account: accountField }),
  action('rotateRole', { role: roleField, from: accountField, to: accountField }),
]);
export type OperatorAction = z.output<typeof operatorActionSchema>;

/** One call of a contract. */
export const call = (
  to: Call['to'],
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
  words: string,
): Call => ({
  to,
  data: encodeFunctionData({ abi, functionName, args }),
  words,
});
/** One of the hub. */
export const hub = (functionName: string, args: readonly unknown[], words: string): Call =>
  call('hub', CoalitionAbi as Abi, functionName, args, words);
const authority = (functionName: string, args: readonly unknown[], words: string): Call =>
  call('authority', AccessManagerAbi as Abi, functionName, args, words);

/** Dollars in words, of µUSD. */
export const usd = (amount: bigint): string =>
  `$${amount / 1_000_000n}.${String(amount % 1_000_000n)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '')}`;

const OWNER_OF: ReadonlyMap<string, RoleName> = new Map(
  ROLE_NAMES.flatMap((role) => ROLE_FUNCTIONS[role].map((name) => [name, role] as const)),
);
/** One call of the hub, by the role that its function belongs to. */
const byRole = (name: string, args: readonly unknown[], words: string, sign: Sign): Plan => ({
  signer: OWNER_OF.get(name) ?? 'ADMIN',
  calls: [hub(name, args, words)],
  sign,
});
/** It is done when the hub has told of this. */
export const seen = (event: string, args: Readonly<Record<string, unknown>> = {}): Sign => ({ event, args });

/** What the coalition's roles would have to sign for this. */
export function planForOperator(wish: OperatorAction): Plan {
  switch (wish.action) {
    case 'addPartner': {
      const { action: _, programme, owner: __, ...terms } = wish;
      const words = `Admit ${terms.name} (${terms.symbol}) as a brand, with ${terms.admin} as its admin; a point is worth ${terms.value} µUSD.`;
      const { name, symbol, admin, value } = terms;
      return byRole(
        'addPartner',
        [terms],
        words,
        seen('PartnerAdded', { terms: { name, symbol, admin, value } }),
      );
    }
    case 'expel':
      return byRole(
        'expel',
        [wish.partner],
        `Make brand ${wish.partner} leave: it issues no more points.`,
        seen('PartnerExitBegun', { partner: wish.partner }),
      );
    case 'setCoveragePolicy': {
      const { partner: id, coverageBps } = wish;
      return byRole(
        'setCoveragePolicy',
        [id, coverageBps],
        `Have brand ${id} hold ${coverageBps} basis points of what its points are worth.`,
        seen('CoveragePolicyChanged', { partner: id, coverageBps }),
      );
    }
    case 'haltPartner':
      return byRole(
        'haltPartner',
        [wish.partner],
        `Halt brand ${wish.partner}: issuance and every act that it has a part in.`,
        seen('PartnerHaltSet', { partner: wish.partner, halted: true }),
      );
    case 'resumePartner':
      return byRole(
        'resumePartner',
        [wish.partner],
        `End the halt of brand ${wish.partner}.`,
        seen('PartnerHaltSet', { partner: wish.partner, halted: false }),
      );
    case 'halt':
      return byRole(
        'halt',
        [],
        'Halt issuance and acts at all brands.',
        seen('CoalitionHaltSet', { halted: true }),
      );
    case 'resume':
      return byRole(
        'resume',
        [],
        'End the halt of the coalition.',
        seen('CoalitionHaltSet', { halted: false }),
      );
    case 'haltWithdrawals':
      return byRole('haltWithdrawals', [], 'Halt withdrawals; it ends by itself.', seen('WithdrawalsHalted'));
    default:
      return planForPots(wish);
  }
}

type PotsAction = Exclude<
  OperatorAction,
  {
    action:
      | 'addPartner'
      | 'expel'
      | 'setCoveragePolicy'
      | 'haltPartner'
      | 'resumePartner'
      | 'halt'
      | 'resume'
      | 'haltWithdrawals';
  }
>;

function planForPots(wish: PotsAction): Plan {
  switch (wish.action) {
    case 'addCharity':
      return byRole(
        'addCharity',
        [wish.name, wish.payout],
        `Admit the charity ${wish.name}, paid at ${wish.payout}.`,
        seen('CharityAdded', { name: wish.name, payout: wish.payout }),
      );
    case 'setCharityPayout': {
      const { charity: id, payout } = wish;
      return byRole(
        'setCharityPayout',
        [id, payout],
        `Pay charity ${id} at ${payout} from now on.`,
        seen('CharityPayoutChanged', { charity: id, payout }),
      );
    }
    case 'setCharitySuspended': {
      const { charity: id, suspended } = wish;
      const words = suspended ? `End donations to charity ${id}.` : `Let donations to charity ${id} go on.`;
      return byRole(
        'setCharitySuspended',
        [id, suspended],
        words,
        seen('CharitySuspensionSet', { charity: id, suspended }),
      );
    }
    case 'setFee':
      return byRole(
        'setFee',
        [wish.feeBps],
        `Set the fee to ${wish.feeBps} basis points.`,
        seen('FeeChanged', { feeBps: wish.feeBps }),
      );
    case 'withdrawTreasury': {
      const { amount, to } = wish;
      return byRole(
        'withdrawTreasury',
        [amount, to],
        `Pay ${usd(amount)} of the treasury to ${to}.`,
        seen('TreasuryWithdrawn', { to, amount: `${amount}` }),
      );
    }
    case 'grantFromFund': {
      const { partner: id, amount } = wish;
      return byRole(
        'grantFromFund',
        [id, amount],
        `Add ${usd(amount)} of the members’ fund to the reserve of brand ${id}.`,
        seen('FundGranted', { partner: id, amount: `${amount}` }),
      );
    }
    default:
      return planForRoles(wish);
  }
}

function planForRoles(
  wish: Extract<PotsAction, { action: 'grantRole' | 'revokeRole' | 'rotateRole' }>,
): Plan {
  const role = ROLES[wish.role];
  const grant = (account: Address) =>
    authority('grantRole', [role, account, 0], `Give ${account} the role ${wish.role}.`);
  const revoke = (account: Address) =>
    authority('revokeRole', [role, account], `Take the role ${wish.role} from ${account}.`);
  const plan = (calls: Call[], holds: Address | null, lost: Address | null): Plan => ({
    signer: 'ADMIN',
    calls,
    sign: { role, holds, lost },
  });
  switch (wish.action) {
    case 'grantRole':
      return plan([grant(wish.account)], wish.account, null);
    case 'revokeRole':
      return plan([revoke(wish.account)], null, wish.account);
    default:
      return plan([grant(wish.to), revoke(wish.from)], wish.to, wish.from);
  }
}

/** The role's id at the authority; null for a brand's admin. */
export const roleIdOf = (signer: Signer): bigint | null =>
  signer === 'PARTNER_ADMIN' ? null : signer === 'ADMIN' ? ADMIN_ROLE : ROLES[signer];
