import { t } from '@lingui/core/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { ApprovalDeclined } from '../../shared/account/account.ts';
import { readAct, requestQuote, submitAct } from '../../shared/api/calls.ts';
import { ApiProblem } from '../../shared/api/request.ts';
import type { Act, Quote, SpendKind } from '../../shared/api/shapes.ts';
import { useAccount } from '../member.tsx';
import { networkQuery } from '../queries.ts';
import { problemWords } from '../words/problems.ts';

const PROGRESS_MS = 1_000;

/** What the member wants to do; `payment` takes the shop from a payment request. */
export interface Wish {
  kind: SpendKind;
  issuer: number;
  counterparty?: number | undefined;
  amount: bigint;
  payment?: string | undefined;
}

/** A quote that is not for what was asked: it must not be approved. */
class QuoteMismatch extends Error {
  override name = 'QuoteMismatch';
}

/** Asks for the exact terms, and refuses terms for anything but the wish. */
export function useQuote() {
  const { address } = useAccount();
  return useMutation({
    mutationFn: async (wish: Wish): Promise<Quote> => {
      const quote = await requestQuote({ ...wish, member: address });
      if (!isFor(quote.act, wish, address)) throw new QuoteMismatch('quote differs from what was asked');
      return quote;
    },
  });
}

function isFor(act: Act, wish: Wish, member: string): boolean {
  return (
    act.kind === wish.kind &&
    act.member.toLowerCase() === member.toLowerCase() &&
    act.issuer === wish.issuer &&
    act.amount === wish.amount &&
    (wish.payment !== undefined || act.counterparty === wish.counterparty)
  );
}

/** Approves a quote and hands it in. Approved once, a retry sends the same bytes again, so it can't be spent twice. */
export function useApprove() {
  const account = useAccount();
  const queries = useQueryClient();
  const approved = useRef<{ act: Act; signature: `0x${string}` } | undefined>(undefined);
  return useMutation({
    mutationFn: async (act: Act) => {
      if (approved.current?.act !== act) {
        const network = await queries.ensureQueryData(networkQuery);
        approved.current = { act, signature: await account.approveAct(act, network) };
      }
      return submitAct(act, approved.current.signature);
    },
  });
}

/** Follows an act until it is final; balances and history are read again when it is recorded. */
export function useActProgress(id: string | undefined) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ['act', id],
    queryFn: async () => {
      const state = await readAct(id ?? '');
      if (state.status === 'mined' || state.status === 'final') {
        void queries.invalidateQueries({ queryKey: ['balances'] });
        void queries.invalidateQueries({ queryKey: ['history'] });
      }
      return state;
    },
    enabled: id !== undefined,
    refetchInterval: ({ state }) =>
      ['final', 'skipped', 'failed'].includes(state.data?.status ?? '') ? false : PROGRESS_MS,
  });
}

/** A failure, with what matters first. */
export const nothingSpent = (why: string): string => t`Nothing was spent. ${why}`;

/** What to tell when an approval did not go through. Only an unanswered request can have spent something. */
export function approvalSentence(error: unknown): string {
  if (error instanceof ApprovalDeclined) return t`You did not approve. Nothing was spent.`;
  if (error instanceof ApiProblem && error.unknownOutcome) {
    return t`We could not hear whether it arrived. Try again: it can’t be spent twice.`;
  }
  return nothingSpent(problemWords(error));
}
