/**
 * The code that a wallet shows at the till: "this is me, now". It is made without a network, from the account and the present time, and changes
 * every 30 seconds. It earns points and does nothing else: what is signed is a struct of its own, which no contract and no other route takes.
 */
import type { Address, Hex } from 'viem';
import { getAddress, hashTypedData } from 'viem/utils';
import { deviceKeyAccount, type RecoverEoa, verifyAccountSignature } from './account.ts';
import { domainOf, type Network } from './acts.ts';
import { bytesToBigInt, bytesToHex, concatBytes, hexToBytes, isHexBytes } from './bytes.ts';

/** The fields of the signed struct. */
export const PRESENCE_TYPES = {
  Presence: [
    { name: 'member', type: 'address' },
    { name: 'origin', type: 'string' },
    { name: 'window', type: 'uint48' },
  ],
} as const;

/** How long a window is, and how many windows a code may be off: a code is good for 30 to 60 seconds, and for a clock that is 30 ahead. */
export const PRESENCE_SECONDS = 30;
const MAX_WINDOWS_OFF = 1;

/** What every code begins with; another format will have another one. */
const PREFIX = 'TESSERA1.';
const TEXT = /^TESSERA1\.[A-Za-z0-9_-]{100,200}$/;
const WINDOW_BYTES = 4;
const DEVICE_SIGNATURE_BYTES = 128;

/** Who is there, where and when; `origin` is the wallet's site, `window` counts 30 seconds since 1970. */
export interface Presence {
  readonly member: Address;
  readonly origin: string;
  readonly window: number;
}

/** What a scanned code says; that it is true, and for this network, has yet to be verified. */
export interface PresenceCode {
  readonly member: Address;
  readonly window: number;
  readonly signature: Hex;
}

/** The window of a time in Unix seconds. */
export const presenceWindow = (seconds: number): number => Math.floor(seconds / PRESENCE_SECONDS);

/** A presence as typed data. */
export const presenceTypedData = (message: Presence, network: Network) =>
  ({ domain: domainOf(network), types: PRESENCE_TYPES, primaryType: 'Presence', message }) as const;

/** The 32 bytes that the account's key signs. */
export const presenceDigest = (presence: Presence, network: Network): Hex =>
  hashTypedData(presenceTypedData(presence, network));

/**
 * The text of the QR code: `TESSERA1.` and base64url of the window (4 bytes), the account (20 bytes, left out where the signature shows the
 * device key that names it) and the signature (64 or 65 bytes of an EOA, 128 of a device key). 185 characters for a device key.
 */
export function encodePresence({ member, window, signature }: PresenceCode): string {
  const signed = hexToBytes(signature);
  const time = hexToBytes(`0x${window.toString(16).padStart(2 * WINDOW_BYTES, '0')}`);
  const account = signed.length === DEVICE_SIGNATURE_BYTES ? new Uint8Array() : hexToBytes(member);
  const binary = String.fromCharCode(...concatBytes(time, account, signed));
  return `${PREFIX}${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** Reads what `encodePresence` wrote; null for anything else. */
export function parsePresence(text: string): PresenceCode | null {
  if (!TEXT.test(text)) return null;
  const bytes = bytesOf(text.slice(PREFIX.length));
  const window = bytes && Number(bytesToBigInt(bytes.subarray(0, WINDOW_BYTES)));
  const rest = bytes?.subarray(WINDOW_BYTES);
  if (!rest || window === null) return null;
  if (rest.length === DEVICE_SIGNATURE_BYTES) {
    const key = { x: bytesToHex(rest.subarray(0, 32)), y: bytesToHex(rest.subarray(32, 64)) };
    return { member: deviceKeyAccount(key), window, signature: bytesToHex(rest) };
  }
  const signature = bytesToHex(rest.subarray(20));
  if (!isHexBytes(signature, 64) && !isHexBytes(signature, 65)) return null;
  return { member: getAddress(bytesToHex(rest.subarray(0, 20))), window, signature };
}

/** Null unless the text is the only one of its bytes: a code has one spelling. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const same = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === text;
  return same ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : null;
}

/** Why a code is refused: not of this network and its sites (or not of its account), or shown too long ago. */
export type PresenceFault = 'PRESENCE_INVALID' | 'PRESENCE_STALE';

/**
 * Who shows a code, as of `now` (Unix seconds), on one of the network's sites; or why it is refused. A code that was photographed is good for
 * 60 seconds at the most, and what it is good for is that its owner is given points.
 */
export async function verifyPresence(
  text: string,
  { network, origins, now }: { network: Network; origins: readonly string[]; now: number },
  recover?: RecoverEoa,
): Promise<PresenceCode | PresenceFault> {
  const code = parsePresence(text);
  if (!code) return 'PRESENCE_INVALID';
  const { member, window, signature } = code;
  // Before the signature, because it is cheap, and a code that has run out is the common case.
  if (Math.abs(presenceWindow(now) - window) > MAX_WINDOWS_OFF) return 'PRESENCE_STALE';
  for (const origin of origins) {
    const digest = presenceDigest({ member, origin, window }, network);
    if (await verifyAccountSignature({ account: member, digest, signature }, recover)) return code;
  }
  return 'PRESENCE_INVALID';
}
