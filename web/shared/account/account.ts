import type { Hex } from 'viem';
import type { Act, Network, SignIn } from '../../../backend/protocol/acts.ts';
import { openDeviceKey } from './device-key.ts';

/** Whoever holds the points: this browser's device key, or a wallet that the member brought along. */
export interface Account {
  kind: 'device' | 'own';
  address: Hex;
  /** What POST /v1/members takes. */
  enrolment: { account: Hex } | { publicKey: { x: Hex; y: Hex } };
  /** Signature bytes over the act as the contracts check them. @throws ApprovalDeclined */
  approveAct(act: Act, network: Network): Promise<Hex>;
  /** Signature bytes that open a session. @throws ApprovalDeclined */
  approveSignIn(signIn: SignIn, network: Network): Promise<Hex>;
}

/** The member said no, or the prompt ran out: nothing happened. */
export class ApprovalDeclined extends Error {
  override name = 'ApprovalDeclined';
}

const CHOICE = 'tessera.account';

/** Opens the account used last here: the guest card, unless the member chose an own wallet. */
export async function openAccount(): Promise<Account> {
  if (localStorage.getItem(CHOICE) !== 'own') return openGuestCard();
  const { reopenOwnWallet } = await import('./own-wallet.ts');
  return (await reopenOwnWallet()) ?? openGuestCard();
}

/** The account of this browser's device key. It asks nothing and needs no network. */
export async function openGuestCard(): Promise<Account> {
  const key = await openDeviceKey();
  return {
    kind: 'device',
    address: key.account,
    enrolment: { publicKey: key.publicKey },
    // Hashing typed data is only needed at the first approval, so its code comes then.
    approveAct: async (act, network) =>
      key.sign((await import('../../../backend/protocol/acts.ts')).actDigest(act, network)),
    approveSignIn: async (signIn, network) =>
      key.sign((await import('../../../backend/protocol/acts.ts')).signInDigest(signIn, network)),
  };
}

/** Asks the browser's wallet for its account and uses it from now on. @throws ApprovalDeclined, OwnWalletMissing */
export async function chooseOwnWallet(): Promise<Account> {
  const { connectOwnWallet } = await import('./own-wallet.ts');
  const account = await connectOwnWallet();
  localStorage.setItem(CHOICE, 'own');
  return account;
}

/** Goes back to the guest card, which is as it was left. */
export async function chooseGuestCard(): Promise<Account> {
  localStorage.removeItem(CHOICE);
  return openGuestCard();
}
