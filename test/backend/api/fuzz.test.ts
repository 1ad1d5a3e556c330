/**
 * Every operation of the document, sent what fits and what does not. Judged by the document alone: what it does not allow is refused, what is
 * answered is as it says, and nothing is ever our fault. `FUZZ_SEED=N` repeats a run, `FUZZ_FACTOR=100` makes a long one.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { describeApi } from '../../../backend/api/describe-api.ts';
import { type ApiWorld, openApiWorld } from '../../helpers/api-world.ts';
import { bodyOf, judgeBy, type Operation, operationsOf, readAnswer, urlOf } from '../../helpers/document.ts';
import {
  change,
  edgesOf,
  fieldsIn,
  fitting,
  type Hints,
  NONSENSE,
  near,
  STRANGE,
  spoiled,
} from '../../helpers/schema-values.ts';

const RUNS = 60 * Number(process.env.FUZZ_FACTOR ?? 1);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_122);
/** Says by contract that the process is not ready, with a 503 that is no problem. */
const MAY_SAY_503 = 'readReadiness';

/** What a signature, a secret or a role on the chain guards, or a session that was opened just now; and sessions that have been ended before. */
const GUARDED = [
  'endSession',
  'openSession',
  'submitAct',
  'registerFirstPasskey',
  'registerFurtherPasskey',
  'signInByPasskey',
  'signInWithEthereum',
  'changeKey',
  'eraseMember',
  'acceptInvite',
  'claimBrand',
];

/** What is changed or ended is the other brand's, so that those that come later find one of their own. */
const OF_BOREAL = [
  'changeWebhook',
  'removeWebhook',
  'revokeApiKey',
  'revokeInvite',
  'changeRole',
  'removeStaff',
];

interface Sent {
  readonly operation: Operation;
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly body: unknown;
}

