/** Messages by ERC-4361 (Sign-In with Ethereum). */
import type { Address } from 'viem';
import { createSiweMessage, parseSiweMessage, type SiweMessage } from 'viem/siwe';
import { z } from 'zod';
import { signatureField } from '../sessions/session.ts';
import { DomainError } from '../shared/errors.ts';

/** The longest message: one with a statement and some resources has a quarter of it. */
const MESSAGE_LIMIT = 4_096;

/** The body of POST /sessions/siwe. */
export const siweSignInSchema = z.strictObject({
  message: z
    .string()
    .min(1)
    .max(MESSAGE_LIMIT)
    .describe('The message, byte for byte as it was signed (personal_sign).'),
  signature: signatureField,
});

/** A message with the fields that every one has, and nothing in it that these fields don't say. */
export type ReadSiweMessage = SiweMessage & { readonly address: Address; readonly issuedAt: Date };

const TIMES = /^(Issued At|Expiration Time|Not Before): (.+)$/gm;

/**
 * Reads a message. Written again from its fields it has to be the same: what a wallet showed is then what was read, whatever a lenient parser
 * would pass over.
 * @throws DomainError SIWE_MESSAGE_INVALID
 */
export function readSiweMessage(message: string): ReadSiweMessage {
  try {
    const fields = parseSiweMessage(message) as SiweMessage;
    // RFC 3339 has many ways to write one moment; all else has one.
    const canonical = message.replaceAll(
      TIMES,
      (_line, name: string, time: string) => `${name}: ${new Date(time).toISOString()}`,
    );
    const { issuedAt } = fields;
    if (issuedAt && createSiweMessage(fields) === canonical) return { ...fields, issuedAt };
  } catch (cause) {
    throw siweRefusal('message', 'This is no message by ERC-4361.', cause);
  }
  throw siweRefusal('message', 'This is no message by ERC-4361.');
}

/** What is wrong with a message, by the name of its field. */
export const siweRefusal = (field: string, message: string, cause?: unknown): DomainError =>
  new DomainError('SIWE_MESSAGE_INVALID', {
    message: `The message is wrong at: ${field}.`,
    details: { field },
    fields: [{ field: 'message', message: `${field}: ${message}` }],
    cause,
  });
