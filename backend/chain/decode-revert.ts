import { type Abi, decodeErrorResult, type Hex } from 'viem';
import { AccessManagerAbi, CoalitionAbi, MemberKeysAbi, PointsTokenAbi } from '../../artifacts/abi.ts';
import { isHexBytes } from '../protocol/bytes.ts';
import type { ErrorCode } from '../shared/catalogue.ts';
import { DomainError, type ErrorDetails } from '../shared/errors.ts';

/** Every custom error that a call into the hub can end with: its own, the token's, the members' keys', and the authority's. */
const ERRORS: Abi = [...CoalitionAbi, ...PointsTokenAbi, ...MemberKeysAbi, ...AccessManagerAbi].filter(
  ({ type }) => type === 'error',
);

/** The contracts' errors under the network's codes; one name from the chain to the screen. */
export const CODES: Readonly<Record<string, ErrorCode>> = {
  ActExpired: 'ACT_EXPIRED',
  ActSignatureInvalid: 'ACT_SIGNATURE_INVALID',
  ActCounterpartyInvalid: 'ACT_COUNTERPARTY_INVALID',
  ActWorthless: 'ACT_WORTHLESS',
  ActMinimumNotMet: 'ACT_MINIMUM_NOT_MET',
  PointsInsufficient: 'POINTS_INSUFFICIENT',
  PointsNonceUnusable: 'ACT_NONCE_USED',
  ReserveInsufficient: 'RESERVE_INSUFFICIENT',
  CoverageInsufficient: 'COVERAGE_INSUFFICIENT',
  PartnerUnknown: 'PARTNER_UNKNOWN',
  PartnerHalted: 'PARTNER_HALTED',
  CoalitionHalted: 'COALITION_HALTED',
  CharityUnknown: 'CHARITY_UNKNOWN',
  BatchNumberUnexpected: 'BATCH_NUMBER_TAKEN',
  MintAllowanceExceeded: 'MINT_ALLOWANCE_EXCEEDED',
  MintAllowanceInvalid: 'ALLOWANCE_INVALID',
  IssuanceCallerNotKey: 'CALLER_NOT_ALLOWED',
  PartnerLeaving: 'PARTNER_LEAVING',
  PartnerCallerNotAdmin: 'CALLER_NOT_ALLOWED',
  PartnerAdminInvalid: 'PARTNER_TERMS_INVALID',
  PartnerCalendarInvalid: 'PARTNER_TERMS_INVALID',
  PartnerCoverageInvalid: 'PARTNER_TERMS_INVALID',
  PartnerSharesInvalid: 'PARTNER_TERMS_INVALID',
  CharitySuspended: 'CHARITY_SUSPENDED',
  CharityNothingPayable: 'CHARITY_REFUSED',
  CharityPayoutInvalid: 'CHARITY_REFUSED',
  MatchInvalid: 'MATCH_INVALID',
  FeeTooHigh: 'FEE_INVALID',
  PotInsufficient: 'POT_INSUFFICIENT',
  ExitNotBegun: 'EXIT_REFUSED',
  ExitNothingToRelease: 'EXIT_REFUSED',
  ExitPointsLive: 'EXIT_REFUSED',
  RefundRepeated: 'REFUND_REPEATED',
  RefundExpired: 'REFUND_EXPIRED',
  SuccessorUnknown: 'SUCCESSOR_UNKNOWN',
  PointValueInvalid: 'POINT_VALUE_INVALID',
  PointValueEpochNotLive: 'POINT_VALUE_INVALID',
  PointValueNotRaised: 'POINT_VALUE_INVALID',
  PointValueNoticeTooShort: 'POINT_VALUE_INVALID',
  ReserveAmountZero: 'AMOUNT_INVALID',
  SafeCastOverflowedUintDowncast: 'AMOUNT_INVALID',
  StablecoinShortfall: 'STABLECOIN_REFUSED',
  SafeERC20FailedOperation: 'STABLECOIN_REFUSED',
  WithdrawalsAreHalted: 'WITHDRAWALS_HALTED',
  WithdrawalsHaltTooSoon: 'WITHDRAWALS_HALTED',
  AccessManagedUnauthorized: 'CALLER_NOT_ALLOWED',
  AccessManagedRequiredDelay: 'CALL_DELAYED',
  PointsCallerNotCoalition: 'CALLER_NOT_ALLOWED',
  PointsNotTransferable: 'POINTS_NOT_TRANSFERABLE',
  PointsAccountClosed: 'ACCOUNT_INVALID',
  PointsSupplyCapExceeded: 'POINTS_SUPPLY_FULL',
  PointsEpochCapExceeded: 'POINTS_SUPPLY_FULL',
  PointsNeverMinted: 'POINTS_NEVER_MINTED',
  PointsEpochAhead: 'POINTS_EPOCH_AHEAD',
  ERC7818TransferredExpiredToken: 'POINTS_EPOCH_EXPIRED',
  ERC20InvalidReceiver: 'ACCOUNT_INVALID',
  ERC20InsufficientAllowance: 'PERMIT_INVALID',
  ERC2612ExpiredSignature: 'PERMIT_INVALID',
  ERC2612InvalidSigner: 'PERMIT_INVALID',
  InvalidAccountNonce: 'PERMIT_INVALID',
  KeyLimitExceeded: 'KEY_LIMIT_EXCEEDED',
  KeyCallerNotCoalition: 'CALLER_NOT_ALLOWED',
  KeyChangeExpired: 'KEY_CHANGE_EXPIRED',
  KeyNonceInvalid: 'KEY_NONCE_INVALID',
  KeySignatureInvalid: 'KEY_SIGNATURE_INVALID',
  KeyPowerInsufficient: 'KEY_POWER_INSUFFICIENT',
  KeyInvalid: 'KEY_NOT_CHANGEABLE',
  KeyUnknown: 'KEY_UNKNOWN',
  KeyAlreadyAdded: 'KEY_ALREADY_ADDED',
  KeyDailyLimitInvalid: 'KEY_DAILY_LIMIT_INVALID',
  KeyMemberSucceeded: 'KEY_MEMBER_SUCCEEDED',
};

