/** What a brand's admin can decide on the chain. */
import type { Abi, Address } from 'viem';
import { z } from 'zod';
import { DemoDollarAbi } from '../../artifacts/abi.ts';
import { accountField } from '../shared/requests.ts';
import { MicroUsd } from '../shared/units.ts';
import { action, bps, call, hub, money, type Plan, type Sign, seen, uint, usd } from './action.ts';

/** What a brand can have prepared for its admin. */
export const partnerActionSchema = z.union([
  action('deposit', { amount: money }),
  action('withdraw', { amount: money, to: accountField }),
  action('setMintAllowance', {
    capacity: uint(48),
    windowSeconds: z
      .int()
      .min(1)
      .max(2 ** 32 - 1),
  }),
  action('scheduleValue', { value: uint(40).describe('µUSD a point, from the next epoch on.') }),
  action('raiseValue', { epoch: uint(16), value: uint(40) }),
  action('setMatch', { matchBps: bps(10_000), budget: MicroUsd.request() }),
  action('setIssuingKey', { key: accountField }),
  action('setPartnerAdmin', { admin: accountField }),
  action('beginExit', {}),
]);
export type PartnerAction = z.output<typeof partnerActionSchema>;

type Own = (name: string, args: readonly unknown[], words: string, sign: Sign) => Plan;

/** What a brand's admin would have to sign for this. `hubAddress` is who is allowed to take a deposit. */
export function planForPartner(wish: PartnerAction, id: number, hubAddress: Address): Plan {
  const own: Own = (name, args, words, sign) => ({
    signer: 'PARTNER_ADMIN',
    calls: [hub(name, [id, ...args], words)],
    sign,
  });
  switch (wish.action) {
    case 'deposit': {
      const { amount } = wish;
      const allow = call(
        'stablecoin',
        DemoDollarAbi as Abi,
        'approve',
        [hubAddress, amount],
        `Let the hub take ${usd(amount)}.`,
      );
      const plan = own(
        'deposit',
        [amount],
        `Deposit ${usd(amount)} to your reserve.`,
        seen('ReserveDeposited', { partner: id, amount: `${amount}` }),
      );
      return { ...plan, calls: [allow, ...plan.calls] };
    }
    case 'withdraw':
      return own(
        'withdraw',
        [wish.amount, wish.to],
        `Withdraw ${usd(wish.amount)} of your reserve to ${wish.to}.`,
        seen('ReserveWithdrawn', { partner: id, amount: `${wish.amount}`, to: wish.to }),
      );
    case 'setMintAllowance': {
      const { capacity, windowSeconds: window } = wish;
      return own(
        'setMintAllowance',
        [capacity, window],
        `Let the operator issue at most ${capacity} of your points, refilled over ${window} seconds.`,
        seen('MintAllowanceChanged', { partner: id, capacity, window }),
      );
    }
    case 'scheduleValue':
      return own(
        'scheduleValue',
        [wish.value],
        `Make points of the next epoch on worth ${wish.value} µUSD.`,
        seen('PointValueScheduled', { partner: id, value: wish.value }),
      );
    case 'raiseValue':
      return own(
        'raiseValue',
        [wish.epoch, wish.value],
        `Raise your points of epoch ${wish.epoch} to ${wish.value} µUSD.`,
        seen('PointValueRaised', { partner: id, epoch: `${wish.epoch}`, value: wish.value }),
      );
    default:
      return planForTerms(wish, id, own);
  }
}

type TermsAction = Extract<
  PartnerAction,
  { action: 'setMatch' | 'setIssuingKey' | 'setPartnerAdmin' | 'beginExit' }
>;

function planForTerms(wish: TermsAction, id: number, own: Own): Plan {
  switch (wish.action) {
    case 'setMatch': {
      const { matchBps, budget } = wish;
      return own(
        'setMatch',
        [matchBps, budget],
        `Match donations of your points by ${matchBps} basis points, as long as ${usd(budget)} last.`,
        seen('MatchChanged', { partner: id, matchBps, budget: `${budget}` }),
      );
    }
    case 'setIssuingKey':
      return own(
        'setIssuingKey',
        [wish.key],
        `Let ${wish.key} issue your points.`,
        seen('IssuingKeyChanged', { partner: id, key: wish.key }),
      );
    case 'setPartnerAdmin':
      return own(
        'setPartnerAdmin',
        [wish.admin],
        `Make ${wish.admin} your admin in your place.`,
        seen('PartnerAdminChanged', { partner: id, admin: wish.admin }),
      );
    default:
      return own(
        'beginExit',
        [],
        'Leave the coalition: you issue no more points, and get your reserve when the last is spent or dead.',
        seen('PartnerExitBegun', { partner: id }),
      );
  }
}
