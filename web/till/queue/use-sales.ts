import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useOnline } from '../../shared/ui/use-online.ts';
import { useTill } from '../till.tsx';
import { listSales, type QueuedSale, watchSales } from './sale-queue.ts';
import { isUnderWay, sendSales } from './send-sales.ts';

/** Between two attempts to send what is kept: being online is only what the browser believes. */
const AGAIN_MS = 10_000;

/** The sales that this device keeps for the till's brand; sends them whenever it can. Used once per page. */
export function useSales(): { sales: readonly QueuedSale[]; send: () => Promise<void> } {
  const { key, partner } = useTill();
  const online = useOnline();
  const queries = useQueryClient();
  const id = partner?.id;
  const { data: sales = [] } = useQuery({
    queryKey: ['sales', id],
    queryFn: async () => (await listSales(id ?? 0)).filter((sale) => !isUnderWay(sale)),
    enabled: id !== undefined,
    networkMode: 'always',
  });
  useEffect(() => watchSales(() => queries.invalidateQueries({ queryKey: ['sales'] })), [queries]);
  useEffect(() => {
    if (id === undefined || !online) return;
    const send = () => sendSales(id, key);
    const timer = setInterval(send, AGAIN_MS);
    void send();
    return () => clearInterval(timer);
  }, [id, key, online]);
  return { sales, send: () => (id === undefined ? Promise.resolve() : sendSales(id, key)) };
}
