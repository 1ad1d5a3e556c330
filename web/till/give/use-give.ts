import { useMutation, useQuery } from '@tanstack/react-query';
import { type PurchaseBody, readPurchase } from '../../shared/api/calls.ts';
import type { Purchase } from '../../shared/api/shapes.ts';
import { reportSale } from '../queue/send-sales.ts';
import { useTill } from '../till.tsx';

const FOLLOW_MS = 1_500;

export type Sale = Omit<PurchaseBody, 'id' | 'occurredAt'>;

/** A sale that was recorded, or that is kept until it can be. */
export type Outcome = { readonly purchase: Purchase } | { readonly kept: PurchaseBody };

/**
 * Reports a sale. It is kept on this device first, under an id made once, and sent again until it is answered: whatever fails in
 * between, it counts, and once. A refused one was not recorded and is not kept.
 */
export function useGive() {
  const { key, partner } = useTill();
  return useMutation({
    networkMode: 'always',
    mutationFn: async (sale: Sale): Promise<Outcome> => {
      const body = { ...sale, id: crypto.randomUUID(), occurredAt: new Date().toISOString() };
      const queued = { partner: partner?.id ?? 0, body };
      const purchase = await reportSale(queued, key);
      return purchase ? { purchase } : { kept: body };
    },
  });
}

/** Follows a purchase until its points are final. */
export function usePurchaseStatus(id: string | undefined) {
  const { key } = useTill();
  return useQuery({
    queryKey: ['purchase', id],
    queryFn: () => readPurchase(id ?? '', key),
    enabled: id !== undefined,
    placeholderData: undefined,
    refetchInterval: ({ state }) => (state.data?.status === 'final' ? false : FOLLOW_MS),
  });
}
