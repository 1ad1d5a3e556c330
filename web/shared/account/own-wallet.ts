import { createConfig, http, injected } from 'wagmi';
import { connect, getConnection, reconnect, signTypedData, switchChain } from 'wagmi/actions';
import { signInTypedData, typedDataOf } from '../../../backend/protocol/acts.ts';
import { readNetwork } from '../api/calls.ts';
import { chainOf } from '../chain/client.ts';
import { type Account, ApprovalDeclined } from './account.ts';

/** There is no wallet in this browser to connect. */
export class OwnWalletMissing extends Error {
  override name = 'OwnWalletMissing';
}

/** EIP-1193: the person said no. */
const USER_REJECTED = 4001;

type Config = Awaited<ReturnType<typeof configure>>;

/** Opens the wallet's own dialog and returns the account that was picked there. @throws OwnWalletMissing, ApprovalDeclined */
export async function connectOwnWallet(): Promise<Account> {
  const config = await configure();
  const [connector] = config.connectors;
  if (!connector || !(await connector.getProvider()))
    throw new OwnWalletMissing('No wallet is installed in this browser');
  const { accounts } = await calmly(connect(config, { connector }));
  return toAccount(config, accounts[0]);
}

/** The account of a wallet that was connected before, without a prompt; `undefined` when it is locked or gone. */
export async function reopenOwnWallet(): Promise<Account | undefined> {
  const config = await configure();
  await reconnect(config);
  const { address } = getConnection(config);
  return address && toAccount(config, address);
}

async function configure() {
  const chain = chainOf(await readNetwork());
  return createConfig({ chains: [chain], connectors: [injected()], transports: { [chain.id]: http() } });
}

function toAccount(config: Config, address: `0x${string}`): Account {
  const onOurChain = async () => {
    const [chain] = config.chains;
    if (getConnection(config).chainId !== chain.id) await calmly(switchChain(config, { chainId: chain.id }));
  };
  return {
    kind: 'own',
    address,
    enrolment: { account: address },
    async approveAct(act, network) {
      await onOurChain();
      const data = typedDataOf(act, network);
      // One call a kind, because each message is checked against its own struct.
      if (data.primaryType === 'Redemption')
        return calmly(signTypedData(config, { ...data, account: address }));
      if (data.primaryType === 'Exchange')
        return calmly(signTypedData(config, { ...data, account: address }));
      if (data.primaryType === 'Gift') return calmly(signTypedData(config, { ...data, account: address }));
      if (data.primaryType === 'Cancellation')
        return calmly(signTypedData(config, { ...data, account: address }));
      return calmly(signTypedData(config, { ...data, account: address }));
    },
    async approveSignIn(signIn, network) {
      await onOurChain();
      return calmly(signTypedData(config, { ...signInTypedData(signIn, network), account: address }));
    },
  };
}

/** A refusal in the wallet is an answer, not a failure. */
async function calmly<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (cause) {
    if (isRejection(cause)) throw new ApprovalDeclined('declined in the wallet', { cause });
    throw cause;
  }
}

function isRejection(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return ('code' in error && error.code === USER_REJECTED) || ('cause' in error && isRejection(error.cause));
}
