import { type ContractFunctionName, type Hex, toFunctionSelector } from 'viem';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { ROLE_FUNCTIONS, type RoleName } from '../../backend/protocol/roles.ts';

type HubFunction = ContractFunctionName<typeof CoalitionAbi>;

const selectorsOf = (names: readonly HubFunction[]): Hex[] =>
  names.map((name) => {
    const item = CoalitionAbi.find((entry) => entry.type === 'function' && entry.name === name);
    if (item?.type !== 'function') throw new TypeError(`${name} is no function of the hub`);
    return toFunctionSelector(item);
  });

/** The selectors of the hub's restricted functions by role; a name that the hub lacks does not compile. */
export const ROLE_SELECTORS: Record<RoleName, readonly Hex[]> = {
  GOVERNOR: selectorsOf(ROLE_FUNCTIONS.GOVERNOR),
  ISSUER: selectorsOf(ROLE_FUNCTIONS.ISSUER),
  GUARDIAN: selectorsOf(ROLE_FUNCTIONS.GUARDIAN),
  RECEIPT_SIGNER: selectorsOf(ROLE_FUNCTIONS.RECEIPT_SIGNER),
};
