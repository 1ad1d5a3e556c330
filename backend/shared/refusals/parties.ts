import { refusal } from './refusal.ts';

/** Refusals about members, partners and charities. */
export const PARTY_REFUSALS = {
  MEMBER_UNKNOWN: refusal(
    404,
    'never',
    'No member is known by this',
    'Check what was typed or scanned. For a customer who is no member, report the purchase with {"claim": true} as its member, and hand the claim link over.',
  ),
  ACCOUNT_INVALID: refusal(
    400,
    'never',
    'The account cannot hold points',
    'Send the address of an account that someone has the key of.',
  ),
  PARTNER_UNKNOWN: refusal(404, 'never', 'There is no such partner', 'Take a number from GET /v1/partners.'),
  CHARITY_UNKNOWN: refusal(404, 'never', 'There is no such charity', 'Take a number from GET /v1/charities.'),
  PROGRAMME_MISSING: refusal(
    409,
    'later',
    'The brand has no earning rule yet',
    'Ask the operator to set the earning rule of the brand.',
  ),
  PARTNER_HALTED: refusal(
    409,
    'later',
    'The brand is halted',
    'Wait until the coalition resumes it, or choose another brand.',
  ),
  COALITION_HALTED: refusal(
    409,
    'later',
    'The coalition is halted',
    'Wait until the coalition resumes; points are safe meanwhile.',
  ),
} as const;
