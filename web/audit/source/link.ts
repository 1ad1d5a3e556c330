import { useEffect, useMemo, useState } from 'react';
import { useHash } from '../../shared/ui/use-hash.ts';

/**
 * Where the figures come from: a node, the coalition's address, and the chain that they are of where the link says it. All are the reader's
 * choice, in the URL.
 */
export interface Source {
  rpcUrl: string;
  coalition: `0x${string}`;
  chainId: number | undefined;
}

/** The parts of the page. */
export const VIEWS = ['now', 'history', 'check', 'breakage', 'governance', 'files'] as const;
export type View = (typeof VIEWS)[number];

/** What a link to this page says. */
export interface Link {
  source: Source | undefined;
  view: View;
  /** The block to look at; the newest unless given. */
  block: bigint | undefined;
  /** The brand to look at; all unless given. */
  brand: number | undefined;
  /** What is to be checked. */
  check: string | undefined;
  /** Another node, which is asked whether it has the same block. */
  second: string | undefined;
}

/** Why a source can't be used, in words; `undefined` when it can. */
export function sourceProblem(rpcUrl: string, coalition: string): string | undefined {
  if (!isNode(rpcUrl)) return 'The node’s address begins with http:// or https://.';
  return isAddress(coalition) ? undefined : 'The coalition’s address is 0x and 40 hex digits.';
}

/** Whether a text can be a node's address. */
export const isNode = (text: string): boolean => /^https?:\/\/[^\s/]+/.test(text);

function isAddress(text: string): text is `0x${string}` {
  return /^0x[0-9a-fA-F]{40}$/.test(text);
}

/** What the fragment of a URL says. What can't be read counts as not said. */
export function parseLink(hash: string): Link {
  const said = new URLSearchParams(hash);
  const text = (name: string) => said.get(name)?.trim() ?? '';
  const number = (name: string, limit: number) =>
    new RegExp(`^\\d{1,${limit}}$`).test(text(name)) ? text(name) : undefined;
  const [rpcUrl, coalition, chain] = [text('rpc'), text('coalition'), number('chain', 15)];
  const [block, brand] = [number('block', 18), number('brand', 9)];
  const usable = isAddress(coalition) && sourceProblem(rpcUrl, coalition) === undefined;
  return {
    source: usable ? { rpcUrl, coalition, chainId: chain ? Number(chain) : undefined } : undefined,
    view: VIEWS.find((view) => view === text('view')) ?? 'now',
    block: block === undefined ? undefined : BigInt(block),
    brand: brand === undefined ? undefined : Number(brand),
    check: text('check') || undefined,
    second: isNode(text('second')) ? text('second') : undefined,
  };
}

/** The fragment that says all this; what is left out of it is what the page does by itself. */
export function linkTo({ source, view, block, brand, check, second }: Link): string {
  const said: [string, string | undefined][] = [
    ['rpc', source?.rpcUrl],
    ['coalition', source?.coalition],
    ['chain', source?.chainId?.toString()],
    ['second', second],
    ['block', block?.toString()],
    ['brand', brand?.toString()],
    ['view', view === 'now' ? undefined : view],
    ['check', view === 'check' ? check : undefined],
  ];
  return `#${new URLSearchParams(said.filter((pair): pair is [string, string] => pair[1] !== undefined))}`;
}

/** The page's link as it is. On a first visit without a source, the network that serves this page proposes one, and is asked nothing else. */
export function useLink(): { link: Link; failed: boolean } {
  const hash = useHash();
  const link = useMemo(() => parseLink(hash), [hash]);
  const [proposal, setProposal] = useState<Source | 'failed'>();
  const needed = link.source === undefined && proposal === undefined;
  useEffect(() => {
    if (!needed) return;
    let wanted = true;
    proposeSource().then(
      (source) => {
        if (!wanted) return;
        history.replaceState(null, '', linkTo({ ...parseLink(location.hash.slice(1)), source }));
        setProposal(source);
      },
      () => wanted && setProposal('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [needed]);
  const source = link.source ?? (proposal === 'failed' ? undefined : proposal);
  return {
    link: source === link.source ? link : { ...link, source },
    failed: !source && proposal === 'failed',
  };
}

/** The one thing that our API is asked. The client that other pages ask it by weighs more than this question. */
async function proposeSource(): Promise<Source> {
  const response = await fetch('/v1/network', {
    headers: { accept: 'application/json' },
    credentials: 'omit',
  });
  const { rpcUrl, coalition, chainId } = (await response.json()) as Record<string, unknown>;
  const address = String(coalition);
  if (!isAddress(address) || sourceProblem(String(rpcUrl), address))
    throw new TypeError('the network proposed no source');
  return { rpcUrl: String(rpcUrl), coalition: address, chainId: Number(chainId) || undefined };
}
