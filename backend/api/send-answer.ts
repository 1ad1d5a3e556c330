import type { Request, Response } from 'express';
import type { Deps } from '../shared/deps.ts';
import { DomainError } from '../shared/errors.ts';
import { toJson } from '../shared/http/answers.ts';
import { sha256 } from '../shared/ids.ts';
import type { Contract } from './contract.ts';
import type { Reply } from './serve.ts';

const TAG_LENGTH = 22;

/** Sends a handler's answer as its contract has it; a polled one with an ETag, and without its body when the caller has that already. */
export function sendAnswer(
  { config }: Pick<Deps, 'config'>,
  contract: Contract,
  { request, response, reply }: { request: Request; response: Response; reply: Reply },
): void {
  const { status = 200, body, headers = {} } = reply;
  const answer = contract.answers[status];
  response
    .status(status)
    .set('cache-control', contract.polled ? 'private, no-cache' : 'no-store')
    .set(headers);
  if (answer && !answer.schema) {
    response.end();
    return;
  }
  const type = answer?.type;
  const text = type === undefined ? toJson(body) : String(body);
  if (config.checkAnswers) checkAnswer(contract, status, type === undefined ? JSON.parse(text) : text);
  if (contract.polled) {
    const etag = `"${sha256(text).toString('base64url').slice(0, TAG_LENGTH)}"`;
    response.set('etag', etag);
    if (status === 200 && isKnown(request, etag)) {
      response.status(304).end();
      return;
    }
  }
  response.type(type ?? 'application/json').send(text);
}

/** Whether the caller says that it has this answer. Express would ask `cache-control` too, which `fetch` sets to no-cache by itself. */
function isKnown({ headers }: Request, etag: string): boolean {
  const given = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return given.includes(etag) || given.includes('*');
}

/** Holds an answer to its contract: what the document says has to be true. @throws DomainError INTERNAL that names where it is not */
export function checkAnswer(contract: Contract, status: number, body: unknown): void {
  const answer = contract.answers[status];
  const result = answer?.schema?.safeParse(body);
  if (result?.success) return;
  const wrong = result?.error.issues.map(({ path, message }) => `${path.join('.') || '(all)'}: ${message}`);
  throw new DomainError('INTERNAL', {
    message: `${contract.name} answers ${status} against its own contract: ${wrong?.join('; ') ?? 'no such status'}.`,
  });
}
