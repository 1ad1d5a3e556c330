/** The act that a transaction of the hub carried, with the member's signature. */
import { decodeFunctionData, type Hex } from 'viem';
import { ACT_KINDS, type Act } from '../../../backend/protocol/acts.ts';
import { COMPACT_ACT_LENGTH, type SignedAct } from '../../../backend/protocol/compact-acts.ts';
import { hubAbi } from './check-abi.ts';

/** All acts that a call of the hub carries; `undefined` when the call is none that carries acts. */
export function signedActs(input: Hex): SignedAct[] | undefined {
  try {
    const call = decodeFunctionData({ abi: hubAbi, data: input });
    if (call.functionName === 'execute') return [{ act: actOf(call.args[0]), signature: call.args[1] }];
    if (call.functionName === 'executeBatch') {
      const [acts, signatures] = call.args;
      return acts.map((act, index) => ({ act: actOf(act), signature: signatures[index] ?? '0x' }));
    }
    if (call.functionName === 'executeCompactBatch') return unpackActs(...call.args);
    return undefined;
  } catch {
    return undefined;
  }
}

type AbiAct = Omit<Act, 'kind' | 'amount' | 'minimum'> & {
  readonly kind: number;
  readonly amount: number;
  readonly minimum: number;
};

const actOf = ({ kind, amount, minimum, ...act }: AbiAct): Act => ({
  ...act,
  kind: ACT_KINDS[kind] ?? 'cancellation',
  amount: BigInt(amount),
  minimum: BigInt(minimum),
});

/** 142 bytes an act: kind 1, counterparty 4, member 20, amount 6, minimum 6, ref 32, nonce 4, deadline 5, signature 64. */
function unpackActs(issuer: number, bytes: Hex): SignedAct[] {
  const digits = bytes.slice(2);
  const acts: SignedAct[] = [];
  for (let at = 0; at < digits.length; at += 2 * COMPACT_ACT_LENGTH) {
    let next = at;
    const take = (length: number): Hex => {
      const taken = digits.slice(next, next + 2 * length);
      next += 2 * length;
      return `0x${taken}`;
    };
    const kind = ACT_KINDS[Number(take(1))] ?? 'cancellation';
    const counterparty = Number(take(4));
    const member = take(20);
    const [amount, minimum] = [BigInt(take(6)), BigInt(take(6))];
    const ref = take(32);
    const [nonce, deadline] = [Number(take(4)), Number(take(5))];
    acts.push({
      act: { kind, member, issuer, counterparty, amount, minimum, ref, nonce, deadline },
      signature: take(64),
    });
  }
  return acts;
}
