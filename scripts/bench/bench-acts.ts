import { Pool } from 'undici';
import { type Address, type Hex, keccak256, toHex } from 'viem';
import { callsOf } from '../../backend/acts/encode-acts.ts';
import { type Act, actDigest, type Network } from '../../backend/protocol/acts.ts';
import { eoaOf, signDigest } from '../../backend/protocol/secp256k1-native.ts';
import { fromHex } from '../../backend/shared/bytes.ts';
import { CommandFailure } from '../shared/failure.ts';
import { startProgressBar } from '../shared/progress-bar.ts';
import { awaitCount, awaitMinted } from './await-minted.ts';
import { type BenchNetwork, perSecond, ratioOf, runName, tell, withBenchNetwork } from './network.ts';
import { sendBulk } from './send-bulk.ts';
import { runSignerLoop } from './signer-loop.ts';

/** What `bench -- acts --json` prints. Speeds are acts a second, from the first one sent to the last one mined. */
export interface ActsResult {
  readonly minedPerS: number;
  readonly signerLoopPerS: number;
  readonly ratio: number;
  readonly gasPerAct: number;
}

interface SignedAct {
  readonly act: Act;
  readonly signature: Hex;
}

const CALLERS = 128;
const POINTS = 1_000;
const SPENT = 10n;
const DEADLINE_SECONDS = 1_800;

/**
 * Redemptions of the first brand's points at the second, one a member: signed beforehand, sent to the API, checked, simulated, queued and
 * mined; then as many more by a loop that only signs transactions and sends them.
 */
export function benchActs({ count }: { count: number }): Promise<ActsResult> {
  return withBenchNetwork({ brands: 2, withChain: true }, async (network) => {
    const { chain } = network;
    if (!chain) throw new CommandFailure('There is no chain.');
    const { chainId, coalition } = chain.deployment;
    const program = await network.startProgram(['api', 'issuer', 'relay', 'indexer'], {
      BATCH_INTERVAL_MS: '250',
      POLL_INTERVAL_MS: '50',
    });
    const members = Array.from({ length: count }, (_, index) => memberKey(index));
    const run = runName();
    const sales = members.map(({ account }, index) => ({
      id: `${run}-${index}`,
      member: account,
      amount: POINTS,
      currency: 'USD',
      occurredAt: '2026-03-01T12:30:00Z',
    }));
    await sendBulk(program.url, { key: network.tills[0] ?? '', sales });
    await awaitMinted(network, count * POINTS);
    const place = { chainId, coalition };
    const [sent, looped] = [0, 1].map((nonce) => members.map((member) => signAct(member, { nonce, place })));
    const cpu = network.watchCpu();
    const began = performance.now();
    const acceptedPerS = submit(program.url, sent ?? []).then(() =>
      perSecond(count, performance.now() - began),
    );
    await awaitCount(network, {
      label: 'Mined',
      count,
      sql: `SELECT count(*) FROM acts WHERE status IN ('mined', 'final')`,
    });
    const minedPerS = perSecond(count, performance.now() - began);
    tell({ ...(await network.conditions()), acceptedPerS: await acceptedPerS, minedPerS, ...cpu(count) });
    const gasPerAct = await readGas(network, count);
    await program.stop();
    const signerLoopPerS = perSecond(
      count,
      await runSignerLoop(
        network,
        callsOf((looped ?? []).map((act) => ({ ...act, byOwnEoa: true }))).map(({ data, gasLimit: gas }) => ({
          data,
          gas,
        })),
      ),
    );
    return { minedPerS, signerLoopPerS, ratio: ratioOf(minedPerS, signerLoopPerS), gasPerAct };
  });
}

interface MemberKey {
  readonly key: Buffer;
  readonly account: Address;
}

function memberKey(index: number): MemberKey {
  const key = fromHex(keccak256(toHex(`bench member ${index}`)));
  const account = eoaOf(key);
  if (!account) throw new CommandFailure(`Member ${index} has no key.`);
  return { key, account };
}

function signAct(
  { key, account }: MemberKey,
  { nonce, place }: { nonce: number; place: Network },
): SignedAct {
  const act: Act = {
    kind: 'redemption',
    member: account,
    issuer: 1,
    counterparty: 2,
    amount: SPENT,
    minimum: 0n,
    ref: keccak256(toHex(`${account} ${nonce}`)),
    nonce,
    deadline: Math.floor(Date.now() / 1000) + DEADLINE_SECONDS,
  };
  return { act, signature: signDigest(key, actDigest(act, place)) };
}

async function submit(url: string, acts: readonly SignedAct[]): Promise<void> {
  const pool = new Pool(url, { connections: CALLERS });
  const bar = startProgressBar('Sent');
  let next = 0;
  const caller = async () => {
    for (let at = next++; at < acts.length; at = next++) {
      const body = JSON.stringify(acts[at], (_key, value) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ method: 'POST', path: '/v1/acts', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 202)
        throw new CommandFailure(`An act was answered with ${answer.statusCode}: ${text}`);
      bar.update(at + 1, acts.length);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  bar.stop();
  await pool.close();
}

async function readGas({ database: { pool } }: BenchNetwork, count: number): Promise<number> {
  const { rows } = await pool.query<{ gas: string }>(
    `SELECT sum(gas_used)::text AS gas FROM relay_transactions WHERE kind = 'acts' AND status IN ('mined', 'final')`,
  );
  return Math.round(Number(rows[0]?.gas ?? 0) / count);
}