describe('API fuzz', function () {
  this.timeout(10 * 60_000);
  const document = describeApi();
  const judge = judgeBy(document);
  const operations = operationsOf(document);
  /** A file of purchases: each line is what the single route takes. */
  const isLines = ({ id }: Operation) => id === 'recordPurchases';
  const lineSchema = operations.find(({ id }) => id === 'recordPurchase')?.body;
  let world: ApiWorld;
  let hints: Hints;
  let examples: Awaited<ReturnType<ApiWorld['examples']>>;
  /** How many requests were taken, and how many refused, by operation. */
  const tally = new Map<string, { taken: number; refused: number }>();

  before(async () => {
    world = await openApiWorld();
    examples = await world.examples();
    const { act } = (examples.submitAct?.body ?? {}) as { act: object };
    hints = {
      member: [world.member.account, world.member.code],
      account: [world.member.account],
      recipient: [world.member.account],
      issuer: [1, 2],
      counterparty: [1, 2],
      payment: [examples.readPayment?.params?.id],
      code: [examples.useVoucher?.params?.code],
      receiptId: [examples.readReceipt?.params?.receiptId],
      id: [
        examples.readPurchase,
        examples.readPayment,
        examples.capturePayment,
        examples.releasePayment,
        examples.readAct,
        examples.readWebhook,
        examples.removeWebhook,
        examples.endSession,
        examples.readKeyChange,
      ].map((example) => example?.params?.id),
      delivery: [examples.readDelivery?.params?.delivery],
      url: ['https://shop.example/hook'],
      // Who knows of another status, or waits for nothing, has the answer at once.
      wait: ['0'],
      known: ['paid'],
      currency: ['USD'],
      amount: [1, 100, '7'],
      secret: [examples.previewClaim, examples.acceptClaim].map(
        (example) => (example?.body as { secret: string } | undefined)?.secret,
      ),
      contact: [examples.verifyContact, examples.removeContact].map((example) => example?.params?.contact),
      card: [examples.blockOwnCard, examples.unlinkOwnCard].map((example) => example?.params?.card),
      number: ['LOST1234', 'WAIT1234', 'SPARE123'],
      partner: [1],
      act: [act],
      limit: ['1', '100'],
    };
  });
  after(() => world?.stop());

  const tokenFor = ({ id, security }: Operation): string | undefined => {
    if (id === 'useVoucher') return world.callers.boreal;
    if (OF_BOREAL.includes(id)) return world.callers.borealOffice;
    const said = JSON.stringify(security);
    if (said.includes('operator')) return world.callers.operator;
    if (said.includes('till')) return world.callers.aurora;
    if (said.includes('key')) return world.callers.auroraOffice;
    return said.includes('session') ? world.callers.ana : undefined;
  };

  async function send({ operation, params, query, body }: Sent) {
    const token = tokenFor(operation);
    const given = bodyOf(operation, body);
    const response = await fetch(world.program.url + urlOf(operation, { params, query }), {
      method: operation.method,
      ...given,
      headers: { ...given.headers, ...(token && { authorization: `Bearer ${token}` }) },
    });
    return readAnswer(response);
  }

  /** Sends a request and judges what came. `fault` is why the document does not allow it. */
  async function judgeRequest(sent: Sent, fault: string | null): Promise<void> {
    const { operation } = sent;
    const answer = await send(sent);
    const told = `${JSON.stringify(sent, null, 1)}\n→ ${JSON.stringify(answer)}`;
    const mayBe503 = operation.id === MAY_SAY_503 && answer.status === 503;
    expect(answer.status < 500 || mayBe503, `a fault of ours: ${told}`).to.equal(true);
    // A path that is another one's, or none: `..` and an empty segment never reach the route.
    if (Object.values(sent.params).some((segment) => /^\.{0,2}$/.test(segment))) return;
    const elsewhere = answer.body?.code === 'ROUTE_UNKNOWN' || answer.body?.code === 'METHOD_UNSUPPORTED';
    if (!elsewhere) expect(judge.answer(operation, answer), told).to.equal(null);
    if (fault !== null) expect(answer.status, `${fault} was taken: ${told}`).to.be.within(400, 499);
    const counts = tally.get(operation.id) ?? { taken: 0, refused: 0 };
    tally.set(operation.id, counts);
    if (answer.status < 400) counts.taken += 1;
    else counts.refused += 1;
  }

  const textsOf = (operation: Operation, where: string, spoil: boolean) => {
    const named = operation.parameters.filter((parameter) => parameter.in === where);
    const fields = named.map(({ name, required, schema }) => {
      // What the operation's own example names is there for it, and for its caller.
      const example = operation.id === 'changeWebhook' ? 'removeWebhook' : operation.id;
      const own = examples[example]?.params?.[name];
      const fits = fitting(schema, own === undefined ? hints : { ...hints, [name]: [own] }, name).map(String);
      const asText = (value: unknown) =>
        typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? '');
      const strange = spoil ? fc.oneof(fits, NONSENSE.map(asText), near(schema, hints).map(asText)) : fits;
      return [name, required ? strange : fc.option(strange, { nil: undefined })] as const;
    });
    return fc.record(Object.fromEntries(fields)) as fc.Arbitrary<Record<string, string | undefined>>;
  };

  function faultOf({ operation, params, query, body }: Sent): string | null {
    for (const { name, in: where, schema } of operation.parameters) {
      const text = where === 'path' ? params[name] : where === 'query' ? query[name] : undefined;
      const fault = text === undefined ? null : judge.parameter(schema, text);
      if (fault) return `${name}: ${fault}`;
    }
    // What fits into lines and what does not is told line by line.
    return operation.body && !isLines(operation)
      ? judge.body(operation, JSON.parse(JSON.stringify(body ?? {})))
      : null;
  }

  for (const operation of operations)
    for (const spoil of [false, true])
      it(`${operation.method} ${operation.path} holds when it is sent ${spoil ? 'nonsense' : 'what fits'}`, async () => {
        const schema = isLines(operation) ? lineSchema : operation.body;
        const made = schema && (spoil ? spoiled(schema, hints) : fitting(schema, hints));
        // Fields that exclude each other hardly ever fit by chance.
        const real = fc.constant(examples[isLines(operation) ? 'recordPurchase' : operation.id]?.body);
        const one = made && fc.oneof({ weight: 9, arbitrary: made }, { weight: 1, arbitrary: real });
        const lines =
          one &&
          fc.array(
            one.map((line) => JSON.stringify(line)),
            { maxLength: 5 },
          );
        const body =
          (isLines(operation) ? lines?.map((texts) => texts.join('\n')) : one) ?? fc.constant(undefined);
        const known = fc.constant((examples[operation.id]?.query ?? {}) as Record<string, string>);
        const request = fc.record({
          params: textsOf(operation, 'path', spoil),
          query: fc.oneof(
            { weight: 9, arbitrary: textsOf(operation, 'query', spoil) },
            { weight: 1, arbitrary: known },
          ),
          body,
        });
        await fc.assert(
          fc.asyncProperty(request, async ({ params, query, body: given }) => {
            const asked = Object.entries(query).filter(([, text]) => text !== undefined);
            const sent = {
              operation,
              params: params as Record<string, string>,
              query: Object.fromEntries(asked) as Record<string, string>,
              body: given,
            };
            await judgeRequest(sent, faultOf(sent));
          }),
          {
            numRuns: operation.body || operation.parameters.length > 0 ? RUNS : Math.ceil(RUNS / 6),
            seed: SEED,
          },
        );
      });

  for (const operation of operations.filter((some) => some.body && !isLines(some)))
    it(`${operation.method} ${operation.path} takes nothing that just misses one of its fields`, async () => {
      const schema = operation.body ?? {};
      const [base] = fc.sample(fitting(schema, hints), { numRuns: 1, seed: SEED });
      const params = Object.fromEntries(
        operation.parameters.map(({ name }) => [name, String(hints[name]?.at(-1) ?? 'none')]),
      );
      for (const { path, schema: field } of fieldsIn(schema))
        for (const to of [...edgesOf(field), ...STRANGE]) {
          const body = change(base as Record<string, unknown>, path, { to });
          const sent = { operation, params, query: {}, body };
          await judgeRequest(sent, faultOf(sent));
        }
    });

  it('took a good part of what fits, and refused a good part of the rest', () => {
    const countsOf = ({ id }: Operation) => tally.get(id) ?? { taken: 0, refused: 0 };
    const names = (some: Operation[]) => some.map(({ id }) => id);
    // What a signature guards can't be guessed; everything else must have been reached.
    const reachable = operations.filter(({ id }) => !GUARDED.includes(id));
    expect(names(reachable.filter((one) => countsOf(one).taken === 0)), 'never taken').to.deep.equal([]);
    const refusable = operations.filter((one) => one.body && !isLines(one));
    expect(names(refusable.filter((one) => countsOf(one).refused === 0)), 'never refused').to.deep.equal([]);
  });

  it('knows of a fault in the document: a promise that is not kept is seen', () => {
    const listed = operations.find(({ id }) => id === 'listPartners');
    const answer = { status: 200, type: 'application/json', body: { partners: [{ id: 0 }], next: null } };
    expect(listed && judge.answer(listed, answer)).to.match(/must be >= 1|required property/);
    const recorded = operations.find(({ id }) => id === 'recordPurchase');
    expect(recorded && judge.body(recorded, { id: 'a', surprise: 1 })).to.match(/additional properties/);
  });
});
