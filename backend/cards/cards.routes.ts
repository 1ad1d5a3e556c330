import type { Router } from 'express';
import { type Bound, on, serve } from '../api/serve.ts';
import { findMember } from '../members/find-member.ts';
import { keyOf } from '../partners/require-key.ts';
import { ownAccount } from '../sessions/own-account.ts';
import type { Deps } from '../shared/deps.ts';
import { limitTries } from '../shared/http/limits.ts';
import {
  blockCardContract,
  blockOwnCardContract,
  linkCardContract,
  listCardsContract,
  registerCardContract,
  unlinkCardContract,
  unlinkOwnCardContract,
} from './cards.contracts.ts';
import { changeCard, changeOwnCard, linkCard, registerCard } from './change-cards.ts';
import { listCards } from './list-cards.ts';

/** /cards for tills, /members/:member/cards for the member's own session. */
export const cardsRouter = (deps: Deps): Router => serve(deps, [...ofTills(deps), ...ofMembers(deps)]);

function ofTills(deps: Deps): Bound[] {
  return [
    on(registerCardContract, async ({ body: { number, member }, request }) => {
      const { actor, partnerId } = keyOf(request);
      const account = member && (await findMember(deps, member)).account;
      const { card, isNew } = await registerCard(deps, { card: { partnerId, number }, account, actor });
      return { status: isNew ? 201 : 200, body: card };
    }),
    on(blockCardContract, async ({ body: { number }, request }) => {
      const { actor, partnerId } = keyOf(request);
      const about = { card: { partnerId, number }, what: 'blocked', actor } as const;
      return { body: await changeCard(deps, about) };
    }),
    on(unlinkCardContract, async ({ body: { number }, request }) => {
      const { actor, partnerId } = keyOf(request);
      const about = { card: { partnerId, number }, what: 'unlinked', actor } as const;
      return { body: await changeCard(deps, about) };
    }),
  ];
}

function ofMembers(deps: Deps): Bound[] {
  return [
    on(listCardsContract, async ({ params, request }) => ({
      body: { cards: await listCards(deps, ownAccount(request, params.member)) },
    })),
    on(
      linkCardContract,
      async ({ params, body: { partner: partnerId, number }, request }) => {
        const account = ownAccount(request, params.member);
        return { body: await linkCard(deps, { card: { partnerId, number }, account }) };
      },
      limitTries({ perMinute: deps.config.lookupsPerMinute }),
    ),
    on(blockOwnCardContract, async ({ params, request }) => {
      const account = ownAccount(request, params.member);
      return { body: await changeOwnCard(deps, { account, id: params.card, what: 'blocked' }) };
    }),
    on(unlinkOwnCardContract, async ({ params, request }) => {
      const account = ownAccount(request, params.member);
      await changeOwnCard(deps, { account, id: params.card, what: 'unlinked' });
      return { status: 204 };
    }),
  ];
}
