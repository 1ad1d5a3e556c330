import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useAccount } from '../member.tsx';
import { useNetwork } from '../queries.ts';

/** Lets the server tell this page what happens, where that asks nobody anything: an own wallet's owner would have to sign in. */
export function useLive(): void {
  const account = useAccount();
  const network = useNetwork().data;
  const queries = useQueryClient();
  useEffect(() => {
    if (account.kind !== 'device' || !network) return;
    const leaving = new AbortController();
    void import('./follow-events.ts').then(({ followEvents }) =>
      followEvents({ account, network, queries }, leaving.signal),
    );
    return () => leaving.abort();
  }, [account, network, queries]);
}
