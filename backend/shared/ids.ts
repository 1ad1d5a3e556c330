import { createHash, randomBytes, randomInt } from 'node:crypto';

const MEMBER_CODES = 10 ** 8;

/** SHA-256 of bytes or of text in UTF-8: 32 bytes. */
export const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** Random bytes as base64url, for tokens: `bytes` × 4/3 characters. */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** A member code to try: 8 random digits. The caller ensures that it is new. */
export const randomMemberCode = (): string => String(randomInt(MEMBER_CODES)).padStart(8, '0');
