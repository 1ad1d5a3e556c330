import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { readPartners } from '../shared/api/calls.ts';
import type { Partner } from '../shared/api/shapes.ts';
import { keepTillKey, type TillKey } from './till-key.ts';

interface Till {
  key: string;
  /** The till's own brand; `undefined` until its number is known. */
  partner: Partner | undefined;
  partners: readonly Partner[];
  /** A receipt told whose till this is. */
  learnPartner: (id: number) => void;
}

const TillContext = createContext<Till | undefined>(undefined);

export function TillProvider({ start, children }: { start: TillKey; children: ReactNode }) {
  const [{ key, partner: id }, setKey] = useState(start);
  const partners =
    useQuery({ queryKey: ['partners'], queryFn: readPartners, refetchInterval: 30_000 }).data ?? [];
  const learnPartner = (partner: number) => {
    if (partner === id) return;
    keepTillKey({ key, partner });
    setKey({ key, partner });
  };
  return (
    <TillContext
      value={{ key, partner: partners.find((partner) => partner.id === id), partners, learnPartner }}
    >
      {children}
    </TillContext>
  );
}

/** This till's key and brand. Only below TillProvider. */
export function useTill(): Till {
  const till = useContext(TillContext);
  if (!till) throw new TypeError('useTill needs a TillProvider above it');
  return till;
}
