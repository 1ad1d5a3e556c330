import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../backend/client/call.ts';
import { useHash } from '../shared/ui/use-hash.ts';

/** Where the figures come from: a node and the coalition's address on its chain. Both are the reader's choice, in the URL. */
export interface Source {
  rpcUrl: string;
  coalition: `0x${string}`;
}

/** Why a source can't be used, in words; `undefined` when it can. */
export function sourceProblem(rpcUrl: string, coalition: string): string | undefined {
  if (!/^https?:\/\/[^\s/]+/.test(rpcUrl)) return 'The node’s address begins with http:// or https://.';
  return isAddress(coalition) ? undefined : 'The coalition’s address is 0x and 40 hex digits.';
}

function isAddress(text: string): text is `0x${string}` {
  return /^0x[0-9a-fA-F]{40}$/.test(text);
}

/** Puts a source into the URL, from which it is read; a link to this page then carries it. */
export function chooseSource({ rpcUrl, coalition }: Source): void {
  location.hash = new URLSearchParams({ rpc: rpcUrl, coalition }).toString();
}

/** The source in the URL. On a first visit without one, the network that serves this page proposes it, and is asked nothing else. */
export function useSource(): { source: Source | undefined; failed: boolean } {
  const hash = useHash();
  const chosen = useMemo(() => parseSource(hash), [hash]);
  const proposal = useQuery({
    queryKey: ['source'],
    queryFn: proposeSource,
    enabled: chosen === undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { source: chosen ?? proposal.data, failed: !chosen && proposal.isError };
}

function parseSource(hash: string): Source | undefined {
  const fragment = new URLSearchParams(hash);
  const rpcUrl = fragment.get('rpc') ?? '';
  const coalition = fragment.get('coalition') ?? '';
  return isAddress(coalition) && sourceProblem(rpcUrl, coalition) === undefined
    ? { rpcUrl, coalition }
    : undefined;
}

async function proposeSource(): Promise<Source> {
  const { rpcUrl, coalition } = await call('readNetwork', {});
  const address = String(coalition);
  if (!isAddress(address) || sourceProblem(String(rpcUrl), address))
    throw new TypeError('the network proposed no source');
  const source: Source = { rpcUrl: String(rpcUrl), coalition: address };
  history.replaceState(
    null,
    '',
    `#${new URLSearchParams({ rpc: source.rpcUrl, coalition: source.coalition })}`,
  );
  return source;
}
