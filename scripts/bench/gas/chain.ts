/** A chain for measuring: in this process, made anew, with a fixed date, so that the same code costs the same. */
import { network } from 'hardhat';

/** 10 February 2028, 12:00 UTC. */
const START = new Date(Date.UTC(2028, 1, 10, 12));

/** Room for a batch of 500 new words under EIP-8037, where one costs about 103,000 gas. */
const GAS_LIMIT = 120_000_000;

export type BenchChain = Awaited<ReturnType<typeof openBenchChain>>;

/** A transaction that has been sent. */
export interface Sent {
  wait(): Promise<{ gasUsed: bigint } | null>;
}

/** Opens a chain of a hardfork that Hardhat's EVM knows. */
export async function openBenchChain(hardfork: string) {
  const { ethers, networkHelpers } = await network.create({
    override: {
      hardfork,
      initialDate: START,
      blockGasLimit: GAS_LIMIT,
      // The cap of EIP-7825 is part of what is measured, except where the limit above is needed.
      ...(hardfork === 'osaka' ? {} : { transactionGasCap: GAS_LIMIT }),
    },
  });
  const signer = async (index: number) => {
    const one = (await ethers.getSigners())[index];
    if (!one) throw new TypeError('the chain has no accounts');
    return one;
  };
  return {
    ethers,
    operator: await signer(0),
    relay: await signer(1),
    brand: await signer(2),
    setBalance: (account: string, wei: bigint) => networkHelpers.setBalance(account, wei),
    /** Gas of a transaction, divided by the number of its items. */
    gasOf: async (sending: Promise<Sent>, items = 1): Promise<number> => {
      const receipt = await (await sending).wait();
      if (!receipt) throw new TypeError('the transaction was not mined');
      return Number(receipt.gasUsed) / items;
    },
  };
}
