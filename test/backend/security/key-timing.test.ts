/** Checking an API key tells nothing by the work that it takes. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { expect } from 'chai';
import { randomApiKey } from '../../../backend/partners/api-key.ts';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { createKeyVerifier } from '../../../backend/partners/verify-api-key.ts';
import { hasDomainCode } from '../../../backend/shared/errors.ts';
import { startApi, type TestApi } from '../../helpers/api.ts';

const ROUNDS = 120;
/** What would be seen of a check that skips work is far more; what a busy machine makes of equal medians is far less. */
const FACTOR = 4;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const other = (letter: string): string => (letter === 'A' ? 'B' : 'A');

/** The secret and the one before its rotation, which is compared even where there is none. */
const BOTH_SECRETS = [
  [32, 32],
  [32, 32],
];

describe('The check of an API key', function () {
  this.timeout(120_000);
  let api: TestApi;
  let key: string;
  let kinds: Record<string, string>;

  before(async () => {
    api = await startApi();
    const { prisma } = api.program.deps;
    ({ key } = await createApiKey(prisma, { partnerId: 1, name: 'till', scopes: ['till'], actor: 'test' }));
    const secretAt = key.lastIndexOf('_') + 1;
    const revoked = await createApiKey(prisma, {
      partnerId: 1,
      name: 'old',
      scopes: ['till'],
      actor: 'test',
    });
    await prisma.apiKey.update({ where: { id: revoked.id }, data: { revokedAt: new Date() } });
    kinds = {
      'with a wrong secret': `${key.slice(0, secretAt)}${other(key[secretAt] ?? '')}${key.slice(secretAt + 1)}`,
      'wrong in the last letter': `${key.slice(0, -1)}${other(key.at(-1) ?? '')}`,
      'with an unknown prefix': randomApiKey().key,
      'that was revoked': revoked.key,
    };
  });
  after(() => api?.program.stop());

  const isRefused = async (verify: ReturnType<typeof createKeyVerifier>, given: string) =>
    verify(given, async () => true).then(
      () => false,
      (error) => hasDomainCode(error, 'KEY_INVALID'),
    );

  it('does the same for every kind of wrong key: a lookup, a hash of the whole, and a comparison in constant time', async () => {
    const { deps } = api.program;
    const real = crypto.timingSafeEqual;
    const compared: number[][] = [];
    let lookups = 0;
    crypto.timingSafeEqual = ((a: Uint8Array, b: Uint8Array) => {
      compared.push([a.byteLength, b.byteLength]);
      return real(a as never, b as never);
    }) as typeof real;
    syncBuiltinESMExports();
    const prisma = new Proxy(deps.prisma, {
      get(target, name) {
        if (name === 'apiKey') lookups += 1;
        return Reflect.get(target, name);
      },
    });
    try {
      for (const [kind, given] of Object.entries(kinds)) {
        compared.length = 0;
        lookups = 0;
        // A new one each time: it remembers nothing yet.
        expect(await isRefused(createKeyVerifier({ ...deps, prisma }), given), kind).to.equal(true);
        expect({ compared, lookups }, kind).to.deep.equal({ compared: BOTH_SECRETS, lookups: 1 });
      }
      compared.length = 0;
      await createKeyVerifier(deps)(key, async () => true);
      expect(compared, 'the right key').to.deep.equal(BOTH_SECRETS);
    } finally {
      crypto.timingSafeEqual = real;
      syncBuiltinESMExports();
    }
  });

  it('takes about as long for each of them', async () => {
    const { deps } = api.program;
    const times: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++)
      // In turns, so that what else the machine does falls on all alike.
      for (const [kind, given] of Object.entries(kinds)) {
        const verify = createKeyVerifier(deps);
        const before = process.hrtime.bigint();
        await isRefused(verify, given);
        times[kind] ??= [];
        times[kind].push(Number(process.hrtime.bigint() - before));
      }
    const medians = Object.values(times).map(median);
    expect(Math.max(...medians) / Math.min(...medians), JSON.stringify(medians)).to.be.lessThan(FACTOR);
  });
});
