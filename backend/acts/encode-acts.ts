/** Acts as the hub takes them, and how they are put together into transactions. Pure. */
import { encodeFunctionData, type Hex } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { ACT_KINDS, type Act } from '../protocol/acts.ts';
import { packAct, type SignedAct } from '../protocol/compact-acts.ts';

const toStruct = (act: Act) => ({
  ...act,
  kind: ACT_KINDS.indexOf(act.kind),
  amount: Number(act.amount),
  minimum: Number(act.minimum),
});

/** The call that does one act, or reverts with why not. */
export const encodeExecute = (act: Act, signature: Hex): Hex =>
  encodeFunctionData({ abi: CoalitionAbi, functionName: 'execute', args: [toStruct(act), signature] });

/** The call that does acts of any kind of signature, skipping those that are refused. */
const encodeBatch = (acts: readonly SignedAct[]): Hex =>
  encodeFunctionData({
    abi: CoalitionAbi,
    functionName: 'executeBatch',
    args: [acts.map(({ act }) => toStruct(act)), acts.map(({ signature }) => signature)],
  });

/** The same for acts of one issuer by EOAs, in a third of the bytes. */
const encodeCompactBatch = (issuer: number, packed: readonly Hex[]): Hex =>
  encodeFunctionData({
    abi: CoalitionAbi,
    functionName: 'executeCompactBatch',
    args: [issuer, `0x${packed.map((act) => act.slice(2)).join('')}`],
  });

/** The most acts in a transaction; the hub takes a few more. */
export const ACTS_LIMIT = 200;
/** EIP-7825 lets no transaction have more than 2^24 gas; this leaves a tenth of it. */
const GAS_LIMIT = 15_000_000n;
const TRANSACTION_GAS = 150_000n;
/** A brand or charity that has got nothing before costs a word of storage: 103,000 gas on chains with EIP-8037. */
const PARTY_GAS = 150_000n;
/**
 * Upper bounds of an act's gas, several times what it burns (`npm run bench -- gas`): a gift or an exchange may write a new word; a P-256
 * check is dear on chains without the precompile (EIP-7951). What isn't burned isn't paid.
 */
const [SPEND_GAS, MOVE_GAS, OTHER_GAS] = [60_000n, 150_000n, 500_000n];
/** Fewer acts of one issuer travel with others': a transaction of their own would cost more than its shorter encoding saves. */
const COMPACT_LEAST = 16;

/** An act and whether the member's own EOA signed it: added keys and contract accounts may sign in as few bytes, and need more gas. */
export interface PlannedAct extends SignedAct {
  readonly byOwnEoa: boolean;
}

function actGas({ act: { kind }, byOwnEoa }: PlannedAct): bigint {
  if (!byOwnEoa) return OTHER_GAS;
  return kind === 'exchange' || kind === 'gift' ? MOVE_GAS : SPEND_GAS;
}

const partiesOf = ({ act: { kind, issuer, counterparty } }: SignedAct): string[] => [
  `brand ${issuer}`,
  `${kind === 'donation' ? 'charity' : 'brand'} ${counterparty}`,
];

/** The most gas that an act may take in a transaction of its own. */
export const soleGas = (act: PlannedAct): bigint =>
  TRANSACTION_GAS + PARTY_GAS * BigInt(new Set(partiesOf(act)).size) + actGas(act);

/** A transaction of acts: what to call, the gas that is surely enough, and the acts in the order of the call. */
export interface ActsCall<Acted extends PlannedAct> {
  readonly data: Hex;
  readonly gasLimit: bigint;
  readonly acts: readonly Acted[];
}

/**
 * Puts acts into as few transactions as gas allows. EOAs' acts of one issuer go in the compact encoding, the others, and those of issuers
 * with few, in ABI encoding, an issuer's together. Acts of one member with one issuer keep their order.
 */
export function callsOf<Acted extends PlannedAct>(acts: readonly Acted[]): ActsCall<Acted>[] {
  const packed = new Map(acts.map((act) => [act, act.byOwnEoa ? packAct(act) : null]));
  const groups = [...Map.groupBy(acts, ({ act }) => act.issuer).values()];
  const compactable = groups.map((group) => group.filter((act) => packed.get(act)));
  const isSole = groups.length === 1 && compactable[0]?.length === acts.length;
  const compact = compactable.filter((group) => isSole || group.length >= COMPACT_LEAST);
  const inCompact = new Set(compact.flat());
  const rest = groups.flat().filter((act) => !inCompact.has(act));
  return [
    ...compact.flatMap((group) =>
      split(group).map(({ acts: some, gasLimit }) => {
        const data = encodeCompactBatch(
          some[0]?.act.issuer ?? 0,
          some.map((act) => packed.get(act) ?? '0x'),
        );
        return { data, gasLimit, acts: some };
      }),
    ),
    ...split(rest).map(({ acts: some, gasLimit }) => ({ data: encodeBatch(some), gasLimit, acts: some })),
  ];
}

/** Cuts acts into runs under the limits of a transaction, each with its gas limit. */
function split<Acted extends PlannedAct>(acts: readonly Acted[]): { acts: Acted[]; gasLimit: bigint }[] {
  const runs: { acts: Acted[]; gasLimit: bigint; parties: Set<string> }[] = [];
  for (const act of acts) {
    const run = runs.at(-1);
    const added = run ? partiesOf(act).filter((party) => !run.parties.has(party)) : [];
    const gas = actGas(act) + PARTY_GAS * BigInt(added.length);
    if (run && run.acts.length < ACTS_LIMIT && run.gasLimit + gas <= GAS_LIMIT) {
      run.acts.push(act);
      run.gasLimit += gas;
      for (const party of added) run.parties.add(party);
    } else {
      runs.push({ acts: [act], gasLimit: soleGas(act), parties: new Set(partiesOf(act)) });
    }
  }
  return runs;
}
