import express, { type RequestHandler } from 'express';
import { DomainError } from '../errors.ts';

/** The most bytes that a request's body may have once it is unpacked. */
export const BODY_LIMIT = 64 * 1024;

/** Reads a JSON body into `request.body`. @throws DomainError BODY_TYPE_UNSUPPORTED for a body that says it is something else */
export function jsonBody(): RequestHandler[] {
  const refuseOthers: RequestHandler = (request, _response, next) => {
    // `is` answers null when there is no body, which is each route's own matter.
    const type = request.is('application/json');
    if (type !== false || request.headers['content-length'] === '0') return next();
    throw new DomainError('BODY_TYPE_UNSUPPORTED', {
      message: `The body has the type ${JSON.stringify(request.headers['content-type'] ?? 'none')}.`,
      fields: [{ field: '(header) content-type', message: 'Send application/json.' }],
    });
  };
  return [refuseOthers, express.json({ limit: BODY_LIMIT, strict: true })];
}