/** What a revert said: the contract's name for it and its arguments, or the raw data when no ABI knows it. */
export interface Revert {
  readonly name: string;
  readonly details: ErrorDetails;
}

/** Reads revert data. Null when there is none, or when it is no error of ours. */
export function parseRevert(data: Hex): Revert | null {
  if (data.length < 10) return null;
  try {
    const { errorName, args = [], abiItem } = decodeErrorResult({ abi: ERRORS, data });
    const inputs = 'inputs' in abiItem ? abiItem.inputs : [];
    const facts = inputs.map((input, index) => {
      const value = args[index];
      return [input.name ?? String(index), typeof value === 'number' ? value : String(value)] as const;
    });
    return { name: errorName, details: Object.fromEntries(facts) };
  } catch {
    return null;
  }
}

/**
 * Revert data as a refusal with the same facts; an error that has no code of its own becomes `otherwise`, with its name in `details.error`.
 */
export function revertToError(data: Hex, otherwise: ErrorCode): DomainError {
  const revert = parseRevert(data);
  if (!revert) return new DomainError(otherwise, { details: { data: data.slice(0, 138) } });
  const { name, details } = revert;
  const facts = Object.entries(details).map(([key, value]) => `${key} ${value}`);
  return new DomainError(codeOf(revert) ?? otherwise, {
    message: `${name}: ${facts.join(', ') || 'no further facts'}.`,
    details: { error: name, ...details },
  });
}

function codeOf({ name, details }: Revert): ErrorCode | undefined {
  // The contract has one error for a nonce that is used and one that is too far ahead; members do different things about them.
  if (name === 'PointsNonceUnusable' && Number(details.nonce) >= Number(details.next))
    return 'ACT_NONCE_TOO_FAR';
  return CODES[name];
}

const MAX_CAUSES = 8;

/** The data that a call reverted with, found in whatever the client threw; null when the call failed otherwise (no answer, for example). */
export function revertDataOf(error: unknown): Hex | null {
  let at: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof at === 'object' && at !== null; depth++) {
    const { data, cause, message } = at as { data?: unknown; cause?: unknown; message?: unknown };
    const inner = typeof data === 'object' && data !== null && 'data' in data ? data.data : data;
    if (isHexBytes(inner)) return inner;
    if (cause === undefined && typeof message === 'string' && /execution reverted/i.test(message))
      return '0x';
    at = cause;
  }
  return null;
}
