import { z } from 'zod';
import { DomainError } from '../shared/errors.ts';
import { type AwsCredentials, signAwsRequest } from './aws-signature.ts';
import type { Kms } from './kms-signer.ts';

/** Where a KMS is and as whom it is asked. `endpoint` is AWS's own for the region unless given. */
export interface AwsKmsAccess {
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly endpoint?: string | undefined;
}

/** A lane waits for its signature; what takes longer than this is asked again at the next turn. */
const TIMEOUT_MS = 5_000;

const publicKeyAnswer = z.object({ PublicKey: z.base64() });
const signAnswer = z.object({ Signature: z.base64() });
const refusalAnswer = z.object({ __type: z.string(), message: z.string().optional() });

/**
 * AWS KMS by its JSON interface: the permissions kms:GetPublicKey and kms:Sign on keys of the kind ECC_SECG_P256K1 for SIGN_VERIFY. Two calls
 * are all that is needed, so there is no SDK here.
 * @throws (from its functions) DomainError SIGNER_UNAVAILABLE with what the service said
 */
export function openAwsKms({ region, credentials, endpoint }: AwsKmsAccess): Kms {
  const url = new URL(endpoint ?? `https://kms.${region}.amazonaws.com`);
  async function ask<T>(action: string, parameters: object, schema: z.ZodType<T>): Promise<T> {
    const body = JSON.stringify(parameters);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${action}`,
    };
    const unsigned = { url, headers, body, at: new Date(Date.now()) };
    const signed = signAwsRequest(unsigned, { region, service: 'kms', credentials });
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(url, { method: 'POST', headers: signed, body, signal, redirect: 'error' });
      const answer: unknown = await response.json();
      if (response.ok) return schema.parse(answer);
      const { __type: code, message } = refusalAnswer.parse(answer);
      throw unavailable(`The KMS refuses ${action} with ${code}: ${message ?? 'it says no more'}.`);
    } catch (cause) {
      if (cause instanceof DomainError) throw cause;
      throw unavailable(`The KMS does not answer ${action}.`, cause);
    }
  }
  return {
    async getPublicKey(KeyId) {
      return Buffer.from((await ask('GetPublicKey', { KeyId }, publicKeyAnswer)).PublicKey, 'base64');
    },
    async signDigest(KeyId, digest) {
      const Message = Buffer.from(digest).toString('base64');
      const what = { KeyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' };
      return Buffer.from((await ask('Sign', what, signAnswer)).Signature, 'base64');
    },
  };
}

const unavailable = (message: string, cause?: unknown) =>
  new DomainError('SIGNER_UNAVAILABLE', { message, cause });
