import { type Address, createClient, custom } from 'viem';
import { readContract } from 'viem/actions';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { type Audit, type AuditProgress, auditCoalition } from '../../../backend/audit/audit-coalition.ts';
import { findDeployment, type readLogs } from '../../../backend/audit/read-logs.ts';
import { type Rpc, RpcProblem } from '../../shared/chain/rpc.ts';
import { type Authority, readAuthority } from './authority.ts';
import { Collector } from './collector.ts';
import { type ContractCode, readContracts } from './contracts.ts';
import type { Sample } from './series.ts';

/** Everything that the events say, up to a block, and whether the contracts agree with it. */
export interface Ledger {
  readonly audit: Audit;
  readonly gathered: Collector;
  readonly samples: readonly Sample[];
  readonly authority: Authority;
  readonly contracts: readonly ContractCode[];
}

/** What is to be read. `logs` is where events are read from; the newest block unless given. */
export interface LedgerRequest {
  readonly rpc: Rpc;
  readonly coalition: Address;
  readonly block: bigint | undefined;
  readonly logs: typeof readLogs;
  readonly onProgress: (progress: AuditProgress) => void;
}

/**
 * The whole audit in this browser: every event since the beginning, every balance, every law; the same code as `npm run audit`.
 * @throws AuditError; viem's errors when the node fails
 */
export async function readLedger(request: LedgerRequest): Promise<Ledger> {
  const { coalition, block, logs, onProgress } = request;
  const rpc = persistent(request.rpc);
  const client = createClient({
    transport: custom(
      {
        request: ({ method, params }: { method: string; params?: unknown[] }) =>
          rpc.ask(method, params ?? []),
      },
      { retryCount: 0 },
    ),
  });
  const gathered = new Collector();
  const audit = await auditCoalition({
    client,
    coalition,
    ...(block === undefined ? {} : { block: Number(block) }),
    logs,
    onProgress,
    onEvent: (event, books) => gathered.see(event, books),
  });
  const { books, block: pinned } = audit;
  const samples = gathered.sampler.finish(books, pinned);
  const hub = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(pinned.number) } as const;
  const parts = ['authority', 'backOffice', 'memberKeys', 'tokenImplementation', 'stablecoin'] as const;
  const addresses = await Promise.all(
    parts.map((functionName) => readContract(client, { ...hub, functionName })),
  );
  const named = parts.map((name, index) => ({ name, address: addresses[index] as Address }));
  const tokens = [...books.partners.values()].map(({ name, token }) => ({ name, address: token }));
  const [authority, contracts] = await Promise.all([
    readAuthority(client, { address: addresses[0] as Address, block: pinned, logs, find: findDeployment }),
    readContracts(rpc, [{ name: 'coalition', address: coalition }, ...named, ...tokens], pinned.number),
  ]);
  return { audit, gathered, samples, authority, contracts };
}

const PAUSE_MS = 700;

/** Asks once more when nobody answered; when nobody does then either, nothing else is asked: the range is not to blame. */
function persistent(rpc: Rpc): Rpc {
  let gone: RpcProblem | undefined;
  const isGone = (problem: unknown): problem is RpcProblem =>
    problem instanceof RpcProblem && (problem.failure === 'silent' || problem.failure === 'cancelled');
  return {
    url: rpc.url,
    async ask(method, params) {
      if (gone) throw gone;
      try {
        return await rpc.ask(method, params);
      } catch (problem) {
        if (!isGone(problem)) throw problem;
        if (problem.failure === 'silent') {
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
          try {
            return await rpc.ask(method, params);
          } catch (again) {
            if (!isGone(again)) throw again;
          }
        }
        gone = problem;
        throw problem;
      }
    },
  };
}
