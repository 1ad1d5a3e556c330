import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { readPartners, readTill } from '../shared/api/calls.ts';
import type { Partner } from '../shared/api/shapes.ts';

interface Till {
  key: string;
  /** The till's own brand; `undefined` while it is being read. */
  partner: Partner | undefined;
  partners: readonly Partner[];
  /** The key was refused, so nothing can be done with it. */
  refused: unknown;
}

const TillContext = createContext<Till | undefined>(undefined);

export function TillProvider({ tillKey, children }: { tillKey: string; children: ReactNode }) {
  const till = useQuery({
    queryKey: ['till', tillKey],
    queryFn: () => readTill(tillKey),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const partners = useQuery({ queryKey: ['partners'], queryFn: readPartners, refetchInterval: 30_000 });
  const value = {
    key: tillKey,
    partner: partners.data?.find(({ id }) => id === till.data?.partner),
    partners: partners.data ?? [],
    refused: till.error,
  };
  return <TillContext value={value}>{children}</TillContext>;
}

/** This till's key and brand. Only below TillProvider. */
export function useTill(): Till {
  const till = useContext(TillContext);
  if (!till) throw new TypeError('useTill needs a TillProvider above it');
  return till;
}
