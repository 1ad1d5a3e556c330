import { type Address, type Hex, keccak256, serializeTransaction } from 'viem';
import { type EoaSignature, parseEoaSignature } from '../protocol/account.ts';
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

export type { EoaSignature };

/** Whoever has a key: signs 32 bytes as they are, with a low s. A remote one takes its time and may fail; then nothing has happened. */
export interface DigestSigner {
  readonly address: Address;
  /** Whether it signs over the network: no database transaction should wait for it. */
  readonly isRemote: boolean;
  signDigest(digest: Hex): Promise<EoaSignature>;
}

/** Signs a lane's transactions. */
export interface Signer extends Pick<DigestSigner, 'address' | 'isRemote'> {
  signTransaction(transaction: UnsignedTransaction): Promise<SignedTransaction>;
}

/** Signs with a key in memory; deterministic, so the same transaction always has the same bytes. @throws DomainError INTERNAL for a bad key */
export function privateKeySigner(privateKey: Hex): Signer {
  const key = hexToBytes(privateKey);
  const address = eoaOf(key);
  if (!address) throw new DomainError('INTERNAL', { message: 'A relay key is no valid private key.' });
  return transactionSigner({
    address,
    isRemote: false,
    async signDigest(digest) {
      const signature = parseEoaSignature(signDigest(key, digest));
      if (!signature) throw new DomainError('INTERNAL', { message: 'The signature has no low s.' });
      return signature;
    },
  });
}

/** Signs transactions by whoever has the key. @throws (from it) what that one throws */
export const transactionSigner = ({ address, isRemote, signDigest: sign }: DigestSigner): Signer => ({
  address,
  isRemote,
  async signTransaction(transaction) {
    const unsigned = { ...transaction, type: 'eip1559' } as const;
    const signature = await sign(keccak256(serializeTransaction(unsigned)));
    const raw = serializeTransaction(unsigned, signature);
    return { raw, hash: keccak256(raw) };
  },
});
