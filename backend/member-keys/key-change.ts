/** Key changes at the border, and as MemberKeys takes them. */
import { encodeFunctionData, type Hex } from 'viem';
import { z } from 'zod';
import { MemberKeysAbi } from '../../artifacts/abi.ts';
import { KEY_ROLES, type KeyChange, keyChangeStruct } from '../protocol/keys.ts';
import { signatureField } from '../sessions/session.ts';
import { accountField } from '../shared/requests.ts';
import { Points } from '../shared/units.ts';

/** How far a key change is; of one that was brought there by somebody else, `final` too. */
export const KEY_CHANGE_STATUSES = ['queued', 'sent', 'mined', 'final', 'failed'] as const;
export type KeyChangeStatus = (typeof KEY_CHANGE_STATUSES)[number];

/** How far ahead a deadline may be, in seconds: the network keeps no signatures that can be used for long. */
export const KEY_CHANGE_DEADLINE_SECONDS = 60 * 60;

/** An upper bound of the gas of one change: the dearest signature, two keys' words and the account's. */
export const KEY_CHANGE_GAS = 700_000n;

const uintField = (bits: number) =>
  z
    .int('Send a whole number.')
    .min(0, 'Send a number from 0 on.')
    .max(2 ** bits - 1);

/** The body of POST /members/:account/keys; the member stands in the path. */
export const keyChangeSchema = z.strictObject({
  change: z.strictObject({
    key: accountField.describe(
      'The key’s name: the address of an EOA or a contract, or the account that a P-256 key names.',
    ),
    role: z.enum(KEY_ROLES, 'Send none, full, limited, recovery or successor.'),
    /** 48 bits in what is signed, as points are. */
    dailyLimit: Points.request().describe('µUSD a UTC day of a limited key; 0 for all others.'),
    nonce: uintField(32).describe('`nextNonce` of the member’s keys.'),
    deadline: uintField(48).describe('Unix seconds, at most an hour from now.'),
  }),
  signature: signatureField.transform((text) => text.toLowerCase() as Hex),
});

/** A key change with its signature. */
export interface SignedKeyChange {
  readonly change: KeyChange;
  readonly signature: Hex;
}

/** The call that makes the change, or reverts with why not. */
export const encodeChangeKey = ({ change, signature }: SignedKeyChange): Hex =>
  encodeFunctionData({
    abi: MemberKeysAbi,
    functionName: 'changeKey',
    args: [{ ...keyChangeStruct(change), dailyLimit: Number(change.dailyLimit) }, signature],
  });
