import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { sale, startApi, type TestApi } from '../../helpers/api.ts';

const PATH = '/v1/purchases/bulk';

// biome-ignore lint/suspicious/noExplicitAny: an answer is outside data that a test picks apart field by field
type Fields = any;

/** A stream that is open in both directions, as a till's program holds it. */
interface Stream {
  readonly sending: ClientRequest;
  readonly answered: Promise<IncomingMessage>;
  /** Every answer, parsed, until the stream ends. */
  answers(): Promise<Fields[]>;
}

function open(api: TestApi, key: string, headers: Record<string, string> = {}): Stream {
  const sending = request(api.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${key}`, ...headers },
  });
  sending.on('error', () => {});
  sending.flushHeaders();
  const answered = once(sending, 'response').then(([response]) => response as IncomingMessage);
  answered.catch(() => {});
  const answers = async () => {
    const all: Fields[] = [];
    for await (const line of createInterface({ input: await answered })) all.push(JSON.parse(line));
    return all;
  };
  return { sending, answered, answers };
}

/** The whole lines of an answer that may be cut off. */
async function* linesUntilCut(response: IncomingMessage): AsyncGenerator<string, void, undefined> {
  let rest = '';
  try {
    for await (const piece of response.setEncoding('utf8')) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch {
    // That was the cut.
  }
}

const lineOf = (fields: Record<string, unknown>) => `${JSON.stringify(fields)}\n`;

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await holds()) return;
    await sleep(10);
  }
  expect.fail(`${what} did not happen`);
}

describe('POST /v1/purchases/bulk', function () {
  this.timeout(120_000);
  let api: TestApi;
  before(async () => {
    api = await startApi({ bulkIdleMs: 2_000, bulkStreams: 2, purchaseQueueLimit: 600 });
  });
  after(() => api.program.stop());

  const bulk = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<Fields[]> => {
    const stream = open(api, api.keys.aurora, headers);
    stream.sending.end(body);
    return stream.answers();
  };
  const count = async () => (await api.rowCounts()).purchases ?? 0;

  it('answers each line as the single route would, in order', async () => {
    const sales = Array.from({ length: 1_500 }, (_, index) =>
      sale({ id: `bulk-${index}`, amount: 100 * index }),
    );
    const answers = await bulk(sales.map(lineOf).join(''));
    expect(answers.map(({ id }) => id)).to.deep.equal(sales.map(({ id }) => id));
    for (const index of [0, 7, 1_499]) {
      const single = await api.post('/v1/purchases', sales[index], api.keys.aurora);
      expect([single.status, single.body]).to.deep.equal([200, answers[index]]);
    }
  });

  it('names the number of a line that it refuses, with its problem, and goes on', async () => {
    const known = sale({ id: 'bulk-known', amount: 100 });
    await api.post('/v1/purchases', known, api.keys.aurora);
    const lines = [
      lineOf(sale({ id: 'bulk-good-1' })),
      '{"id": \n',
      '\n',
      lineOf({ ...known, amount: 200 }),
      lineOf(sale({ member: '00000000' })),
      lineOf(sale({ extra: 1 })),
      `"${'x'.repeat(70_000)}"\n`,
      '[]\n',
      JSON.stringify(sale({ id: 'bulk-good-2' })),
    ];
    const answers = await bulk(lines.join(''));
    expect(answers.map(({ line, code, id, status }) => [line ?? id, code ?? status])).to.deep.equal([
      ['bulk-good-1', 'accepted'],
      [2, 'BODY_MALFORMED'],
      [4, 'PURCHASE_ID_REUSED'],
      [5, 'MEMBER_UNKNOWN'],
      [6, 'REQUEST_INVALID'],
      [7, 'BODY_TOO_LARGE'],
      [8, 'REQUEST_INVALID'],
      ['bulk-good-2', 'accepted'],
    ]);
    const problem = answers[4];
    expect(problem).to.include({ status: 400, retry: 'never' });
    expect(problem.errors).to.deep.equal([
      { field: 'extra', message: 'This field is not known here; leave it out.' },
    ]);
  });

  it('answers while the sender is still sending', async () => {
    const stream = open(api, api.keys.aurora);
    stream.sending.write(lineOf(sale({ id: 'bulk-early-1' })));
    const ids: string[] = [];
    for await (const line of createInterface({ input: await stream.answered })) {
      ids.push(JSON.parse(line).id);
      // Only the first answer lets the second sale be sent.
      if (ids.length === 1) stream.sending.end(lineOf(sale({ id: 'bulk-early-2' })));
    }
    expect(ids).to.deep.equal(['bulk-early-1', 'bulk-early-2']);
  });

  it('can be sent again, whole or in part: the same answers, and nothing twice', async () => {
    const body = Array.from({ length: 700 }, (_, index) => lineOf(sale({ id: `bulk-again-${index}` })));
    const first = await bulk(body.slice(0, 400).join(''));
    const before = await count();
    const second = await bulk(body.join(''));
    expect(second.slice(0, 400)).to.deep.equal(first);
    expect([second.length, await count()]).to.deep.equal([700, before + 300]);
    expect(await bulk(gzipSync(body.join('')), { 'content-encoding': 'gzip' })).to.deep.equal(second);
    expect(await count()).to.equal(before + 300);
  });

  it('records one line twice in a stream once', async () => {
    const before = await count();
    const line = lineOf(sale({ id: 'bulk-twin' }));
    const [one, two] = await bulk(line + line);
    expect([one.id, two, await count()]).to.deep.equal(['bulk-twin', one, before + 1]);
  });

  it('keeps everything that it has answered when the sender goes away', async () => {
    const before = await count();
    const stream = open(api, api.keys.aurora);
    const sent = Array.from({ length: 3_000 }, (_, index) => lineOf(sale({ id: `bulk-abort-${index}` })));
    stream.sending.write(sent.join(''));
    const answers: Fields[] = [];
    for await (const line of linesUntilCut(await stream.answered)) {
      answers.push(JSON.parse(line));
      if (answers.length === 100) stream.sending.destroy();
    }
    expect(answers.length).to.be.within(100, 2_999);
    for (const answer of [...answers.slice(0, 30), ...answers.slice(-30)]) {
      const single = await api.get(`/v1/purchases/${answer.id}`, api.keys.aurora);
      expect(single.body.receipt).to.deep.equal(answer.receipt);
    }
    const again = await bulk(sent.join(''));
    expect(again.slice(0, answers.length)).to.deep.equal(answers);
    expect([again.length, await count()]).to.deep.equal([3_000, before + 3_000]);
  });

  it('never records the half of a line', async () => {
    const stream = open(api, api.keys.aurora);
    stream.sending.write(lineOf(sale({ id: 'bulk-half-1' })));
    // What has come of the second line is a whole sale; its end has not.
    stream.sending.write(JSON.stringify(sale({ id: 'bulk-half-2' })));
    await stream.answered;
    await sleep(200);
    stream.sending.destroy();
    await until('the first line', async () => {
      const { status } = await api.get('/v1/purchases/bulk-half-1', api.keys.aurora);
      return status === 200;
    });
    await sleep(200);
    expect((await api.get('/v1/purchases/bulk-half-2', api.keys.aurora)).status).to.equal(404);
  });

  it('stops reading from a sender that takes no answers', async () => {
    const before = await count();
    const stream = open(api, api.keys.aurora);
    const response = await stream.answered;
    response.pause();
    const line = (index: number) => lineOf(sale({ id: `bulk-slow-${index}` }));
    let sent = 0;
    let full = false;
    for (; sent < 60_000 && !full; sent++)
      if (!stream.sending.write(line(sent)))
        full = (await Promise.race([once(stream.sending, 'drain'), sleep(1_000, 'full')])) === 'full';
    const recorded = (await count()) - before;
    stream.sending.destroy();
    expect(full).to.equal(true);
    // What the sockets' buffers hold of answers, and the lines that are under way.
    expect(recorded).to.be.below(20_000);
  });

  it('cuts off a sender that stands still', async () => {
    const stream = open(api, api.keys.aurora);
    stream.sending.write(lineOf(sale({ id: 'bulk-still' })));
    const began = Date.now();
    for await (const line of linesUntilCut(await stream.answered))
      expect(JSON.parse(line).id).to.equal('bulk-still');
    expect(Date.now() - began).to.be.within(1_500, 8_000);
    expect((await api.get('/v1/purchases/bulk-still', api.keys.aurora)).status).to.equal(200);
  });

  it('refuses a third stream while two are open, with the time to come back', async () => {
    const held = [open(api, api.keys.aurora), open(api, api.keys.aurora)];
    for (const { sending, answered } of held) {
      sending.write(lineOf(sale()));
      await answered;
    }
    const third = await api.send(PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${api.keys.aurora}` },
      body: lineOf(sale()),
    });
    expect([third.status, third.body.code, third.headers.get('retry-after')]).to.deep.equal([
      429,
      'OVERLOADED',
      '5',
    ]);
    for (const { sending, answers } of held) {
      sending.end();
      await answers();
    }
    expect((await bulk(lineOf(sale({ id: 'bulk-after' }))))[0]?.id).to.equal('bulk-after');
  });

  it('refuses nobody’s, other types and other encodings before anything is read', async () => {
    const type = { 'content-type': 'application/x-ndjson' };
    const authorization = `Bearer ${api.keys.aurora}`;
    const post = (headers: Record<string, string>) =>
      api.send(PATH, { method: 'POST', headers, body: lineOf(sale()) });
    expect((await post(type)).body.code).to.equal('KEY_MISSING');
    const json = await post({ authorization, 'content-type': 'application/json' });
    expect([json.status, json.body.code]).to.deep.equal([415, 'BODY_TYPE_UNSUPPORTED']);
    expect(json.body.errors[0].message).to.contain('application/x-ndjson');
    expect((await post({ ...type, authorization, 'content-encoding': 'compress' })).status).to.equal(415);
    const get = await api.get(PATH, api.keys.aurora);
    expect([get.status, get.headers.get('allow')]).to.deep.equal([405, 'POST']);
  });

  it('says so when what is packed can’t be unpacked, after the answers to what could', async () => {
    const packed = gzipSync(lineOf(sale({ id: 'bulk-packed' })));
    const broken = Buffer.concat([packed, Buffer.from('this is no gzip')]);
    const answers = await bulk(broken, { 'content-encoding': 'gzip' });
    expect(answers.at(-1)).to.include({ code: 'BODY_MALFORMED' });
  });

  it('takes nothing for another brand', async () => {
    const stream = open(api, api.keys.boreal);
    stream.sending.end(lineOf(sale({ id: 'bulk-own', currency: 'EUR', amount: 250 })));
    expect((await stream.answers())[0].receipt.partner).to.equal(2);
    expect((await api.get('/v1/purchases/bulk-own', api.keys.aurora)).status).to.equal(404);
  });
});

