import { ChainReplaced, StateMissing } from '../../shared/chain/coalition.ts';
import { RpcProblem } from '../../shared/chain/rpc.ts';

/** Why the figures could not be read, for pages and tests to tell apart. */
export type ProblemKind =
  | 'offline'
  | 'silent'
  | 'refused'
  | 'no-coalition'
  | 'wrong-chain'
  | 'no-block'
  | 'no-archive'
  | 'replaced';

/** It in words: a sentence without its stop, and what would help. */
export interface ReadingProblem {
  readonly kind: ProblemKind;
  readonly what: string;
  readonly remedy: string;
}

const OTHER_NODE = 'Name another node below.';

/** The chain that the node is of is not the one that the link says. */
export const wrongChain = (
  rpcUrl: string,
  { told, found }: { told: number; found: number },
): ReadingProblem => ({
  kind: 'wrong-chain',
  what: `the node at ${rpcUrl} is of chain ${found}, and this coalition is on chain ${told}`,
  remedy: OTHER_NODE,
});

/** The node does not know the block. */
export const noBlock = (rpcUrl: string, block: bigint | undefined): ReadingProblem => ({
  kind: 'no-block',
  what: `the node at ${rpcUrl} does not know block ${block ?? 'latest'}`,
  remedy: 'Ask for an older block, or name a node that is further.',
});

/** What went wrong with a reading. Details of the failure help nobody here but the address does. */
export function problemOf(error: unknown, rpcUrl: string): ReadingProblem {
  if (error instanceof StateMissing)
    return {
      kind: 'no-archive',
      what: `the node at ${rpcUrl} does not keep the state of that block any more`,
      remedy: 'Name a node with an archive below, or look at the newest block.',
    };
  if (error instanceof ChainReplaced)
    return {
      kind: 'replaced',
      what: 'the chain was changing its mind while it was read',
      remedy: 'The page tries again by itself.',
    };
  const failure = error instanceof RpcProblem ? error.failure : 'silent';
  if (failure === 'unreadable')
    return {
      kind: 'no-coalition',
      what: `the node at ${rpcUrl} answers, but has no coalition at this address`,
      remedy: 'Check the address below.',
    };
  if (failure === 'refused')
    return {
      kind: 'refused',
      what: `the node at ${rpcUrl} refuses to answer (${(error as RpcProblem).message.slice(0, 120)})`,
      remedy: OTHER_NODE,
    };
  if (!navigator.onLine)
    return {
      kind: 'offline',
      what: `you are offline, and the node at ${rpcUrl} does not answer`,
      remedy: 'The page goes on by itself when you are back.',
    };
  return { kind: 'silent', what: `the node at ${rpcUrl} does not answer`, remedy: OTHER_NODE };
}
