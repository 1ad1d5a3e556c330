import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types';
import type { AddressLike } from 'ethers';
import { CoalitionAbi } from '../../artifacts/abi.ts';
import type { ICoalition } from '../../artifacts/types/contracts/ICoalition.ts';

/** The hub as ethers sees it: all that it answers, what its back office does for it among it. */
export type Hub = ICoalition;

/** The hub at `address`, with every error and event that a call of it can bring about. */
export async function hubAt(ethers: HardhatEthers, address: AddressLike): Promise<Hub> {
  const contract = await ethers.getContractAt([...CoalitionAbi], await ethers.resolveAddress(address));
  return contract as unknown as Hub;
}

/** Deploys a hub and its back office from the first account. */
export async function deployHub(
  ethers: HardhatEthers,
  { authority, stablecoin }: { authority: AddressLike; stablecoin: AddressLike },
): Promise<Hub> {
  const backOffice = await ethers.deployContract('BackOffice');
  const hub = await ethers.deployContract('Coalition', [authority, stablecoin, backOffice]);
  return hubAt(ethers, hub);
}
