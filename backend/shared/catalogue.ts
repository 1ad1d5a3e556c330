import { ACT_REFUSALS } from './refusals/acts.ts';
import { CLAIM_REFUSALS } from './refusals/claims.ts';
import { CONTACT_REFUSALS } from './refusals/contacts.ts';
import { CONTRACT_REFUSALS } from './refusals/contracts.ts';
import { ENGINE_REFUSALS } from './refusals/engine.ts';
import { IDENTITY_REFUSALS } from './refusals/identity.ts';
import { MEMBER_REFUSALS } from './refusals/members.ts';
import { NETWORK_REFUSALS } from './refusals/network.ts';
import { OFFICE_REFUSALS } from './refusals/office.ts';
import { PARTY_REFUSALS } from './refusals/parties.ts';
import { PURCHASE_REFUSALS } from './refusals/purchases.ts';
import type { Refusal } from './refusals/refusal.ts';
import { REQUEST_REFUSALS } from './refusals/requests.ts';
import { WEBHOOK_REFUSALS } from './refusals/webhooks.ts';

/** Every way in which this network says no, by its code. */
export const CATALOGUE = {
  ...REQUEST_REFUSALS,
  ...IDENTITY_REFUSALS,
  ...MEMBER_REFUSALS,
  ...PARTY_REFUSALS,
  ...PURCHASE_REFUSALS,
  ...CLAIM_REFUSALS,
  ...CONTACT_REFUSALS,
  ...ACT_REFUSALS,
  ...CONTRACT_REFUSALS,
  ...ENGINE_REFUSALS,
  ...WEBHOOK_REFUSALS,
  ...OFFICE_REFUSALS,
  ...NETWORK_REFUSALS,
} as const satisfies Record<string, Refusal>;

/** The stable name of a refusal, the same from the chain's error to the screen. */
export type ErrorCode = keyof typeof CATALOGUE;
