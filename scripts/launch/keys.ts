import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { z } from 'zod';
import { readKept, writeKept } from './kept-file.ts';

const privateKey = z.custom<Hex>((value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/i.test(value));

const keysSchema = z.object({
  /** Deploys, administers the authority, and owns the demo's stablecoin. */
  deployer: privateKey,
  governor: privateKey,
  guardian: privateKey,
  /** Sends issuances; the first lane of the relay. */
  issuer: privateKey,
  /** Sends acts; the second lane. */
  relay: privateKey,
  receiptSigner: privateKey,
  /** API keys of the tills, by the brand's slug: the database holds only their hashes. */
  tills: z.record(z.string(), z.string()),
});

/** The network's own secrets, made at random at the first start. */
export type Keys = z.output<typeof keysSchema>;

export const keysFile = (data: string) => join(data, 'keys.json');

/** The secrets kept in a data folder; new ones in a new folder. */
export function openKeys(data: string): Keys {
  const kept = readKept(keysFile(data), keysSchema);
  if (kept) return kept;
  const keys: Keys = {
    deployer: generatePrivateKey(),
    governor: generatePrivateKey(),
    guardian: generatePrivateKey(),
    issuer: generatePrivateKey(),
    relay: generatePrivateKey(),
    receiptSigner: generatePrivateKey(),
    tills: {},
  };
  writeKept(keysFile(data), keys);
  return keys;
}

/** Keeps the API key of a brand's till, which is shown only once. */
export function keepTillKey(data: string, { slug, key }: { slug: string; key: string }): Keys {
  const keys = openKeys(data);
  const changed = { ...keys, tills: { ...keys.tills, [slug]: key } };
  writeKept(keysFile(data), changed);
  return changed;
}

export const addressOf = (key: Hex): Address => privateKeyToAddress(key);
