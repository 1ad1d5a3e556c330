import { type ContractFunctionName, type Hex, toFunctionSelector } from 'viem';
import { getAbiItem } from 'viem/utils';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import { ROLE_FUNCTIONS, type RoleName } from '../../backend/protocol/roles.ts';

type HubFunction = ContractFunctionName<typeof CoalitionAbi>;

const selectorsOf = (names: readonly HubFunction[]): Hex[] =>
  names.map((name) => {
    const item = getAbiItem({ abi: CoalitionAbi, name });
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
