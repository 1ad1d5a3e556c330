import { DomainError } from '../shared/errors.ts';

/** Refuses an id that none of the member's contacts has. */
export const contactUnknown = (): DomainError =>
  new DomainError('CONTACT_UNKNOWN', {
    fields: [{ field: 'contact', message: 'The member has no contact with this id.' }],
  });
