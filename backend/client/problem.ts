/** What an answer that is not the one asked for says. */
export interface ProblemFacts {
  /** The stable code of the problem document; OFFLINE, TIMEOUT and UNREADABLE are made here, REFUSED stands for none. */
  readonly code: string;
  /** 0 when there was no answer, or none that could be read. */
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { field: string; message: string }[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string | undefined;
}

/** Any answer that is not the one asked for. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { field: string; message: string }[];
  readonly retryAfterSeconds: number | undefined;
  readonly requestId: string | undefined;

  constructor(facts: ProblemFacts, options?: ErrorOptions) {
    super(facts.detail, options);
    this.code = facts.code;
    this.status = facts.status;
    this.detail = facts.detail;
    this.errors = facts.errors ?? [];
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.requestId = facts.requestId;
  }

  /** Whether the request may have been carried out all the same: send it again, with the same id. */
  get unknownOutcome(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** The problem in an answer; anything that is no problem document (a proxy's page) is told as such. */
export function readProblem(response: Response, body: unknown): ApiProblem {
  const {
    title,
    detail = title,
    code = 'REFUSED',
    errors,
    requestId,
  } = (body ?? {}) as Record<string, unknown>;
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return new ApiProblem({
    code: typeof code === 'string' ? code : 'REFUSED',
    status: response.status,
    detail: typeof detail === 'string' ? detail : 'Tessera could not answer.',
    errors: Array.isArray(errors) ? errors.filter(isFieldProblem) : undefined,
    retryAfterSeconds: Number.isNaN(retryAfter) ? undefined : retryAfter,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  });
}

const isFieldProblem = (entry: unknown): entry is { field: string; message: string } =>
  typeof entry === 'object' &&
  entry !== null &&
  'field' in entry &&
  typeof entry.field === 'string' &&
  'message' in entry &&
  typeof entry.message === 'string';
