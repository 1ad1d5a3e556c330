import { useMutation, useQuery } from '@tanstack/react-query';
import { type PurchaseBody, readPurchase, recordPurchase } from '../../shared/api/calls.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import { useTill } from '../till.tsx';

const OPEN_SLOT = 'tessera.till.purchase';
const FOLLOW_MS = 1_500;

export type Sale = Omit<PurchaseBody, 'id' | 'occurredAt'>;

/**
 * Reports a purchase. Its id is made once and kept, over a reload too, until there is an answer: sent again it is the same
 * purchase and counts once. Only an unanswered one is kept; a refused one was not recorded.
 */
export function useGive() {
  const { key } = useTill();
  return useMutation({
    mutationFn: async (sale: Sale) => {
      const body = openPurchase(sale);
      try {
        const purchase = await recordPurchase(body, key);
        sessionStorage.removeItem(OPEN_SLOT);
        return purchase;
      } catch (error) {
        if (!(error instanceof ApiProblem && isUnanswered(error))) sessionStorage.removeItem(OPEN_SLOT);
        throw error;
      }
    },
  });
}

/** Whether the purchase may have been recorded although no answer came. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ApiProblem && (error.unknownOutcome || error.status === 429);
}

/** The purchase that is still unanswered, when it is for the same sale; else a new one. */
function openPurchase(sale: Sale): PurchaseBody {
  const kept = sessionStorage.getItem(OPEN_SLOT);
  const open = kept ? (JSON.parse(kept) as PurchaseBody) : undefined;
  if (open && open.member === sale.member && open.amount === sale.amount && open.currency === sale.currency)
    return open;
  const body = { ...sale, id: crypto.randomUUID(), occurredAt: new Date().toISOString() };
  sessionStorage.setItem(OPEN_SLOT, JSON.stringify(body));
  return body;
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
