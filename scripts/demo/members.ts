import type { Address, Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import {
  type DeviceKey,
  deviceKeyAccount,
  packDeviceSignature,
  parseJwk,
} from '../../backend/protocol/account.ts';
import { type Act, actDigest, type Network } from '../../backend/protocol/acts.ts';
import { hexToBytes } from '../../backend/protocol/bytes.ts';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const P256_SHA256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Names and kinds of the demo's members: most have a wallet, some only a key of their phone. */
const PEOPLE = [
  ['Ana', 'eoa'],
  ['Bruno', 'eoa'],
  ['Chidi', 'device'],
  ['Dana', 'eoa'],
  ['Elif', 'device'],
  ['Farid', 'eoa'],
  ['Greta', 'device'],
  ['Hugo', 'eoa'],
] as const;

const jwkSchema = z.looseObject({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

export const memberSecretsSchema = z.array(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('eoa'),
      name: z.string(),
      privateKey: z.custom<Hex>((key) => typeof key === 'string'),
    }),
    z.object({ kind: z.literal('device'), name: z.string(), jwk: jwkSchema }),
  ]),
);
export type MemberSecret = z.output<typeof memberSecretsSchema>[number];

/** A demo member who can be enrolled and can sign. */
export interface DemoMember {
  readonly name: string;
  readonly account: Address;
  /** The body of POST /v1/members. */
  readonly enrolment: { readonly account: Address } | { readonly publicKey: DeviceKey };
  sign(act: Act, network: Network): Promise<Hex>;
}

/** New secrets for all of the demo's members. */
export function createMemberSecrets(): Promise<MemberSecret[]> {
  return Promise.all(
    PEOPLE.map(async ([name, kind]): Promise<MemberSecret> => {
      if (kind === 'eoa') return { kind, name, privateKey: generatePrivateKey() };
      const { privateKey } = await crypto.subtle.generateKey(P256, true, ['sign', 'verify']);
      return { kind, name, jwk: jwkSchema.parse(await crypto.subtle.exportKey('jwk', privateKey)) };
    }),
  );
}

/** The member that a secret makes. @throws TypeError when it holds no P-256 key */
export async function openMember(secret: MemberSecret): Promise<DemoMember> {
  const { name } = secret;
  if (secret.kind === 'eoa') {
    const signer = privateKeyToAccount(secret.privateKey);
    const account = signer.address;
    return {
      name,
      account,
      enrolment: { account },
      sign: (act, network) => signer.sign({ hash: actDigest(act, network) }),
    };
  }
  const publicKey = parseJwk(secret.jwk);
  if (!publicKey) throw new TypeError(`The key of ${name} is not a P-256 key`);
  const key = await crypto.subtle.importKey('jwk', secret.jwk, P256, false, ['sign']);
  return {
    name,
    account: deviceKeyAccount(publicKey),
    enrolment: { publicKey },
    async sign(act, network) {
      const signature = await crypto.subtle.sign(
        P256_SHA256,
        key,
        new Uint8Array(hexToBytes(actDigest(act, network))),
      );
      return packDeviceSignature(publicKey, new Uint8Array(signature));
    },
  };
}