describe('A bulk stream while the network can take no more', function () {
  this.timeout(60_000);

  it('ends when the program stops: what was answered is kept, and the rest can be sent again', async () => {
    const api = await startApi({ stopTimeoutMs: 5_000 });
    const stream = open(api, api.keys.aurora);
    stream.sending.write(lineOf(sale({ id: 'bulk-stop-1' })));
    const response = await stream.answered;
    const answers: Fields[] = [];
    const reading = (async () => {
      for await (const line of createInterface({ input: response })) answers.push(JSON.parse(line));
    })();
    await until('the first answer', () => answers.length === 1);
    const stopped = api.program.stop();
    await sleep(50);
    stream.sending.write(lineOf(sale({ id: 'bulk-stop-2' })));
    await reading;
    stream.sending.destroy();
    await stopped;
    expect(answers.map(({ id, code, line }) => [id ?? code, line])).to.deep.equal([
      ['bulk-stop-1', undefined],
      ['STOPPING', 2],
    ]);
  });

  it('ends with the line that met a database that is away', async () => {
    const api = await startApi();
    const real = api.program.deps.pool.query;
    try {
      await api.post('/v1/purchases', sale(), api.keys.aurora);
      Object.assign(api.program.deps.pool, {
        query: async () => {
          throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
        },
      });
      const stream = open(api, api.keys.aurora);
      const began = stream.answers();
      stream.sending.write(lineOf(sale({ id: 'bulk-away' })));
      const answers = await began;
      expect(answers.map(({ code, line, retry }) => [code, line, retry])).to.deep.equal([
        ['DATABASE_UNAVAILABLE', 1, 'same-key'],
      ]);
      // The sender may still send what it has: it is read and thrown away, so that it gets to see the answers.
      stream.sending.end(lineOf(sale()).repeat(5_000));
      await once(stream.sending, 'finish');
    } finally {
      Object.assign(api.program.deps.pool, { query: real });
      await api.program.stop();
    }
  });
});
