import type { ActNames } from '../../../backend/protocol/sentence.ts';
import type { Act } from '../../shared/api/shapes.ts';
import { charityName, partnerName, useCharities, usePartners } from '../queries.ts';

/** The names of an act's parties, as a member knows them. */
export function useActNames(): (act: Act) => ActNames {
  const partners = usePartners().data;
  const charities = useCharities().data;
  return ({ kind, issuer, counterparty }) => ({
    issuer: partnerName(partners, issuer),
    counterparty:
      kind === 'donation' ? charityName(charities, counterparty) : partnerName(partners, counterparty),
  });
}
