/**
 * A node of the chain, asked by JSON-RPC and no library: what the auditor's page needs before it shows its first figure weighs 2 kB
 * here and 35 kB with one. Every question and answer can be noted, so that the reader can repeat it.
 */

/** Answers of a node that hangs are not waited for. */
const TIMEOUT_MS = 8_000;
/** Most providers refuse longer batches. */
const BATCH_LIMIT = 50;

/**
 * Why a node gave no answer. `silent`: nobody answers there. `slow`: it took too long. `refused`: it answered with an error of its
 * own. `unreadable`: what it answered is no JSON-RPC, or not what was asked for. `cancelled`: the reader did not want it any more.
 */
export type RpcFailure = 'silent' | 'slow' | 'refused' | 'unreadable' | 'cancelled';

/** A question that has no answer; the message is the node's own where it has one. */
export class RpcProblem extends Error {
  override readonly name = 'RpcProblem';
  readonly failure: RpcFailure;
  /** The node's JSON-RPC error code, of what was refused. */
  readonly code: number | undefined;

  constructor(failure: RpcFailure, message: string, options?: ErrorOptions & { code?: number }) {
    super(message, options);
    this.failure = failure;
    this.code = options?.code;
  }
}

/** A question as it travels. */
export interface Question {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A question with its answer. */
export interface Exchange extends Question {
  readonly answer: unknown;
}

/** Asks one node. What is asked in the same turn of the event loop travels together. Rejects with RpcProblem. */
export interface Rpc {
  readonly url: string;
  ask(method: string, params: readonly unknown[]): Promise<unknown>;
}

interface Waiting extends Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (problem: unknown) => void;
}

/** A connection to the node at `url`. After `signal` nothing more is asked. Throws nothing until it is used. */
export function openRpc(url: string, signal?: AbortSignal): Rpc {
  let waiting: Waiting[] = [];
  // Some nodes take no batches; they say so once.
  let takesBatches = true;

  const alone = (asked: readonly Waiting[]) =>
    Promise.all(
      asked.map(async (each) => {
        try {
          each.resolve(readAnswer(await post(url, toBody(each, 0), signal)));
        } catch (problem) {
          each.reject(problem);
        }
      }),
    );
  const together = async (asked: readonly Waiting[]) => {
    const answers = await post(url, asked.map(toBody), signal);
    if (!Array.isArray(answers)) {
      takesBatches = false;
      await alone(asked);
      return;
    }
    const byId = new Map(answers.map((answer: { id?: unknown }) => [answer?.id, answer]));
    asked.forEach(({ resolve, reject }, id) => {
      try {
        resolve(readAnswer(byId.get(id)));
      } catch (problem) {
        reject(problem);
      }
    });
  };
  const send = async (asked: readonly Waiting[]) => {
    try {
      await (asked.length > 1 && takesBatches ? together(asked) : alone(asked));
    } catch (problem) {
      for (const { reject } of asked) reject(problem);
    }
  };
  const flush = () => {
    const asked = waiting;
    waiting = [];
    for (let at = 0; at < asked.length; at += BATCH_LIMIT) void send(asked.slice(at, at + BATCH_LIMIT));
  };
  return {
    url,
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ method, params, resolve, reject }) === 1) queueMicrotask(flush);
      }),
  };
}

/** The same node; `note` is told every question that it answered, also with an error. */
export const noted = (rpc: Rpc, note: (exchange: Exchange) => void): Rpc => ({
  url: rpc.url,
  async ask(method, params) {
    try {
      const answer = await rpc.ask(method, params);
      note({ method, params, answer });
      return answer;
    } catch (problem) {
      note({ method, params, answer: problem instanceof RpcProblem ? { error: problem.message } : null });
      throw problem;
    }
  },
});

const toBody = ({ method, params }: Question, id: number) => ({ jsonrpc: '2.0', id, method, params });

async function post(url: string, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    const answer = parse(text);
    if (answer !== undefined) return answer;
    if (!response.ok) throw new RpcProblem('refused', `HTTP ${response.status}`, { code: response.status });
    throw new RpcProblem('unreadable', 'the answer is no JSON');
  } catch (cause) {
    if (cause instanceof RpcProblem) throw cause;
    if (signal?.aborted) throw new RpcProblem('cancelled', 'cancelled', { cause });
    if (timeout.aborted) throw new RpcProblem('slow', `no answer in ${TIMEOUT_MS / 1000} seconds`, { cause });
    throw new RpcProblem('silent', 'no connection', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readAnswer(message: unknown): unknown {
  if (typeof message !== 'object' || message === null)
    throw new RpcProblem('unreadable', 'an answer is missing');
  const { error, result } = message as { error?: { code?: unknown; message?: unknown }; result?: unknown };
  if (error)
    throw new RpcProblem('refused', String(error.message ?? 'refused'), { code: Number(error.code) });
  if (result === undefined) throw new RpcProblem('unreadable', 'an answer has no result');
  return result;
}
