/** A key service on loopback that speaks AWS KMS's protocol and is as strict: JSON 1.1, Signature Version 4, DER, high and low s alike. */
import { createPrivateKey, createPublicKey, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as secp256k1 from 'tiny-secp256k1';
import type { Hex } from 'viem';
import { signAwsRequest } from '../../backend/keys/aws-signature.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export const KMS_ACCESS = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
};

const derInteger = (value: bigint): Buffer => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  const body = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, body.length), body]);
};

/** ECDSA over a digest in DER; `highS` picks the other of the two signatures that are as good to everybody but a chain. */
export function signDer(privateKey: Hex, digest: Uint8Array, highS: boolean): Buffer {
  const signature = secp256k1.sign(digest, Buffer.from(privateKey.slice(2), 'hex'));
  const word = (part: Uint8Array) => BigInt(`0x${Buffer.from(part).toString('hex')}`);
  const [r, s] = [word(signature.subarray(0, 32)), word(signature.subarray(32))];
  const body = Buffer.concat([derInteger(r), derInteger(highS ? ORDER - s : s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** The public key of a private one in DER, of any curve that Node knows. */
export function spkiOf(privateKey: Hex): Buffer {
  const point = secp256k1.pointFromScalar(Buffer.from(privateKey.slice(2), 'hex'), false);
  if (!point) throw new Error('no private key');
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'secp256k1',
    d: part(Buffer.from(privateKey.slice(2), 'hex')),
    x: part(point.subarray(1, 33)),
    y: part(point.subarray(33)),
  };
  const key = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' }));
  return key.export({ format: 'der', type: 'spki' });
}

export interface LocalKms {
  readonly url: string;
  /** Requests answered, by action. */
  readonly asked: Record<string, number>;
  stop(): Promise<void>;
}

export async function startKms(keys: Readonly<Record<string, Hex>>): Promise<LocalKms> {
  const asked: Record<string, number> = {};
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const header = (name: string) => String(request.headers[name] ?? '');
    const at = header('x-amz-date').replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    );
    const url = new URL(`http://${header('host')}`);
    const headers = {
      'content-type': header('content-type'),
      'x-amz-target': header('x-amz-target'),
    };
    const expected = signAwsRequest(
      { url, headers, body, at: new Date(at) },
      { ...KMS_ACCESS, service: 'kms' },
    ).authorization;
    if (header('authorization') !== expected)
      return [400, { __type: 'InvalidSignatureException', message: 'The signature does not match.' }];
    const action = header('x-amz-target').replace('TrentService.', '');
    asked[action] = (asked[action] ?? 0) + 1;
    const { KeyId, Message, MessageType, SigningAlgorithm } = JSON.parse(body);
    const key = keys[KeyId];
    if (!key) return [400, { __type: 'NotFoundException', message: `Key ${KeyId} does not exist` }];
    if (action === 'GetPublicKey') return [200, { KeyId, PublicKey: spkiOf(key).toString('base64') }];
    const digest = Buffer.from(Message ?? '', 'base64');
    if (
      action !== 'Sign' ||
      MessageType !== 'DIGEST' ||
      SigningAlgorithm !== 'ECDSA_SHA_256' ||
      digest.length !== 32
    )
      return [400, { __type: 'ValidationException', message: 'Digest is invalid' }];
    return [
      200,
      { KeyId, Signature: signDer(key, digest, randomInt(2) === 1).toString('base64'), SigningAlgorithm },
    ];
  };
  const server = createServer((request, response) => {
    answer(request).then(([status, json]) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(json));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
