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
  /** API keys of the brands' offices, which follow events and manage webhooks. */
  offices: z.record(z.string(), z.string()).default({}),
  /** Encrypts secrets in the database. */
  secrets: privateKey.optional(),
});

/** The network's own secrets, made at random at the first start. */
export type Keys = Required<z.output<typeof keysSchema>>;

export const keysFile = (data: string) => join(data, 'keys.json');

/** The secrets kept in a data folder; new ones in a new folder. */
export function openKeys(data: string): Keys {
  const kept = readKept(keysFile(data), keysSchema);
  if (kept?.secrets) return { ...kept, secrets: kept.secrets };
  if (kept) {
    const completed = { ...kept, secrets: generatePrivateKey() };
    writeKept(keysFile(data), completed);
    return completed;
  }
  const keys: Keys = {
    deployer: generatePrivateKey(),
    governor: generatePrivateKey(),
    guardian: generatePrivateKey(),
    issuer: generatePrivateKey(),
    relay: generatePrivateKey(),
    receiptSigner: generatePrivateKey(),
    tills: {},
    offices: {},
    secrets: generatePrivateKey(),
  };
  writeKept(keysFile(data), keys);
  return keys;
}

/** Keeps the API key of a brand's till or office, which is shown only once. */
export function keepApiKey(
  data: string,
  { of, slug, key }: { of: 'tills' | 'offices'; slug: string; key: string },
): Keys {
  const keys = openKeys(data);
  const changed = { ...keys, [of]: { ...keys[of], [slug]: key } };
  writeKept(keysFile(data), changed);
  return changed;
}

export const addressOf = (key: Hex): Address => privateKeyToAddress(key);
