/** A reader of server-sent events, as strict as the spec. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what came is picked apart by tests
  readonly data: any;
}

export interface EventStream {
  readonly status: number;
  readonly headers: Headers;
  readonly events: StreamEvent[];
  /** Comments, which show that the stream lives. */
  readonly beats: () => number;
  /** The body of an answer that is no stream. */
  // biome-ignore lint/suspicious/noExplicitAny: outside data
  readonly problem: any;
  /** Whether the server has ended it. */
  readonly ended: () => boolean;
  close(): void;
}

/** Opens a stream and reads it until it is closed. */
export async function openStream(
  url: string,
  { bearer, lastEventId }: { bearer?: string; lastEventId?: string } = {},
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(lastEventId && { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  });
  const events: StreamEvent[] = [];
  let beats = 0;
  let ended = false;
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.startsWith(':')) {
          beats += 1;
          continue;
        }
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        events.push({ id: field('id'), type: field('event'), data: JSON.parse(field('data')) });
      }
    }
  };
  if (isStream)
    read().then(
      () => {
        ended = true;
      },
      () => {
        ended = true;
      },
    );
  return {
    status: response.status,
    headers: response.headers,
    events,
    beats: () => beats,
    problem: isStream ? undefined : await response.json(),
    ended: () => ended,
    close: () => abort.abort(),
  };
}
