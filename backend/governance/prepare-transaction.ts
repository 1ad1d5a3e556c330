/** Transactions that somebody else signs. Nothing here has a key that could sign them, and nothing is sent. */
import { randomUUID } from 'node:crypto';
import { type Address, encodeFunctionData, type Hex, numberToHex } from 'viem';
import { AccessManagerAbi } from '../../artifacts/abi.ts';
import { revertToError } from '../chain/decode-revert.ts';
import { transact } from '../database/transact.ts';
import type { ApiKey } from '../partners/api-key.ts';
import { COALITION } from '../partners/api-key.ts';
import { appendAudit } from '../shared/audit-log.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { randomInvite } from '../staff/invite-staff.ts';
import { type Call, type OperatorAction, type Plan, planForOperator } from './action.ts';
import { insertPrepared, isSlugTaken, readIndexedBlock } from './governance.repository.ts';
import { type PartnerAction, planForPartner } from './partner-action.ts';
import { type Holder, readAuthority, readHolders } from './read-holders.ts';

type GovernanceDeps = Pick<Deps, 'pool' | 'chain' | 'network' | 'config' | 'clock'>;

/** A transaction as a wallet takes it. */
export interface Unsigned {
  readonly to: Address;
  readonly data: Hex;
  readonly value: string;
  readonly chainId: number;
  readonly description: string;
}

/** What is signed together, and how long after the stage before. */
export interface Stage {
  readonly afterSeconds: number;
  readonly transactions: readonly Unsigned[];
}

/** What the chain would say now. `refusal` is one of the codes that problems have. */
export type Forecast =
  | { readonly outcome: 'success' }
  | { readonly outcome: 'refused'; readonly refusal: string; readonly message: string }
  | { readonly outcome: 'unknown'; readonly message: string };

/** Everything that whoever signs has to know. */
export interface Prepared {
  readonly signer: string;
  readonly holders: readonly Holder[];
  readonly stages: readonly Stage[];
  readonly simulation: Forecast;
  readonly sign: object;
}

/**
 * Prepares what the coalition's roles would have to sign. An admission brings the brand's programme and the first owner's invitation along,
 * which begin when the brand is final on the chain; the invitation is in this answer alone.
 * @throws DomainError CHAIN_UNAVAILABLE, NOT_READY, SLUG_TAKEN
 */
export async function prepareForOperator(deps: GovernanceDeps, key: ApiKey, wish: OperatorAction) {
  if (wish.action !== 'addPartner')
    return prepare(deps, { key, partner: null, wish, plan: planForOperator(wish) });
  const { programme, owner } = wish;
  if (await isSlugTaken(deps.pool, programme.slug))
    throw new DomainError('SLUG_TAKEN', {
      fields: [{ field: 'programme.slug', message: 'Another brand has it.' }],
    });
  const { token, hash } = randomInvite();
  const admission = { programme, owner, invite: hash.toString('hex') };
  const prepared = await prepare(deps, { key, partner: null, wish, plan: planForOperator(wish), admission });
  return { ...prepared, invite: `${deps.config.origins[0]}/console#invite=${token}` };
}

/** Prepares what a brand's admin would have to sign. @throws DomainError CHAIN_UNAVAILABLE, NOT_READY */
export const prepareForPartner = (deps: GovernanceDeps, key: ApiKey, wish: PartnerAction) =>
  prepare(deps, {
    key,
    partner: key.partnerId,
    wish,
    plan: planForPartner(wish, key.partnerId, deps.network.coalition),
  });

interface Order {
  readonly key: ApiKey;
  readonly partner: number | null;
  readonly wish: OperatorAction | PartnerAction;
  readonly plan: Plan;
  readonly admission?: object;
}

async function prepare(deps: GovernanceDeps, { key, partner, wish, plan, admission }: Order) {
  const id = randomUUID();
  const { action, ...params } = wish;
  const block = await readIndexedBlock(deps.pool);
  if (block === null) throw new DomainError('NOT_READY');
  const prepared = await draw(deps, plan, partner).catch((cause: unknown) => {
    throw cause instanceof DomainError ? cause : new DomainError('CHAIN_UNAVAILABLE', { cause });
  });
  const now = deps.clock.now();
  await transact(deps.pool, async (tx) => {
    await insertPrepared(tx, {
      id,
      partner_id: partner,
      action,
      params,
      prepared,
      prepared_block: block,
      created_by: key.actor,
      created_at: now,
      admission: admission ?? null,
    });
    await appendAudit(tx, {
      partner: partner ?? COALITION,
      actor: key.actor,
      action: 'transaction.prepared',
      subject: `transaction:${id}`,
      after: { action, ...JSON.parse(JSON.stringify(params, bigintAsText)) },
    });
  });
  return presentPrepared({ id, action, created_at: now, prepared });
}

const bigintAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

/** A prepared transaction as it is answered, with a batch for Safe's transaction builder for each of its stages. */
export function presentPrepared(row: { id: string; action: string; created_at: Date; prepared: Prepared }) {
  const { id, action, created_at, prepared } = row;
  const { sign: _, ...told } = prepared;
  return {
    id,
    action,
    createdAt: created_at.toISOString(),
    ...told,
    safe: prepared.stages.map(({ transactions }) => ({
      version: '1.0',
      chainId: String(transactions[0]?.chainId ?? ''),
      createdAt: created_at.getTime(),
      meta: { name: action, description: transactions.map(({ description }) => description).join(' ') },
      transactions: transactions.map(({ to, data, value }) => ({ to, value, data })),
    })),
  };
}

async function draw(deps: GovernanceDeps, plan: Plan, partner: number | null): Promise<Prepared> {
  const [authority, holders] = [await readAuthority(deps), await readHolders(deps, plan.signer, partner)];
  // Whoever waits least is asked first; two who wait differently sign differently.
  const [holder] = holders.toSorted((a, b) => a.delaySeconds - b.delaySeconds);
  const delay = holder?.delaySeconds ?? 0;
  const targets = { hub: deps.network.coalition, authority, stablecoin: deps.config.stablecoin };
  const unsigned = (to: Address, data: Hex, description: string): Unsigned => ({
    to,
    data,
    value: '0',
    chainId: deps.network.chainId,
    description,
  });
  const direct = plan.calls.map(({ to, data, words }) => unsigned(targets[to], data, words));
  const stages =
    delay === 0
      ? [{ afterSeconds: 0, transactions: direct }]
      : [
          { afterSeconds: 0, transactions: plan.calls.map((call) => later('schedule', call)) },
          { afterSeconds: delay, transactions: plan.calls.map((call) => later('execute', call)) },
        ];
  function later(step: 'schedule' | 'execute', { to, data, words }: Call): Unsigned {
    const args = step === 'schedule' ? ([targets[to], data, 0] as const) : ([targets[to], data] as const);
    const encoded = encodeFunctionData({ abi: AccessManagerAbi, functionName: step, args } as Parameters<
      typeof encodeFunctionData
    >[0]);
    const when =
      step === 'schedule' ? `Schedule, to be done after ${delay} seconds` : 'Do what was scheduled';
    return unsigned(authority, encoded, `${when}: ${words}`);
  }
  const simulation: Forecast = holder
    ? await forecast(deps, holder.account, stages)
    : { outcome: 'unknown', message: `Nobody holds the role ${plan.signer}.` };
  return { signer: plan.signer, holders, stages, simulation, sign: signToJson(plan.sign) };
}

const signToJson = (sign: Plan['sign']): object =>
  'role' in sign ? { ...sign, role: sign.role.toString() } : sign;

interface SimulatedCall {
  readonly status: Hex;
  readonly returnData?: Hex;
  readonly error?: { readonly message?: string; readonly data?: Hex };
}

/** Plays all stages in a row on top of the newest block, with the time that passes between, by `eth_simulateV1`; nothing of it is sent. */
async function forecast(
  { chain }: GovernanceDeps,
  from: Address,
  stages: readonly Stage[],
): Promise<Forecast> {
  const { timestamp } = await chain.getBlock();
  let time = timestamp;
  const blockStateCalls = stages.map(({ afterSeconds, transactions }) => {
    time += BigInt(afterSeconds + 1);
    return {
      blockOverrides: { time: numberToHex(time) },
      calls: transactions.map(({ to, data }) => ({ from, to, data })),
    };
  });
  const request = { method: 'eth_simulateV1', params: [{ blockStateCalls }, 'latest'] };
  const blocks = await (chain.request as (args: unknown) => Promise<{ calls: SimulatedCall[] }[]>)(
    request,
  ).catch(() => null);
  if (!blocks) return { outcome: 'unknown', message: 'The endpoint can’t simulate (eth_simulateV1).' };
  const failed = blocks.flatMap(({ calls }) => calls).find(({ status }) => status !== '0x1');
  if (!failed) return { outcome: 'success' };
  const data = failed.error?.data ?? failed.returnData ?? '0x';
  const { code, message } = revertToError(data, 'TRANSACTION_REVERTED');
  return { outcome: 'refused', refusal: code, message };
}
