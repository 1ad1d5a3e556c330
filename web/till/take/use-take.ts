import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { awaitPayment, openPayment } from '../../shared/api/calls.ts';
import type { Payment } from '../../shared/api/shapes.ts';
import { useTill } from '../till.tsx';

/** Between two questions; each is answered when there is something new. */
const AGAIN_MS = 500;

/** Opens a payment request. Its id is unguessable and stays the same until there is an answer. */
export function useTake() {
  const { key } = useTill();
  const open = useRef<{ id: string; amount: number } | undefined>(undefined);
  return useMutation({
    mutationFn: (amount: number) => {
      if (open.current?.amount !== amount) open.current = { id: crypto.randomUUID(), amount };
      return openPayment({ ...open.current, currency: 'USD' }, key);
    },
    onSuccess: () => {
      open.current = undefined;
    },
  });
}

/** Follows a payment request until it is paid or has expired. */
export function usePayment(id: string) {
  const queries = useQueryClient();
  const queryKey = ['payment', id];
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      awaitPayment(id, queries.getQueryData<Payment>(queryKey)?.status ?? 'open', signal),
    placeholderData: undefined,
    refetchInterval: ({ state }) =>
      state.data?.status === 'paid' || state.data?.status === 'expired' ? false : AGAIN_MS,
  });
}
