import { t } from '@lingui/core/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { readBalances, readCharities, readHistory, readNetwork, readPartners } from '../shared/api/calls.ts';
import type { Balance, Charity, Partner } from '../shared/api/shapes.ts';
import { isTold } from './live/told.ts';
import { useAccount } from './member.tsx';

const LIVE_MS = 1_500;
const SLOW_MS = 20_000;

/** While the stream of events is open it says when to read again, and polling only makes sure. */
const unlessTold = (ms: number) => () => (isTold() ? SLOW_MS : ms);

/** Which coalition this is; it does not change while the page is open. */
export const networkQuery = {
  queryKey: ['network'],
  queryFn: readNetwork,
  staleTime: Number.POSITIVE_INFINITY,
  retry: 3,
};

export function useNetwork() {
  return useQuery(networkQuery);
}

export function usePartners() {
  return useQuery({ queryKey: ['partners'], queryFn: readPartners, refetchInterval: SLOW_MS });
}

export function useCharities() {
  return useQuery({ queryKey: ['charities'], queryFn: readCharities, refetchInterval: SLOW_MS });
}

export function useBalances() {
  const { address } = useAccount();
  return useQuery({
    queryKey: ['balances', address],
    queryFn: () => readBalances(address),
    refetchInterval: unlessTold(LIVE_MS),
  });
}

/** Pages of the member's history, newest first. It opens a session, which an own wallet asks its owner for. */
export function useHistory(enabled: boolean) {
  const account = useAccount();
  const network = useNetwork().data;
  return useInfiniteQuery({
    queryKey: ['history', account.address],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { withSession } = await import('../shared/account/session.ts');
      if (!network) throw new TypeError('history waits for the network');
      return withSession(account, network, (token) => readHistory(account.address, token, pageParam));
    },
    getNextPageParam: (page) => page.next,
    enabled: enabled && network !== undefined,
    refetchInterval: unlessTold(2 * LIVE_MS),
  });
}

/** A brand with what the member has of it. */
export interface Holding {
  partner: Partner;
  balance: Balance;
}

/** Brands whose points the member has, most valuable first. */
export function holdingsOf(
  partners: readonly Partner[] | undefined,
  balances: readonly Balance[] | undefined,
): Holding[] {
  const held = (balances ?? []).flatMap((balance) => {
    const partner = partners?.find(({ id }) => id === balance.partner);
    return partner && balance.points > 0n ? [{ partner, balance }] : [];
  });
  return held.sort((a, b) => (a.balance.value < b.balance.value ? 1 : -1));
}

export const partnerName = (partners: readonly Partner[] | undefined, id: number) =>
  partners?.find((partner) => partner.id === id)?.name ?? t`Brand ${id}`;

export const charityName = (charities: readonly Charity[] | undefined, id: number) =>
  charities?.find((charity) => charity.id === id)?.name ?? t`Charity ${id}`;
