import { useEffect, useState } from 'react';
import { ChainReplaced, type CoalitionFigures, readCoalition } from '../../shared/chain/coalition.ts';
import { readHead } from '../../shared/chain/head.ts';
import type { Rpc } from '../../shared/chain/rpc.ts';
import type { Source } from './link.ts';
import { noBlock, problemOf, type ReadingProblem, wrongChain } from './reading-problem.ts';

/** New blocks are looked for this often. */
const BLOCK_MS = 2_000;
/** A chain that changes its mind is read anew at once, so often. */
const TRIES = 3;

/**
 * What is known: the figures that were read last, if any; why they are not confirmed now, if they aren't; and the block under them that the
 * chain has replaced since the page was opened, if it has.
 */
export interface Reading {
  readonly figures?: CoalitionFigures | undefined;
  readonly problem?: ReadingProblem | undefined;
  readonly replaced?: bigint | undefined;
}

/** Follows the coalition's figures at the newest block, or confirms those of one block. Start anew (by a key) for another source. */
export function useFigures(rpc: Rpc, source: Source, block: bigint | undefined): Reading {
  const [reading, setReading] = useState<Reading>({});
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last: Reading = {};
    const turn = async () => {
      clearTimeout(timer);
      const next = await readNext(rpc, { source, block, last });
      if (stopped) return;
      last = next;
      setReading(next);
      timer = setTimeout(turn, BLOCK_MS);
    };
    void turn();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [rpc, source, block]);
  return reading;
}

async function readNext(
  rpc: Rpc,
  { source, block, last }: { source: Source; block: bigint | undefined; last: Reading },
): Promise<Reading> {
  const { replaced, figures: known } = last;
  for (let left = TRIES; ; left--) {
    try {
      const head = await readHead(rpc, block ?? 'latest');
      if (!head) return { figures: known, replaced, problem: noBlock(source.rpcUrl, block) };
      const told = source.chainId;
      if (told !== undefined && told !== head.chainId)
        return { problem: wrongChain(source.rpcUrl, { told, found: head.chainId }) };
      if (known?.hash === head.hash) return { figures: known, replaced };
      const [figures, before] = await Promise.all([
        readCoalition(rpc, source.coalition, head),
        known && readHead(rpc, known.block),
      ]);
      const isReplaced = known !== undefined && before?.hash !== known.hash;
      return { figures, replaced: isReplaced ? known.block : replaced };
    } catch (error) {
      if (error instanceof ChainReplaced && left > 1) continue;
      return { figures: known, replaced, problem: problemOf(error, source.rpcUrl) };
    }
  }
}
