import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { CommandFailure } from '../shared/failure.ts';

/** What the answers to a stream came to. */
export interface BulkOutcome {
  readonly answered: number;
  readonly milliseconds: number;
}

/** Sends purchases as one NDJSON stream and reads every answer. @throws CommandFailure for the first refused line, or a missing answer */
export async function sendBulk(
  url: string,
  { key, sales, onAnswer }: { key: string; sales: Iterable<object>; onAnswer?: (answered: number) => void },
): Promise<BulkOutcome> {
  const began = performance.now();
  const sending = request(`${url}/v1/purchases/bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}` },
  });
  sending.flushHeaders();
  let sent = 0;
  const send = (async () => {
    for (const sale of sales) {
      sent += 1;
      if (!sending.write(`${JSON.stringify(sale)}\n`)) await once(sending, 'drain');
    }
    sending.end();
  })();
  const [response] = await once(sending, 'response');
  let answered = 0;
  for await (const line of createInterface({ input: response })) {
    // A refusal has a line's number, a receipt has not; parsing every answer would measure the bench.
    if (line.endsWith(`"line":${answered + 1}}`)) throw new CommandFailure(`A purchase was refused: ${line}`);
    answered += 1;
    if (answered % 500 === 0) onAnswer?.(answered);
  }
  await send;
  if (answered !== sent) throw new CommandFailure(`${answered} of ${sent} purchases were answered.`);
  return { answered, milliseconds: performance.now() - began };
}
