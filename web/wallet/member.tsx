import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { type Account, chooseGuestCard, chooseOwnWallet, openAccount } from '../shared/account/account.ts';
import { enrolMember } from '../shared/api/calls.ts';

const MemberContext = createContext<Account | undefined>(undefined);

export function MemberProvider({ account, children }: { account: Account; children: ReactNode }) {
  return <MemberContext value={account}>{children}</MemberContext>;
}

/** The account that this page acts for. Only below MemberProvider. */
export function useAccount(): Account {
  const account = useContext(MemberContext);
  if (!account) throw new TypeError('useAccount needs a MemberProvider above it');
  return account;
}

const ACCOUNT_KEY = ['account'];

/** Opens the guest card or own wallet of this browser: no question, no network. */
export function useOpenAccount() {
  return useQuery({
    queryKey: ACCOUNT_KEY,
    queryFn: openAccount,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Changes between the guest card and an own wallet. */
export function useChangeAccount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (to: 'own' | 'device') => (to === 'own' ? chooseOwnWallet() : chooseGuestCard()),
    onSuccess: (account) => queries.setQueryData(ACCOUNT_KEY, account),
  });
}

const codeSlot = (address: string) => `tessera.code.${address.toLowerCase()}`;

/** The member's 8-digit code. After the first time it is there at once, offline too. */
export function useMemberCode(): { code: string | undefined; error: unknown } {
  const account = useAccount();
  const enrolment = useQuery({
    queryKey: ['code', account.address],
    queryFn: async () => {
      const { code } = await enrolMember(account.enrolment);
      localStorage.setItem(codeSlot(account.address), code);
      return code;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: 2_000,
    placeholderData: () => localStorage.getItem(codeSlot(account.address)) ?? undefined,
  });
  return { code: enrolment.data, error: enrolment.failureReason };
}
