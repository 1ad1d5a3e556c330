/** Batches: netting, gas, and whether money covers them. Pure. */
import { type Address, encodeFunctionData, type Hex } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { requiredUp } from '../audit/books.ts';
import { MAX_POINTS } from '../protocol/account-word.ts';
import { decodeValues } from '../protocol/values-word.ts';
import { DomainError } from '../shared/errors.ts';
import type { Points } from '../shared/units.ts';

/** Points earned and not yet in a batch. */
export interface OpenAccrual {
  readonly id: bigint;
  readonly account: Buffer;
  readonly points: bigint;
  readonly leaf: Buffer;
}

/** A batch as it waits for its transaction. */
export interface Batch {
  readonly id: bigint;
  readonly partner: number;
  /** The hub's strict sequence per partner. */
  readonly number: bigint;
  readonly receiptsRoot: Hex;
  readonly members: number;
  readonly points: Points;
}

/** One member's part of a batch. */
export interface Mint {
  readonly account: Address;
  readonly amount: bigint;
}

/**
 * The longest run of accruals, in order, that no more than `limit` members earned and that is worth no more than `room` points (but one in
 * any case), and each member's sum, by hex of the account.
 */
export function netAccruals(
  accruals: readonly OpenAccrual[],
  limit: number,
  room: bigint = MAX_POINTS,
): { taken: OpenAccrual[]; mints: Map<string, bigint> } {
  const taken: OpenAccrual[] = [];
  const mints = new Map<string, bigint>();
  let points = 0n;
  for (const accrual of accruals) {
    points += accrual.points;
    if (points > room && taken.length > 0) break;
    const account = accrual.account.toString('hex');
    const sum = mints.get(account);
    if (sum === undefined && mints.size >= limit) break;
    mints.set(account, (sum ?? 0n) + accrual.points);
    taken.push(accrual);
  }
  return { taken, mints };
}

/** EIP-7825 lets no transaction have more than 2^24 gas; this leaves a tenth of it. */
export const TRANSACTION_GAS_LIMIT = 15_000_000n;
const TRANSACTION_GAS = 100_000n;
const BATCH_GAS = 120_000n;
/** A member whose word is new costs 24,835 in the largest batch. */
const MEMBER_GAS = 26_500n;

/** An upper bound of what a batch's part of a transaction burns, in gas. */
export const batchGas = ({ members }: Pick<Batch, 'members'>): bigint =>
  BATCH_GAS + MEMBER_GAS * BigInt(members);

/** No transaction asks for more than this part of a block: it would wait for one that is nearly empty. */
const BLOCK_SHARE = 2n;

/** The most gas of a transaction, on a chain whose blocks have so much. */
export function transactionGasLimit(blockGasLimit: bigint): bigint {
  const share = blockGasLimit / BLOCK_SHARE;
  return share < TRANSACTION_GAS_LIMIT ? share : TRANSACTION_GAS_LIMIT;
}

/**
 * Puts batches together into transactions of at most `limit` gas, in their order: a brand's batches stay in the order of their numbers. A batch
 * that is larger by itself goes alone.
 */
export function groupBatches<T extends Pick<Batch, 'members'>>(
  batches: readonly T[],
  limit: bigint = TRANSACTION_GAS_LIMIT,
): { batches: T[]; gasLimit: bigint }[] {
  const groups: { batches: T[]; gasLimit: bigint }[] = [];
  for (const batch of batches) {
    const group = groups.at(-1);
    const gas = batchGas(batch);
    if (group && group.gasLimit + gas <= limit) {
      group.batches.push(batch);
      group.gasLimit += gas;
    } else groups.push({ batches: [batch], gasLimit: TRANSACTION_GAS + gas });
  }
  return groups;
}

/** The call that mints batches. */
export function encodeIssue(batches: readonly (Batch & { mints: readonly Mint[] })[]): Hex {
  const args = batches.map(({ partner, number, receiptsRoot, mints }) => ({
    partner,
    number: Number(number),
    receiptsRoot,
    mints: mints.map(
      ({ account, amount }): Hex => `${account}${amount.toString(16).padStart(24, '0')}` as Hex,
    ),
  }));
  return encodeFunctionData({ abi: CoalitionAbi, functionName: 'issue', args: [args] });
}

/** What the chain says of a brand at one block (the hub's `partnerReport`). Money is µUSD. */
export interface PartnerView {
  readonly partner: number;
  readonly halted: boolean;
  /** Whether it gets no new points any more. */
  readonly leaving: boolean;
  /** Points that the issuer role may mint at once, and now. */
  readonly mintCapacity: number;
  readonly mintAvailable: bigint;
  readonly coverageBps: number;
  readonly lastBatch: number;
  readonly supply: bigint;
  readonly liability: bigint;
  readonly reserve: bigint;
  readonly valuesWord: bigint;
}

const CURRENT = 3;

/**
 * Why a batch can't be minted now, or null. `inFlight` are the points of the brand's batches that are on their way and not yet in the view.
 * The reserve required is rounded up, as the hub does.
 */
export function reasonToWait(batch: Batch, view: PartnerView, inFlight: bigint): DomainError | null {
  const { partner, reserve } = view;
  if (view.halted) return new DomainError('PARTNER_HALTED', { details: { partner } });
  if (view.leaving) return new DomainError('PARTNER_LEAVING', { details: { partner } });
  const points = inFlight + batch.points;
  if (points > view.mintAvailable)
    return new DomainError('MINT_ALLOWANCE_EXCEEDED', {
      message: `The brand lets ${view.mintAvailable} points be issued now, and ${points} are due.`,
      details: {
        partner,
        available: view.mintAvailable.toString(),
        capacity: view.mintCapacity,
        points: points.toString(),
      },
    });
  if (view.supply + points > MAX_POINTS)
    return new DomainError('BATCH_REFUSED', {
      message: `The brand would have more than ${MAX_POINTS} live points.`,
      details: { partner, supply: view.supply.toString(), points: points.toString() },
    });
  const value = decodeValues(view.valuesWord).values[CURRENT] ?? 0n;
  const required = requiredUp(view.liability + points * value, BigInt(view.coverageBps));
  if (required <= reserve) return null;
  return new DomainError('RESERVE_TOO_LOW', {
    message: `The reserve is ${reserve} µUSD, and ${required} are required.`,
    details: {
      partner,
      reserve: reserve.toString(),
      required: required.toString(),
      missing: (required - reserve).toString(),
      points: points.toString(),
    },
  });
}
