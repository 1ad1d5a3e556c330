/** Acts as tests write them, and as the hub takes them. */
import { id } from 'ethers';
import type { Hex } from 'viem';
import { ACT_KINDS, type Act } from '../../backend/protocol/acts.ts';

/** The last second that an act can name: never, for a test. */
export const NEVER = 2 ** 48 - 1;

/** An act with the fields that a test does not care about: any reference, the first nonce, no minimum, no deadline. */
export const anAct = (
  fields: Pick<Act, 'kind' | 'member' | 'issuer' | 'counterparty' | 'amount'> & Partial<Act>,
): Act => ({ minimum: 0n, ref: id('order 1') as Hex, nonce: 0, deadline: NEVER, ...fields });

/** An act as the hub's ABI takes it. */
export const toStruct = (act: Act) => ({ ...act, kind: ACT_KINDS.indexOf(act.kind) });
