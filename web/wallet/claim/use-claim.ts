import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { withSession } from '../../shared/account/session.ts';
import { amount, fields, instant, integer, oneOf, type Parsed } from '../../shared/api/parse.ts';
import { request } from '../../shared/api/request.ts';
import { useAccount } from '../member.tsx';
import { useNetwork } from '../queries.ts';

const claimShape = fields({
  partner: integer,
  points: amount,
  status: oneOf('open', 'accepted', 'lapsed'),
  expiresAt: instant,
});
export type Claim = Parsed<typeof claimShape>;
const acceptedShape = fields({ points: amount });

/** What waits behind a claim link. */
export function useClaim(secret: string) {
  return useQuery({
    queryKey: ['claim', secret],
    queryFn: () => request('previewClaim', claimShape, { body: { secret } }),
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
      return withSession(account, network, (bearer) =>
        request('acceptClaim', acceptedShape, { body: { secret } }, { bearer }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['balances'] }),
  });
}
