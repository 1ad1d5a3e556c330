import type { Hex } from 'viem';
import {
  type DeviceKey as DevicePublicKey,
  deviceKeyAccount,
  packDeviceSignature,
} from '../../../backend/protocol/account.ts';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';

/** The key of a guest card: made here, kept by the browser, never readable by anybody, this page included. */
export interface DeviceKey {
  publicKey: DevicePublicKey;
  /** The account that the key names, derived here and not taken from anybody's word. */
  account: Hex;
  /** 128 bytes x‖y‖r‖s over SHA-256 of the 32-byte digest, low-s: what the contracts verify. */
  sign(digest: Hex): Promise<Hex>;
}

const DATABASE = 'tessera';
const STORE = 'keys';
const SLOT = 'device';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** The browser offers no WebCrypto or no IndexedDB here (an insecure origin, or storage switched off). */
export class DeviceKeyUnavailable extends Error {
  override name = 'DeviceKeyUnavailable';
}

/**
 * Opens this browser's device key, making it on the first call. Two tabs opening at once get the same key.
 * @throws DeviceKeyUnavailable
 */
export async function openDeviceKey(): Promise<DeviceKey> {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB)
    throw new DeviceKeyUnavailable('WebCrypto and IndexedDB need https or localhost');
  const database = await openDatabase();
  try {
    const stored = await read(database);
    const pair = stored ?? (await makeAndKeep(database));
    return toDeviceKey(pair);
  } finally {
    database.close();
  }
}

async function makeAndKeep(database: IDBDatabase): Promise<CryptoKeyPair> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  try {
    await done(database.transaction(STORE, 'readwrite').objectStore(STORE).add(pair, SLOT));
    // Best effort: without it a browser short of space may drop the key, and with it the guest card.
    void navigator.storage?.persist?.().catch(() => false);
    return pair;
  } catch (cause) {
    // Another tab was first: `add` refuses to overwrite, and its key is the one that counts.
    const winner = await read(database);
    if (winner) return winner;
    throw new DeviceKeyUnavailable('The key could not be kept', { cause });
  }
}

async function toDeviceKey(pair: CryptoKeyPair): Promise<DeviceKey> {
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const publicKey = { x: bytesToHex(point.subarray(1, 33)), y: bytesToHex(point.subarray(33, 65)) };
  return {
    publicKey,
    account: deviceKeyAccount(publicKey),
    async sign(digest) {
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        pair.privateKey,
        hexToBytes(digest),
      );
      return packDeviceSignature(publicKey, new Uint8Array(signature));
    },
  };
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return done(opening).catch((cause) => {
    throw new DeviceKeyUnavailable('IndexedDB is switched off', { cause });
  });
}

function read(database: IDBDatabase): Promise<CryptoKeyPair | undefined> {
  return done(database.transaction(STORE).objectStore(STORE).get(SLOT));
}

function done<T>(pending: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    pending.onsuccess = () => resolve(pending.result);
    pending.onerror = () => reject(pending.error);
  });
}
