import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { openPayment, readPayment } from '../../shared/api/calls.ts';
import { useTill } from '../till.tsx';

const FOLLOW_MS = 1_000;

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
export function usePayment(id: string | undefined) {
  return useQuery({
    queryKey: ['payment', id],
    queryFn: () => readPayment(id ?? ''),
    enabled: id !== undefined,
    placeholderData: undefined,
    refetchInterval: ({ state }) =>
      state.data?.status === 'paid' || state.data?.status === 'expired' ? false : FOLLOW_MS,
  });
}
