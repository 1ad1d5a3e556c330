/** EOAs with code, by the transaction that EIP-7702 has for it. */
import { type AddressLike, resolveAddress, Transaction, type Wallet } from 'ethers';
import type { Hex } from 'viem';
import { ethers, networkHelpers, provider } from '../../../helpers/chain.ts';

const FEES = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 0n, gasLimit: 2_000_000n } as const;

/** Lets the code at `delegate` speak for the EOA, which sends itself `data` in the same transaction. */
export async function delegateTo(eoa: Wallet, delegate: AddressLike, data: Hex = '0x'): Promise<void> {
  await networkHelpers.setBalance(eoa.address, 10n ** 18n);
  const { chainId } = await ethers.provider.getNetwork();
  const nonce = await ethers.provider.getTransactionCount(eoa.address);
  // The transaction uses up a nonce of the EOA before the authorization does.
  const authorization = eoa.authorizeSync({
    address: await resolveAddress(delegate),
    chainId,
    nonce: nonce + 1,
  });
  const transaction = Transaction.from({
    type: 4,
    chainId,
    nonce,
    to: eoa.address,
    data,
    authorizationList: [authorization],
    ...FEES,
  });
  transaction.signature = eoa.signingKey.sign(transaction.unsignedHash);
  await provider.request({ method: 'eth_sendRawTransaction', params: [transaction.serialized] });
}
