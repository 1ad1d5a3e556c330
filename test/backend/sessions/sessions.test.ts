import { expect } from 'chai';
import type { Wallet } from 'ethers';
import type { Address, Hex } from 'viem';
import { packDeviceSignature } from '../../../backend/protocol/account.ts';
import { domainOf, SIGN_IN_TYPES, type SignIn, signInDigest } from '../../../backend/protocol/acts.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import { clearSessions } from '../../../backend/sessions/clear-sessions.ts';
import { NETWORK, ORIGIN, sale, startApi, type TestApi } from '../../helpers/api.ts';
import { deviceMember, eoaMember } from '../../helpers/members.ts';

const ISSUED_AT = 1_790_000_000;

describe('POST /v1/sessions', function () {
  this.timeout(60_000);
  let api: TestApi;
  let now = ISSUED_AT;
  const clock = { now: () => new Date(now * 1000), seconds: () => now };
  const mia = eoaMember('Mia');
  const eve = eoaMember('Eve');
  before(async () => {
    api = await startApi({}, { clock });
  });
  beforeEach(() => {
    // Every test signs at its own second, because a signature opens one session.
    now += 1_000;
  });
  after(() => api.program.stop());

  const signInOf = (account: Address, fields: Partial<SignIn> = {}): SignIn => ({
    account,
    origin: ORIGIN,
    issuedAt: now,
    ...fields,
  });
  const sign = async (wallet: Wallet, signIn: SignIn, network = NETWORK): Promise<Hex> =>
    (await wallet.signTypedData(domainOf(network), { SignIn: [...SIGN_IN_TYPES.SignIn] }, signIn)) as Hex;
  const open = (signIn: SignIn, signature: Hex, headers: Record<string, string> = {}) =>
    api.send('/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...signIn, signature }),
    });
  const signedIn = async (): Promise<string> => {
    const signIn = signInOf(mia.account);
    return (await open(signIn, await sign(mia.wallet, signIn))).body.token;
  };

  it('opens a session for the EOA that signed, and enrols it', async () => {
    const signIn = signInOf(mia.account);
    const { status, body, headers } = await open(signIn, await sign(mia.wallet, signIn), { origin: ORIGIN });
    expect(status).to.equal(201);
    expect(body.token).to.match(/^tss_[\w-]{43}$/);
    expect(Date.parse(body.expiresAt) / 1000 - now).to.equal(12 * 3600);
    expect(headers.get('cache-control')).to.equal('no-store');
    const history = await api.get(`/v1/members/${mia.account}/history`, body.token);
    expect([history.status, history.body]).to.deep.equal([200, { items: [], next: null }]);
  });

  it('opens a session for a device key, and remembers the key', async () => {
    const device = await deviceMember();
    const signIn = signInOf(device.account);
    const raw = await device.signRaw(hexToBytes(signInDigest(signIn, NETWORK)));
    const { status, body } = await open(signIn, packDeviceSignature(device.key, raw));
    expect(status).to.equal(201);
    expect((await api.get(`/v1/members/${device.account}`, api.keys.aurora)).body.kind).to.equal('device');
    expect((await api.get(`/v1/members/${device.account}/history`, body.token)).status).to.equal(200);
  });

  it('keeps only the hash of the token', async () => {
    const token = await signedIn();
    const { rows } = await api.program.deps.pool.query(
      `SELECT count(*)::int AS all, count(*) FILTER (WHERE token_hash = sha256(convert_to($1, 'UTF8')))::int AS hashed,
              count(*) FILTER (WHERE s::text LIKE '%' || $1 || '%')::int AS plain FROM sessions s`,
      [token],
    );
    expect(rows[0]).to.include({ hashed: 1, plain: 0 });
  });

  it('ends when its time is up', async () => {
    const token = await signedIn();
    now += 12 * 3600;
    const { status, body } = await api.get(`/v1/members/${mia.account}/history`, token);
    expect([status, body.code]).to.deep.equal([401, 'SESSION_INVALID']);
    now += 25 * 3600;
    expect(await clearSessions(api.program.deps)).to.be.greaterThan(0);
  });

  it('shows its own account only', async () => {
    const { status, body } = await api.get(`/v1/members/${eve.account}/history`, await signedIn());
    expect([status, body.code]).to.deep.equal([403, 'SESSION_FOREIGN']);
  });

  describe('refuses, and writes nothing,', () => {
    const cases: [string, string, string[], () => Promise<[SignIn, Hex, Record<string, string>?]>][] = [
      [
        'a signature of somebody else',
        'SIGN_IN_SIGNATURE_INVALID',
        ['signature'],
        async () => {
          const signIn = signInOf(mia.account);
          return [signIn, await sign(eve.wallet, signIn)];
        },
      ],
      [
        'a signature for another network',
        'SIGN_IN_SIGNATURE_INVALID',
        ['signature'],
        async () => {
          const signIn = signInOf(mia.account);
          return [signIn, await sign(mia.wallet, signIn, { ...NETWORK, chainId: 1 })];
        },
      ],
      [
        'a signature for another time',
        'SIGN_IN_SIGNATURE_INVALID',
        ['signature'],
        async () => {
          const signIn = signInOf(mia.account);
          return [{ ...signIn, issuedAt: now - 1 }, await sign(mia.wallet, signIn)];
        },
      ],
      [
        'the sign-in of another site',
        'SIGN_IN_ORIGIN_FOREIGN',
        ['origin'],
        async () => {
          const signIn = signInOf(mia.account, { origin: 'https://evil.example' });
          return [signIn, await sign(mia.wallet, signIn)];
        },
      ],
      [
        'a sign-in that another site’s page sends',
        'SIGN_IN_ORIGIN_FOREIGN',
        ['origin'],
        async () => {
          const signIn = signInOf(mia.account);
          return [signIn, await sign(mia.wallet, signIn), { origin: 'https://evil.example' }];
        },
      ],
      [
        'a sign-in of ten minutes ago',
        'SIGN_IN_STALE',
        ['issuedAt'],
        async () => {
          const signIn = signInOf(mia.account, { issuedAt: now - 600 });
          return [signIn, await sign(mia.wallet, signIn)];
        },
      ],
      [
        'a sign-in of the future',
        'SIGN_IN_STALE',
        ['issuedAt'],
        async () => {
          const signIn = signInOf(mia.account, { issuedAt: now + 600 });
          return [signIn, await sign(mia.wallet, signIn)];
        },
      ],
      [
        'a signature of 63 bytes',
        'REQUEST_INVALID',
        ['signature'],
        async () => [signInOf(mia.account), `0x${'11'.repeat(63)}`],
      ],
      [
        'a fractional time',
        'REQUEST_INVALID',
        ['issuedAt'],
        async () => {
          const signIn = signInOf(mia.account);
          return [{ ...signIn, issuedAt: now + 0.5 }, await sign(mia.wallet, signIn)];
        },
      ],
      [
        'an unknown field',
        'REQUEST_INVALID',
        ['scope'],
        async () => {
          const signIn = signInOf(mia.account);
          return [{ ...signIn, scope: 'all' } as SignIn, await sign(mia.wallet, signIn)];
        },
      ],
    ];
    for (const [name, code, fields, make] of cases)
      it(name, async () => {
        const before = await api.rowCounts();
        const [signIn, signature, headers] = await make();
        const { body } = await open(signIn, signature, headers);
        expect(body.code, JSON.stringify(body)).to.equal(code);
        expect(body.errors.map(({ field }: { field: string }) => field)).to.deep.equal(fields);
        expect(await api.rowCounts()).to.deep.equal(before);
      });

    it('a signature that has opened a session before', async () => {
      const signIn = signInOf(mia.account);
      const signature = await sign(mia.wallet, signIn);
      await open(signIn, signature);
      const before = await api.rowCounts();
      const { status, body } = await open(signIn, signature);
      expect([status, body.code]).to.deep.equal([409, 'SIGN_IN_USED']);
      expect(await api.rowCounts()).to.deep.equal(before);
    });
  });

  describe('GET /v1/members/:account/history', () => {
    it('shows accruals newest first, page by page, without a gap or a double', async () => {
      const ids = Array.from({ length: 120 }, (_, index) => `history-${index}`);
      for (const id of ids) {
        // Several sales share an instant, so pages have to break ties.
        const minute = Number(id.split('-')[1]) % 30;
        const occurredAt = `2026-03-02T10:${String(minute).padStart(2, '0')}:00Z`;
        await api.post(
          '/v1/purchases',
          sale({ id, member: mia.account, amount: 500, occurredAt }),
          api.keys.aurora,
        );
      }
      const token = await signedIn();
      const items: { at: string; receipt: string; points: string; status: string }[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
        const { status, body } = await api.get(`/v1/members/${mia.account}/history${query}`, token);
        expect(status).to.equal(200);
        items.push(...body.items);
        cursor = body.next;
      }
      expect(items).to.have.length(120);
      expect(new Set(items.map(({ receipt }) => receipt)).size).to.equal(120);
      expect(items.map(({ at }) => at)).to.deep.equal(
        items
          .map(({ at }) => at)
          .sort()
          .reverse(),
      );
      expect(items[0]).to.include({ kind: 'accrual', partner: 1, points: '5', status: 'accepted' });
      const receipt = await api.get(`/v1/receipts/${items[0]?.receipt}`);
      expect(receipt.body.receipt.member).to.equal(mia.account);
    });

    it('refuses a cursor that is not one of its own', async () => {
      const token = await signedIn();
      for (const cursor of ['nonsense', Buffer.from('["x","y"]').toString('base64url')]) {
        const { status, body } = await api.get(`/v1/members/${mia.account}/history?cursor=${cursor}`, token);
        expect([status, body.errors[0].field]).to.deep.equal([400, 'cursor']);
      }
      const { body } = await api.get(`/v1/members/${mia.account}/history?page=2`, token);
      expect(body.errors[0].field).to.equal('page');
    });
  });
});
