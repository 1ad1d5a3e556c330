/** Acts of every kind as members sign them and the hub does them: by any key, singly or in a batch. */
import { concat, TypedDataEncoder, type TypedDataField, zeroPadValue } from 'ethers';
import type { Address, Hex } from 'viem';
import { type Act, domainOf, type Network, typedDataOf } from '../../backend/protocol/acts.ts';
import { packAct } from '../../backend/protocol/compact-acts.ts';
import { anAct } from './acts.ts';
import type { OpenCoalition } from './coalition.ts';

/** What IActs calls its kinds, in its order. */
const KINDS = ['redemption', 'exchange', 'donation', 'gift', 'cancellation'] as const;

/** An act of any kind; of a gift, `ref` holds the recipient. */
export type AnyAct = Omit<Act, 'kind'> & { readonly kind: (typeof KINDS)[number] };

/** The fields of an act that a test names; of a gift, `recipient` may stand for `ref`. */
export type ActFields = Pick<AnyAct, 'kind' | 'issuer'> & Partial<AnyAct> & { readonly recipient?: Address };

/** Somebody with a key: an account of their own, or one that a member has added. */
export type Key = { readonly account: Address } & (
  | { readonly wallet: { readonly signingKey: { sign(digest: string): { serialized: string } } } }
  | { signDigest(digest: Hex): Hex }
);

/** The structs that only this file spells, word for word as IActs does. */
const TYPES = {
  gift: 'Gift(address member,uint32 issuer,address recipient,uint48 amount,uint32 nonce,uint48 deadline)',
  cancellation: 'Cancellation(address member,uint32 issuer,uint32 nonce,uint48 deadline)',
} as const;

/** A struct's fields from its EIP-712 type. */
const fieldsOf = (type: string): TypedDataField[] =>
  type
    .slice(type.indexOf('(') + 1, -1)
    .split(',')
    .map((field) => field.split(' '))
    .map(([kind = '', name = '']) => ({ type: kind, name }));

/** The digest that is signed for an act, as ethers computes it. */
export function digestOf(act: AnyAct, network: Network): Hex {
  const { kind, ...rest } = act;
  if (kind === 'gift' || kind === 'cancellation') {
    const type = TYPES[kind];
    const message = { ...rest, recipient: `0x${act.ref.slice(26)}` };
    const types = { [type.slice(0, type.indexOf('('))]: fieldsOf(type) };
    return TypedDataEncoder.hash(domainOf(network), types, message) as Hex;
  }
  const { domain, types, message } = typedDataOf({ ...rest, kind }, network);
  const fields = Object.fromEntries(Object.entries(types).map(([name, list]) => [name, [...list]]));
  return TypedDataEncoder.hash(domain, fields, message) as Hex;
}

/** An act as the hub's ABI takes it. */
export const structOf = (act: AnyAct) => ({ ...act, kind: KINDS.indexOf(act.kind) });

/** Signs a digest by a key of any kind. */
export const signWith = (key: Key, digest: Hex): Hex =>
  'wallet' in key ? (key.wallet.signingKey.sign(digest).serialized as Hex) : key.signDigest(digest);

/** What members do on a coalition; the relay submits it. */
export function performerOn({
  hub,
  network,
  relay,
  tokenOf,
}: Omit<OpenCoalition, 'aurora' | 'bistro' | 'cinema'>) {
  /** An act of `member`, of one point with any reference unless told otherwise, with the next nonce that its account has. */
  const actOf = async (member: Key, { recipient, ...fields }: ActFields): Promise<AnyAct> => {
    const token = await tokenOf(fields.issuer);
    const nonce = Number(await token.nextNonce(member.account));
    const ref = recipient && { ref: zeroPadValue(recipient, 32) as Hex };
    const kind = 'redemption';
    const plain = anAct({ kind, member: member.account, issuer: 0, counterparty: 0, amount: 1n, nonce });
    return { ...plain, deadline: 2 ** 40 - 1, ...ref, ...fields };
  };
  /** An act of `member` with the signature of `key`. */
  const signed = async (member: Key, fields: ActFields, key: Key = member) => {
    const act = await actOf(member, fields);
    return { act, signature: signWith(key, digestOf(act, network)) };
  };
  type Signed = Awaited<ReturnType<typeof signed>>;
  const submit = ({ act, signature }: Signed) => hub.connect(relay).execute(structOf(act), signature);
  const perform = async (member: Key, fields: ActFields, key: Key = member) =>
    submit(await signed(member, fields, key));
  const batchOf = (batch: readonly Signed[]) =>
    [batch.map(({ act }) => structOf(act)), batch.map(({ signature }) => signature)] as const;
  const submitBatch = (batch: readonly Signed[]) => hub.connect(relay).executeBatch(...batchOf(batch));
  /** The same as `submitBatch`, in the compact encoding: acts of one issuer, signed by ECDSA. */
  const submitCompact = (batch: readonly Signed[]) => {
    const bytes = batch.map(({ act, signature }) => {
      const packed = packAct({ act: { ...act, kind: 'redemption' }, signature });
      if (!packed) throw new TypeError('an act does not fit the compact encoding');
      return `0x0${KINDS.indexOf(act.kind)}${packed.slice(4)}`;
    });
    return hub.connect(relay).executeCompactBatch(batch[0]?.act.issuer ?? 0, concat(bytes));
  };
  /** Performs an act of `member` and tells what it took: points by bucket and their epoch, as a refund names them. */
  const taken = async (member: Key, fields: ActFields): Promise<bigint> => {
    const token = await tokenOf(fields.issuer);
    await perform(member, fields);
    // The word before, rolled to the block of the act.
    const block = await hub.runner?.provider?.getBlockNumber();
    const after = await token.accountWord(member.account);
    const before = await token.accountWord(member.account, { blockTag: (block ?? 0) - 1 });
    if (epochOf(before) !== epochOf(after)) throw new TypeError('an epoch ended before the act');
    return (before & BUCKETS) - (after & BUCKETS) + (epochOf(after) << 192n);
  };
  /** What a transaction skipped, by the names of the errors. */
  const skipsOf = async (sending: Promise<{ wait(): Promise<{ logs: readonly unknown[] } | null> }>) => {
    const token = await tokenOf(1);
    const receipt = await (await sending).wait();
    return (receipt?.logs ?? []).flatMap((log) => {
      const event = hub.interface.parseLog(log as Parameters<typeof hub.interface.parseLog>[0]);
      if (event?.name !== 'ActSkipped') return [];
      const { member, nonce, reason } = event.args;
      const error = hub.interface.parseError(reason) ?? token.interface.parseError(reason);
      return [{ member, nonce, reason: error?.name, details: [...(error?.args ?? [])] }];
    });
  };
  return { actOf, signed, submit, perform, submitBatch, submitCompact, batchOf, taken, skipsOf };
}

const BUCKETS = (1n << 192n) - 1n;
const epochOf = (word: bigint): bigint => (word >> 192n) & 0xffffn;
