import type { Address } from 'viem';
import { askQuorum } from '../chain/ask-quorum.ts';
import { memberKeysOf } from '../member-keys/key-powers.ts';
import { toAddress } from '../shared/bytes.ts';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { type ApplyOptions, applyBlocks } from './apply-blocks.ts';
import { lowerHeight } from './chain-block.ts';
import { type Cursor, createCursor, readCursor, readHashes } from './cursor.repository.ts';
import { fetchAgreedBlocks } from './fetch-agreed-blocks.ts';
import { fetchAgreedHeader, findHead, type Head } from './find-head.ts';
import { rollBack } from './roll-back.ts';

/**
 * How many blocks one database transaction takes at first, and at most. It doubles while blocks come, and is quartered when they do not: what
 * an endpoint bears depends on it, and on how full the blocks are.
 */
const FIRST_RANGE = 50n;
const MAX_RANGE = 400n;
/** A chain that is shorter than what we know and different is believed after this long: until then an endpoint may just be catching up. */
const SHORTER_FORK_MS = 2_000;

type FollowDeps = Pick<Deps, 'pool' | 'config' | 'logger' | 'endpoints' | 'network'>;

/** Follows the chain, one step a call. */
export interface Follower {
  /** Applies the next blocks, or undoes those that the chain dropped. True when something was done and more may follow. */
  step(options?: { until?: bigint }): Promise<boolean>;
  /** Blocks between the chain's newest and the last applied one, as of the last step; null before the first. */
  lag(): bigint | null;
}

/** One follower a loop: it remembers whether the endpoint was checked and since when the chain looks shorter. */
export function createFollower(deps: FollowDeps, options: ApplyOptions = {}): Follower {
  let checked = false;
  let shorterSince: number | null = null;
  let memberKeys: Address | undefined;
  let range = FIRST_RANGE;
  let lag: bigint | null = null;

  /** The blocks behind the cursor, as many as the range allows. */
  const fetchNext = async (head: Head, { from, to }: { from: bigint; to: bigint }) => {
    try {
      const tokens = await readTokens(deps);
      memberKeys ??= await agreedMemberKeys(deps);
      const blocks = await fetchAgreedBlocks(inOrder(deps, head), { from, to, tokens, memberKeys });
      if (BigInt(blocks.length) === range) range = lowerHeight(2n * range, MAX_RANGE);
      return blocks;
    } catch (error) {
      if (to > from) range = range > 4n ? range / 4n : 1n;
      throw error;
    }
  };

  const forked = async (cursor: Cursor, { header }: Head): Promise<boolean> => {
    if (header.number >= cursor.number) return header.number === cursor.number && header.hash !== cursor.hash;
    const [ours] = await readHashes(deps.pool, { from: header.number, limit: 1 });
    // A lower head on the chain that we know is an endpoint that lags, not a reorg.
    if (!ours || ours.number !== header.number || ours.hash === header.hash) shorterSince = null;
    else shorterSince ??= Date.now();
    return shorterSince !== null && Date.now() - shorterSince >= SHORTER_FORK_MS;
  };

  return {
    async step({ until } = {}) {
      const head = await findHead(deps);
      const cursor = (await readCursor(deps.pool)) ?? (await startCursor(deps));
      if (!checked) await checkChain(deps, cursor);
      checked = true;
      lag = head.header.number > cursor.number ? head.header.number - cursor.number : 0n;
      if (cursor.alarm !== null) return false;
      const to = [cursor.number + range, until ?? head.header.number].reduce(lowerHeight, head.header.number);
      if (head.header.number > cursor.number) {
        if (to <= cursor.number) return false;
        const blocks = await fetchNext(head, { from: cursor.number + 1n, to });
        if (blocks[0]?.parentHash === cursor.hash) {
          const isApplied = await applyBlocks(deps, { cursor, blocks, head: head.header.number }, options);
          if (isApplied) lag = head.header.number - to;
          return isApplied;
        }
      } else if (!(await forked(cursor, head))) return false;
      shorterSince = null;
      await rollBack(deps, { cursor, head: head.header.number }, options);
      return true;
    },
    lag: () => lag,
  };
}

/** Those that have the head first. */
const inOrder = (deps: FollowDeps, { endpoints }: Head): FollowDeps => ({
  ...deps,
  endpoints: [...new Set([...endpoints, ...deps.endpoints])],
});

/** The hub's keys contract, which never changes: an endpoint alone could name one that nobody uses. */
async function agreedMemberKeys(deps: FollowDeps): Promise<Address> {
  const { answer } = await askQuorum(deps, {
    what: 'the keys contract',
    ask: (endpoint) => memberKeysOf({ chain: endpoint, network: deps.network }),
    keyOf: (address) => address,
  });
  return answer;
}

async function readTokens({ pool }: FollowDeps): Promise<Address[]> {
  const { rows } = await pool.query<{ token: Buffer }>('SELECT token FROM partners');
  return rows.map(({ token }) => toAddress(token));
}

/** The first cursor stands on the block before the hub's own. */
async function startCursor(deps: FollowDeps): Promise<Cursor> {
  const { pool, config, network } = deps;
  const [genesis, start] = await Promise.all([
    fetchAgreedHeader(deps, 0n),
    fetchAgreedHeader(deps, BigInt(Math.max(config.deployedAtBlock, 1) - 1)),
  ]);
  if (!genesis || !start)
    throw new DomainError('CHAIN_UNAVAILABLE', { message: 'The endpoint lacks the first blocks.' });
  await createCursor(pool, { network, genesis: genesis.hash, start });
  const cursor = await readCursor(pool);
  if (!cursor) throw new DomainError('INTERNAL');
  return cursor;
}

/** @throws DomainError CHAIN_FOREIGN when the database was filled from another chain or hub */
async function checkChain(deps: FollowDeps, cursor: Cursor): Promise<void> {
  const { network } = deps;
  const genesis = await fetchAgreedHeader(deps, 0n);
  const facts = [
    ['genesis', cursor.genesis, genesis?.hash ?? 'missing'],
    ['chain id', String(cursor.chainId), String(network.chainId)],
    ['hub', cursor.coalition, network.coalition.toLowerCase()],
  ] as const;
  for (const [what, expected, found] of facts)
    if (expected !== found)
      throw new DomainError('CHAIN_FOREIGN', {
        message: `The ${what} of the chain is ${found}, and the database was filled from ${expected}.`,
        details: { what, expected, found },
      });
}
