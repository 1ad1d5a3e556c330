import { join } from 'node:path';
import { type Address, type Hex, isAddress } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { z } from 'zod';
import type { ActJson } from '../../backend/protocol/acts.ts';
import { readKept, writeKept } from '../launch/kept-file.ts';
import { DEMO_CHARITIES } from './charities.ts';
import { createMemberSecrets, memberSecretsSchema } from './members.ts';

const address = z.custom<Address>((value) => typeof value === 'string' && isAddress(value));

const recordSchema = z.object({
  /** The hub that all of it happened on: another hub begins another demo. */
  coalition: address,
  /** Unix seconds of the first start; the history lies before it, so that it is the same after every kill. */
  startedAt: z.int(),
  members: memberSecretsSchema,
  charityPayouts: z.array(address),
  /** Brands, money and charities are on the chain. */
  isOpened: z.boolean(),
  /** All purchases of the history are recorded. */
  hasHistory: z.boolean(),
  /** The acts by their place in the list, as they were signed; kept before they are sent, so that a kill never signs one twice. */
  acts: z.array(z.object({ act: z.custom<ActJson>(), signature: z.custom<Hex>(), isSent: z.boolean() })),
});

/** How far the demo has come. */
export type DemoRecord = z.output<typeof recordSchema>;

const demoFile = (data: string) => join(data, 'demo.json');

export function keepDemo(data: string, record: DemoRecord): void {
  writeKept(demoFile(data), record);
}

/** The demo of this hub, as far as it came before; a new one with new people for a new hub. */
export async function openDemoRecord(data: string, coalition: Address): Promise<DemoRecord> {
  const kept = readKept(demoFile(data), recordSchema);
  if (kept?.coalition === coalition) return kept;
  const record: DemoRecord = {
    coalition,
    startedAt: Math.floor(Date.now() / 1000),
    members: await createMemberSecrets(),
    charityPayouts: DEMO_CHARITIES.map(() => privateKeyToAddress(generatePrivateKey())),
    isOpened: false,
    hasHistory: false,
    acts: [],
  };
  keepDemo(data, record);
  return record;
}
