import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { acceptClaim, previewClaim } from '../../shared/api/calls.ts';
import { useAccount } from '../member.tsx';
import { useNetwork } from '../queries.ts';

/** What waits behind a claim link. */
export function useClaim(secret: string) {
  return useQuery({
    queryKey: ['claim', secret],
    queryFn: () => previewClaim(secret),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Keeps the points of a claim link on the member's card; again is safe, and gives nothing twice. */
export function useKeepPoints(secret: string) {
  const account = useAccount();
  const network = useNetwork().data;
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      if (!network) throw new TypeError('keeping points waits for the network');
      const { withSession } = await import('../../shared/account/session.ts');
      return withSession(account, network, (bearer) => acceptClaim(secret, bearer));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['balances'] }),
  });
}
