import { type Address, type Hex, keccak256, serializeTransaction } from 'viem';
import { parseEoaSignature } from '../protocol/account.ts';
import { hexToBytes } from '../protocol/bytes.ts';
import { eoaOf, signDigest } from '../protocol/secp256k1-native.ts';
import { DomainError } from '../shared/errors.ts';

/** An EIP-1559 transaction before it is signed. Fees are wei per gas. */
export interface UnsignedTransaction {
  readonly chainId: number;
  readonly nonce: number;
  readonly to: Address;
  readonly data: Hex;
  readonly gas: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** The bytes to send and the hash under which a chain will know them. */
export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hex;
}

/** Where a lane's key is. A KMS signs over the network, so it may take a while and may fail; then nothing has happened. */
export interface Signer {
  readonly address: Address;
  signTransaction(transaction: UnsignedTransaction): Promise<SignedTransaction>;
}

/** Signs with a key in memory; deterministic, so the same transaction always has the same bytes. @throws DomainError INTERNAL for a bad key */
export function privateKeySigner(privateKey: Hex): Signer {
  const key = hexToBytes(privateKey);
  const address = eoaOf(key);
  if (!address) throw new DomainError('INTERNAL', { message: 'A relay key is no valid private key.' });
  return {
    address,
    async signTransaction(transaction) {
      const unsigned = { ...transaction, type: 'eip1559' } as const;
      const signature = parseEoaSignature(signDigest(key, keccak256(serializeTransaction(unsigned))));
      if (!signature) throw new DomainError('INTERNAL', { message: 'The signature has no low s.' });
      const raw = serializeTransaction(unsigned, signature);
      return { raw, hash: keccak256(raw) };
    },
  };
}
