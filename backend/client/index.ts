/**
 * The client of the Tessera API, for Node and for browsers. Its types are made from the API's own document, so what compiles is what the API
 * takes and answers.
 */
import { ROUTES } from './api.ts';
import { type Answer, type CallOptions, call, type Input, type Name } from './call.ts';

export type * from './api.ts';
export type { Answer, CallOptions, Input } from './call.ts';
export { ApiProblem } from './problem.ts';

/** Every operation of the API as a function of its parts. */
export type Client = {
  [N in Name]: object extends Input<N>
    ? (input?: Input<N>, options?: CallOptions) => Promise<Answer<N>>
    : (input: Input<N>, options?: CallOptions) => Promise<Answer<N>>;
};

/** A client of the API at `url`; `bearer` is a till's key or a member's session, and any call may have its own. */
export function createClient(options: CallOptions = {}): Client {
  const names = Object.keys(ROUTES) as Name[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      (input: Input<Name> = {} as Input<Name>, more: CallOptions = {}) =>
        call(name, input, { ...options, ...more }),
    ]),
  ) as Client;
}
