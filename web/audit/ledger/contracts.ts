import type { Hex } from 'viem';
import { bytesToHex, hexToBytes } from '../../../backend/protocol/bytes.ts';
import { keccak } from '../../../backend/protocol/keccak.ts';
import type { Rpc } from '../../shared/chain/rpc.ts';

/** A contract with what the chain has as its code. `cloneOf` is the contract that an EIP-1167 clone passes everything on to. */
export interface ContractCode {
  readonly name: string;
  readonly address: Hex;
  readonly codeHash: Hex;
  readonly bytes: number;
  readonly cloneOf: Hex | undefined;
}

/** What follows it are the clone's own immutable arguments. */
const CLONE = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/;

/** Reads the code of contracts at a block. @throws RpcProblem */
export const readContracts = (
  rpc: Rpc,
  contracts: readonly { name: string; address: Hex }[],
  block: number,
): Promise<ContractCode[]> =>
  Promise.all(
    contracts.map(async ({ name, address }) => {
      const code = String(await rpc.ask('eth_getCode', [address, `0x${block.toString(16)}`])) as Hex;
      const implementation = CLONE.exec(code.toLowerCase())?.[1];
      const bytes = hexToBytes(code);
      return {
        name,
        address,
        codeHash: bytesToHex(keccak(bytes)),
        bytes: bytes.length,
        cloneOf: implementation ? (`0x${implementation}` as const) : undefined,
      };
    }),
  );
