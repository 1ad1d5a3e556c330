/** A network with its API for members: a chain, the engine to work by hand, and a client that is a browser on a page of ours. */
import type { Address, Hex } from 'viem';
import type { ConfigInput } from '../../backend/config.ts';
import { type Program, startProgram } from '../../backend/main.ts';
import { memberKeysOf } from '../../backend/member-keys/key-powers.ts';
import { signInTypedData } from '../../backend/protocol/acts.ts';
import {
  type KeyChange,
  type KeyRole,
  keyChangeDigest,
  keyChangeToJson,
} from '../../backend/protocol/keys.ts';
import { type EngineNetwork, type EngineProcess, openEngine } from './engine.ts';
import type { EoaMember } from './members.ts';

export const ORIGIN = 'https://tessera.example';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is outside data that a test picks apart field by field
  readonly body: any;
}

/** Whoever signs for an account: a digest in, what the contracts take out. */
export type Sign = (digest: Hex) => Hex | Promise<Hex>;

export interface MemberApi {
  readonly network: EngineNetwork;
  readonly process: EngineProcess;
  readonly program: Program;
  call(
    method: string,
    path: string,
    options?: { body?: unknown; token?: string | undefined; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Opens a session of an EOA's and returns its token. */
  signIn(member: EoaMember, age?: number): Promise<string>;
  /** A signed change of keys as POST /members/:account/keys takes it. */
  keyChange(
    sign: Sign,
    fields: { member: Address; key: Address; role: KeyRole } & Partial<KeyChange>,
  ): Promise<{ change: Record<string, unknown>; signature: Hex }>;
  /** Hands a change of keys in and waits until it is final. */
  changeKey(
    sign: Sign,
    fields: { member: Address; key: Address; role: KeyRole } & Partial<KeyChange>,
  ): Promise<Answer>;
  drain(): Promise<void>;
  stop(): Promise<void>;
}

export async function openMemberApi(config: Partial<ConfigInput> = {}): Promise<MemberApi> {
  const network = await openEngine({ origins: [ORIGIN], publicRequestsPerMinute: 1_000_000, ...config });
  const process = network.process();
  while (await process.index());
  const program = await startProgram({ ...network.deps.config, roles: ['api'], port: 0 });
  const { deps } = network;

  const call: MemberApi['call'] = async (method, path, { body, token, headers } = {}) => {
    const response = await fetch(program.url + path, {
      method,
      headers: {
        origin: ORIGIN,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const keyChange: MemberApi['keyChange'] = async (sign, fields) => {
    const { body } = await call('GET', `/v1/members/${fields.member}/keys`);
    const deadline = Math.floor(Date.now() / 1000) + 600;
    const change: KeyChange = { dailyLimit: 0n, nonce: body.nextNonce, deadline, ...fields };
    const memberKeys = await memberKeysOf(deps);
    const digest = keyChangeDigest(change, { chainId: deps.network.chainId, memberKeys });
    const { member: _, ...rest } = keyChangeToJson(change);
    return { change: rest, signature: await sign(digest) };
  };
  const drain = () => network.drain(process);
  return {
    network,
    process,
    program,
    call,
    async signIn(member, age = 0) {
      const issuedAt = Math.floor(Date.now() / 1000) - age;
      const message = { account: member.account, origin: ORIGIN, issuedAt };
      const { domain, types } = signInTypedData(message, deps.network);
      const signature = await member.wallet.signTypedData(domain, { SignIn: [...types.SignIn] }, message);
      return (await call('POST', '/v1/sessions', { body: { ...message, signature } })).body.token;
    },
    keyChange,
    async changeKey(sign, fields) {
      const body = await keyChange(sign, fields);
      const answer = await call('POST', `/v1/members/${fields.member}/keys`, { body });
      await drain();
      return answer;
    },
    drain,
    async stop() {
      await program.stop();
      await network.stop();
    },
  };
}
