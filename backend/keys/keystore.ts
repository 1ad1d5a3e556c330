import { randomBytes, scrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Hex } from 'viem';
import { eoaOf } from '../protocol/secp256k1-native.ts';
import { fromHex } from '../shared/bytes.ts';

/** Why a keystore can't be opened; the message names the file, and never what is in it. */
export class KeystoreError extends Error {
  override readonly name = 'KeystoreError';
}

/** More than any wallet asks for; a file that asks for more would stop the program. */
const SCRYPT_MEMORY = 2 ** 30;
/** Of a file of our own: what wallets use, a quarter of a gigabyte and about half a second. */
const SCRYPT_N = 2 ** 18;

/** Keys of one process by file: however many ask, a file is decrypted once. */
const opened = new Map<string, Promise<Hex>>();

/**
 * The private key of a Web3 Secret Storage file (version 3, as geth, ethers and most wallets write it), decrypted once a process.
 * `password` is asked for only when the file has to be decrypted.
 * @throws KeystoreError when the file is missing, is no keystore, or the password is wrong
 */
export function openKeystore(path: string, password: () => Promise<string>): Promise<Hex> {
  const known = opened.get(path);
  if (known) return known;
  const opening = decryptFile(path, password);
  opened.set(path, opening);
  opening.catch(() => opened.delete(path));
  return opening;
}

async function decryptFile(path: string, password: () => Promise<string>): Promise<Hex> {
  const json = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KeystoreError(`The keystore ${path} can’t be read (${error.code}).`);
  });
  const { decryptKeystoreJson, isKeystoreJson } = await loadEthers();
  if (!isKeystoreJson(json))
    throw new KeystoreError(`${path} is no keystore (Web3 Secret Storage, version 3).`);
  const account = await decryptKeystoreJson(json, await password()).catch((error: { argument?: string }) => {
    const what = error.argument === 'password' ? 'The password is wrong for' : 'What can’t be decrypted is';
    throw new KeystoreError(`${what} the keystore ${path}.`);
  });
  return account.privateKey.toLowerCase() as Hex;
}

/** A keystore file's text for a key. */
export async function encryptKeystore(privateKey: Hex, password: string): Promise<string> {
  const { encryptKeystoreJson } = await loadEthers();
  const address = eoaOf(fromHex(privateKey));
  if (!address) throw new KeystoreError('This is no private key.');
  return encryptKeystoreJson({ address, privateKey }, password, { scrypt: { N: SCRYPT_N } });
}

/** A new random private key. */
export function randomPrivateKey(): Hex {
  for (;;) {
    const bytes = randomBytes(32);
    if (eoaOf(bytes)) return `0x${bytes.toString('hex')}`;
  }
}

/** Loaded by those who have a keystore only. Node's own scrypt is several times as fast as the one in JavaScript. */
async function loadEthers() {
  const ethers = await import('ethers');
  const derive = promisify<string | Uint8Array, Uint8Array, number, object, Buffer>(scrypt);
  if (!scryptIsSet) {
    ethers.scrypt.register(async (password, salt, N, r, p, size) =>
      ethers.hexlify(
        await derive(password as Uint8Array, salt as Uint8Array, size, { N, r, p, maxmem: SCRYPT_MEMORY }),
      ),
    );
    scryptIsSet = true;
  }
  return ethers;
}
let scryptIsSet = false;
