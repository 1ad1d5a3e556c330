import {
  type Answer,
  type CallOptions,
  call,
  type Input,
  type Name,
  unreadable,
} from '../../../backend/client/call.ts';
import { type Parse, ShapeError } from './parse.ts';

export { ApiProblem } from '../../../backend/client/problem.ts';

/** A shape that reads fields which the operation's answer has, and no others. */
type ShapeOf<N extends Name, T> = Parse<T & { [K in keyof T]: K extends keyof Answer<N> ? unknown : never }>;

/**
 * One call of the API, its answer parsed: amounts become bigints and moments dates, and nothing of another shape gets through.
 * @throws ApiProblem for every problem document, refused connection, time-out and unreadable answer
 */
export async function request<N extends Name, T>(
  name: N,
  shape: ShapeOf<N, T>,
  input: Input<N>,
  options: CallOptions = {},
): Promise<T> {
  const answer = await call(name, input, options);
  try {
    return shape(answer, 'answer');
  } catch (cause) {
    if (cause instanceof ShapeError) throw unreadable(cause);
    throw cause;
  }
}
