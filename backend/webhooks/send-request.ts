import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { isAllowedAddress } from './allowed-address.ts';

const CONNECT_MS = 5_000;
const RESOLVE_MS = 2_500;
/** Of an answer only the status counts; so much of its body is read, for so long, to keep the connection. */
const BODY_BYTES = 16_384;
const BODY_MS = 1_000;
const HEADER_BYTES = 16_384;
/** A pause that a receiver asks for is believed up to this. */
const MAX_RETRY_AFTER_SECONDS = 12 * 60 * 60;

/** What came of one attempt: an HTTP status, or why there is none. */
export interface AttemptResult {
  readonly status: number | null;
  readonly error: SendError | null;
  readonly durationMs: number;
  readonly retryAfterSeconds: number;
}
export type SendError =
  | 'ADDRESS_FORBIDDEN'
  | 'NAME_UNKNOWN'
  | 'TIMEOUT'
  | 'CONNECTION_FAILED'
  | 'ANSWER_UNREADABLE'
  | 'SECRET_UNREADABLE';

/** All addresses of a host name. */
export type Resolve = (name: string) => Promise<string[]>;

class AddressForbidden extends Error {
  override readonly name = 'AddressForbidden';
}
class NameUnknown extends Error {
  override readonly name = 'NameUnknown';
}

/**
 * Asks the name servers, and not the system: its resolver has four threads for everything in the process, which a name that never answers
 * would take away.
 */
const resolveByDns: Resolve = async (name) => {
  if (/(^|\.)localhost\.?$/.test(name)) return ['127.0.0.1'];
  const resolver = new Resolver({ timeout: RESOLVE_MS, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
};

/** Sends requests to where strangers say. */
export interface Sender {
  /** POSTs `body`; follows no redirect. Never throws: what went wrong is in the result. */
  post(
    url: string,
    options: { headers: Record<string, string>; body: string; signal: AbortSignal },
  ): Promise<AttemptResult>;
  close(): Promise<void>;
}

/**
 * A sender that connects to allowed addresses only. A name is resolved once for each connection, all of its addresses are judged, and the
 * connection goes to one of exactly those: a name that leads elsewhere the next moment leads nowhere.
 */
export function createSender(options: {
  timeoutMs: number;
  toLoopback: boolean;
  connectionsPerHost: number;
  resolve?: Resolve;
}): Sender {
  const { timeoutMs, toLoopback, connectionsPerHost, resolve = resolveByDns } = options;
  const lookup: LookupFunction = (name, { all }, callback) => {
    checkedAddresses(name, { resolve, toLoopback }).then(
      (addresses) => {
        const [first] = addresses;
        if (all) callback(null, addresses);
        else if (first) callback(null, first.address, first.family);
      },
      (error) => callback(error, []),
    );
  };
  const connect = buildConnector({ timeout: Math.min(CONNECT_MS, timeoutMs), lookup });
  const agent = new Agent({
    connect(target, callback) {
      // Of an address in figures nobody asks `lookup`.
      const host = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isAllowedAddress(host, { toLoopback }))
        return callback(new AddressForbidden(host), null);
      connect(target, callback);
    },
    connections: connectionsPerHost,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: BODY_MS,
    maxHeaderSize: HEADER_BYTES,
  });

  return {
    async post(url, { headers, body, signal }) {
      const startedAt = performance.now();
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const durationMs = () => Math.round(performance.now() - startedAt);
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers,
          body,
          signal: limit,
        });
        const result = { status: answer.statusCode, error: null, durationMs: durationMs() };
        await answer.body.dump({ limit: BODY_BYTES, signal: AbortSignal.timeout(BODY_MS) }).catch(() => {});
        return { ...result, retryAfterSeconds: retryAfter(answer.headers['retry-after']) };
      } catch (error) {
        return {
          status: null,
          error: classify(error, limit),
          durationMs: durationMs(),
          retryAfterSeconds: 0,
        };
      }
    },
    close: () => agent.destroy(),
  };
}

async function checkedAddresses(
  name: string,
  { resolve, toLoopback }: { resolve: Resolve; toLoopback: boolean },
): Promise<{ address: string; family: number }[]> {
  const addresses = await resolve(name);
  if (addresses.length === 0) throw new NameUnknown(name);
  if (!addresses.every((address) => isAllowedAddress(address, { toLoopback })))
    throw new AddressForbidden(name);
  return addresses.map((address) => ({ address, family: isIP(address) }));
}

function retryAfter(header: string | string[] | undefined): number {
  if (typeof header !== 'string' || !/^\d{1,9}$/.test(header)) return 0;
  return Math.min(Number(header), MAX_RETRY_AFTER_SECONDS);
}

function classify(error: unknown, limit: AbortSignal): SendError {
  if (error instanceof AddressForbidden) return 'ADDRESS_FORBIDDEN';
  if (error instanceof NameUnknown) return 'NAME_UNKNOWN';
  if (limit.aborted) return 'TIMEOUT';
  const { name = '', code = '' } = (error ?? {}) as { name?: string; code?: string };
  if (/Timeout/.test(name)) return 'TIMEOUT';
  return /^HPE_|^UND_ERR_(HEADERS_OVERFLOW|RES)/.test(code) ? 'ANSWER_UNREADABLE' : 'CONNECTION_FAILED';
}
