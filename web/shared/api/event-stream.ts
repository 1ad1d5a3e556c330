import { ApiProblem } from './request.ts';

/** The server shows every 15 seconds that a stream lives; one that is silent for so long is dead. */
const SILENCE_MS = 45_000;

export interface StreamOptions {
  bearer: string;
  /** The id of the last event that was seen: what happened since is told first. */
  lastEventId?: string | undefined;
  signal: AbortSignal;
  onEvent: (event: { id: string; type: string }) => void;
}

/**
 * Reads a stream of events under /v1 until it ends. The browser's own EventSource can send no token, hence this one.
 * @throws ApiProblem when the server refuses, and what `fetch` throws when the connection breaks
 */
export async function readEventStream(path: string, options: StreamOptions): Promise<void> {
  const { bearer, lastEventId, signal, onEvent } = options;
  const silent = new AbortController();
  const response = await fetch(`/v1${path}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${bearer}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    credentials: 'omit',
    signal: AbortSignal.any([signal, silent.signal]),
  });
  if (!response.ok || !response.body)
    throw new ApiProblem({ code: 'REFUSED', status: response.status, detail: 'No events for now.' });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) tell(block, onEvent);
    }
  } finally {
    clearTimeout(timer);
  }
}

function tell(block: string, onEvent: StreamOptions['onEvent']): void {
  const id = /^id: (.+)$/m.exec(block)?.[1];
  const type = /^event: (.+)$/m.exec(block)?.[1];
  if (id !== undefined && type !== undefined) onEvent({ id, type });
}
