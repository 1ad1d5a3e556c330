import { useQuery } from '@tanstack/react-query';
import { withSession } from '../../shared/account/session.ts';
import { readAct, readHistory } from '../../shared/api/calls.ts';
import type { ActState } from '../../shared/api/shapes.ts';
import { useAccount } from '../member.tsx';
import { useNetwork } from '../queries.ts';

const AGAIN_MS = 2_000;

/**
 * The voucher of a redemption that is done. Usually it came with the act. An act that was handed in twice, because its first
 * answer was lost, is told of without it, since by then anybody could have handed it in: then the member's own history has it.
 * `undefined` while it is looked for, and with an own wallet, whose owner would have to be asked.
 */
export function useVoucher({ act, status, voucher }: ActState): string | undefined {
  const account = useAccount();
  const network = useNetwork().data;
  const done = status === 'mined' || status === 'final';
  const found = useQuery({
    queryKey: ['voucher', account.address, act.issuer, act.nonce],
    queryFn: async () => {
      if (!network) throw new TypeError('a voucher waits for the network');
      const { items } = await withSession(account, network, (token) => readHistory(account.address, token));
      for (const item of items) {
        if (item.kind !== 'redemption' || item.partner !== act.issuer || !item.act) continue;
        const own = await readAct(item.act);
        if (own.act.nonce === act.nonce) return own.voucher ?? null;
      }
      return null;
    },
    enabled: voucher === undefined && done && account.kind === 'device' && network !== undefined,
    placeholderData: undefined,
    refetchInterval: ({ state }) => (state.data ? false : AGAIN_MS),
  });
  return voucher ?? found.data ?? undefined;
}
