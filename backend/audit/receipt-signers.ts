/** Who may sign receipts, and until when: the holders of the coalition's RECEIPT_SIGNER role, from the authority's events. */
import { type Address, type Client, decodeEventLog, type Hex } from 'viem';
import { readContract } from 'viem/actions';
import { AccessManagerAbi, CoalitionAbi } from '../../artifacts/abi.ts';
import { ROLES } from '../protocol/roles.ts';
import { readLogs } from './read-logs.ts';

/** By signer in lower case: the second from which its signatures are worth nothing, or null while it holds the role. */
export type ReceiptSigners = ReadonlyMap<string, { readonly revokedAt: number | null }>;

/** Reads every grant and revocation of the role up to a block. Throws viem's errors. */
export async function readReceiptSigners(
  client: Client,
  { coalition, to }: { coalition: Address; to: number },
): Promise<ReceiptSigners> {
  const at = { abi: CoalitionAbi, address: coalition, blockNumber: BigInt(to) } as const;
  const authority = await readContract(client, { ...at, functionName: 'authority' });
  const signers = new Map<string, { revokedAt: number | null }>();
  for await (const { logs } of readLogs(client, { addresses: [authority], from: 0, to })) {
    for (const { topics, data, timestamp } of logs) {
      const event = decodeEventLog({
        abi: AccessManagerAbi,
        topics: topics as [Hex, ...Hex[]],
        data,
        strict: false,
      });
      if (event.eventName !== 'RoleGranted' && event.eventName !== 'RoleRevoked') continue;
      const { roleId, account } = event.args;
      if (roleId !== ROLES.RECEIPT_SIGNER || !account) continue;
      signers.set(account.toLowerCase(), { revokedAt: event.eventName === 'RoleRevoked' ? timestamp : null });
    }
  }
  return signers;
}
