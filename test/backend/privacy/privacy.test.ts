import { expect } from 'chai';
import { eraseMember } from '../../../backend/privacy/erase-member.ts';
import { exportMember } from '../../../backend/privacy/export-member.ts';
import { EXCEPTIONS, PERSONAL_DATA } from '../../../backend/privacy/personal-data.ts';
import { actDigest, actFromJson } from '../../../backend/protocol/acts.ts';
import { softAuthenticator } from '../../helpers/authenticator.ts';
import { AURORA, BOREAL } from '../../helpers/engine.ts';
import { type MemberApi, ORIGIN, openMemberApi } from '../../helpers/member-api.ts';
import { type EoaMember, eoaMember } from '../../helpers/members.ts';

const TEXT = { 'messages.email': 'messages.email/1', profiling: 'profiling/1' } as const;
type Item = Record<string, unknown>;

describe('Personal data', function () {
  this.timeout(120_000);
  let api: MemberApi;
  const ana = eoaMember('ana of privacy');
  const eve = eoaMember('eve of privacy');
  let tokens: { ana: string; eve: string };

  /** Everything that can be kept of somebody, once. */
  async function live(member: EoaMember, token: string): Promise<void> {
    const { account, wallet } = member;
    await api.network.earn(AURORA, [{ account, points: 700n }]);
    await api.drain();
    const wish = { kind: 'redemption', member: account, issuer: AURORA, counterparty: BOREAL, amount: 100 };
    const { act } = (await api.call('POST', '/v1/quotes', { body: wish })).body;
    const signature = wallet.signingKey.sign(
      actDigest(actFromJson(act), api.network.deps.network),
    ).serialized;
    await api.call('POST', '/v1/acts', { body: { act, signature } });
    const path = '/v1/members/me/passkeys';
    const options = (await api.call('POST', `${path}/options`, { body: {}, token })).body;
    const passkey = softAuthenticator(ORIGIN);
    await api.call('POST', path, { body: { credential: passkey.create(options) }, token });
    const sign = (digest: string) => wallet.signingKey.sign(digest).serialized as `0x${string}`;
    await api.changeKey(sign, { member: account, key: passkey.account, role: 'full' });
    for (const [purpose, text] of Object.entries(TEXT))
      await api.call('PUT', '/v1/members/me/consents', { body: { purpose, granted: true, text }, token });
  }
  const exported = async (token: string) => (await api.call('GET', '/v1/members/me/export', { token })).body;

  before(async () => {
    api = await openMemberApi();
    tokens = { ana: await api.signIn(ana), eve: await api.signIn(eve) };
    await live(ana, tokens.ana);
    await live(eve, tokens.eve);
    // What a return and a refund leave behind.
    const { pool } = api.network.deps;
    const account = Buffer.from(ana.account.slice(2), 'hex');
    await pool.query('INSERT INTO brand_debts (partner_id, account, points) VALUES (1, $1, 5)', [account]);
    await pool.query(
      `WITH paid AS (INSERT INTO payments (id, partner_id, till_id, body_hash, points, ref, status, expires_at)
         VALUES (gen_random_uuid(), 1, 'paid-1', '', 9, sha256('paid-1'), 'paid', now()) RETURNING id)
       INSERT INTO refunds (partner_id, refund_id, body_hash, payment_id, chain_id, issuer, account, nonce, points, buckets, status)
       SELECT 1, 'refund-1', '', id, sha256('refund-1'), 1, $1, 0, 9, 0, 'final' FROM paid`,
      [account],
    );
  });
  after(() => api?.stop());

  describe('the registry', () => {
    /** Tables with a column that can name a member: an account in bytes or as text, or a key to the members. */
    const TIED = `SELECT DISTINCT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t
        ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
      WHERE c.table_schema = 'public' AND (
        (c.data_type = 'bytea' AND c.column_name ~ '(account|member|owner|holder|recipient)')
        OR (c.data_type IN ('text', 'character varying') AND c.column_name ~ '^(account|member|actor|subject|email|phone|contact)'))
      UNION SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = 'members'::regclass ORDER BY 1`;
    const tied = async (): Promise<string[]> =>
      (await api.network.deps.pool.query<{ name: string }>(TIED)).rows.map(({ name }) => name);
    const answered = () => [...PERSONAL_DATA.flatMap(({ tables }) => tables), ...Object.keys(EXCEPTIONS)];

    it('has every table that can be tied to a member, or says why not', async () => {
      const missing = (await tied()).filter((name) => !answered().includes(name));
      expect(missing, 'register them in backend/privacy/personal-data.ts').to.deep.equal([]);
    });

    it('would miss a table that nobody has thought of', async () => {
      const { pool } = api.network.deps;
      await pool.query('CREATE TABLE forgotten (id int, member_account bytea)');
      try {
        expect((await tied()).filter((name) => !answered().includes(name))).to.deep.equal(['forgotten']);
      } finally {
        await pool.query('DROP TABLE forgotten');
      }
    });

    it('names tables that are there, each once, and reasons that say something', async () => {
      const sql = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`;
      const { rows } = await api.network.deps.pool.query<{ name: string }>(sql);
      expect(rows.map(({ name }) => name)).to.include.members(answered());
      expect(new Set(answered()).size).to.equal(answered().length);
      const reasons = PERSONAL_DATA.flatMap(({ erase }) => (typeof erase === 'function' ? [] : [erase.kept]));
      for (const reason of [...reasons, ...Object.values(EXCEPTIONS)])
        expect(reason.length).to.be.greaterThan(30);
    });
  });

  describe('GET /v1/members/me/export', () => {
    it('has something of every kind, all of it the member’s own', async () => {
      const all = await exported(tokens.ana);
      expect(all.account).to.equal(ana.account);
      expect(Object.keys(all.data)).to.deep.equal(PERSONAL_DATA.map(({ name }) => name));
      const none = ['contacts', 'cards', 'returns', 'workplaces'];
      for (const [name, items] of Object.entries(all.data))
        if (!none.includes(name)) expect(items, name).to.not.deep.equal([]);
      expect(all.data.purchases[0]).to.include({ amount: '700', points: '700', currency: 'USD' });
      expect(all.data.purchases[0].receipt.signature).to.match(/^0x[0-9a-f]{130}$/);
      expect(all.data.acts[0]).to.include({ kind: 'redemption', amount: '100', status: 'final' });
      expect(all.data.acts[0].voucher).to.be.a('string');
      const text = JSON.stringify(all).toLowerCase();
      expect(text).to.not.include(eve.account.slice(2).toLowerCase());
      expect(text).to.include(ana.account.slice(2).toLowerCase());
    });

    it('has nothing by which a session could be used', async () => {
      const { rows } = await api.network.deps.pool.query<{ hash: string }>(
        `SELECT encode(token_hash, 'hex') AS hash FROM sessions`,
      );
      const text = JSON.stringify(await exported(tokens.ana));
      expect(text).to.not.include('tss_');
      for (const { hash } of rows) expect(text).to.not.include(hash);
    });

    it('is as it was when it is many pages long', async () => {
      const { pool } = api.network.deps;
      const account = Buffer.from(ana.account.slice(2), 'hex');
      await pool.query(
        `INSERT INTO purchases (partner_id, purchase_id, body_hash, account, amount_minor, currency, occurred_at, received_at, points)
         SELECT 1, 'many-' || n, '', $1, n, 'USD', now(), now(), 0 FROM generate_series(1, 1200) n`,
        [account],
      );
      const { purchases } = (await exported(tokens.ana)).data;
      const amounts = purchases
        .filter(({ id }: Item) => String(id).startsWith('many-'))
        .map(({ amount }: Item) => Number(amount));
      expect(amounts).to.deep.equal(Array.from({ length: 1200 }, (_, index) => index + 1));
    });

    it('reads no more than is taken: a page at a time', async () => {
      const parts = exportMember(api.network.deps, ana.account);
      await parts.next();
      await parts.return(undefined);
      expect((await parts.next()).done).to.equal(true);
    });
  });

  describe('POST /v1/members/me/erasure', () => {
    const erase = (token: string) => api.call('POST', '/v1/members/me/erasure', { body: {}, token });

    it('asks for a session that was opened just now', async () => {
      await api.network.deps.pool.query(
        `UPDATE sessions SET created_at = now() - interval '301 seconds' WHERE account = $1`,
        [Buffer.from(ana.account.slice(2), 'hex')],
      );
      const { status, body } = await erase(tokens.ana);
      expect([status, body.code]).to.deep.equal([403, 'SESSION_NOT_FRESH']);
      expect((await exported(tokens.ana)).data.passkeys).to.have.length(1);
    });

    it('erases what need not be kept, says what is, and leaves others alone', async () => {
      const before = await exported(tokens.eve);
      const fresh = await api.signIn(ana, 200);
      const { status, body } = await erase(fresh);
      expect(status).to.equal(200);
      const rows = Object.fromEntries(body.erased.map(({ name, rows: count }: Item) => [name, count]));
      expect(rows).to.include({ passkeys: 1, consents: 2 });
      expect(rows.sessions).to.be.greaterThan(1);
      expect(body.kept.map(({ name }: Item) => name)).to.include.members(['purchases', 'acts', 'member']);
      expect(body.onChain).to.match(/Nobody can erase/);
      for (const token of [fresh, tokens.ana])
        expect((await api.call('GET', '/v1/members/me/sessions', { token })).body.code).to.equal(
          'SESSION_INVALID',
        );
      const after = await exported(tokens.eve);
      expect({ ...after.data, sessions: [] }).to.deep.equal({ ...before.data, sessions: [] });
    });

    it('is seen by whoever signs in anew: the sales are there, the rest is gone or taken back', async () => {
      const { data } = await exported(await api.signIn(ana, 250));
      expect(data.passkeys).to.deep.equal([]);
      expect(data.purchases.length).to.be.greaterThan(1000);
      const last = new Map(data.consents.map((consent: Item) => [consent.purpose, consent.granted]));
      expect([...last.values()]).to.deep.equal([false, false]);
      const old = data.sessions.slice(0, -1);
      for (const session of old) expect(session).to.include({ device: null, method: null, lastUsedAt: null });
    });

    it('is all or nothing', async () => {
      const { pool, clock } = api.network.deps;
      await pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
        CREATE TRIGGER fail BEFORE UPDATE ON sessions EXECUTE FUNCTION fail()`);
      try {
        const failed = await eraseMember({ pool, clock }, eve.account).then(
          () => null,
          (error: Error) => error.message,
        );
        expect(failed).to.equal('no');
      } finally {
        await pool.query('DROP FUNCTION fail CASCADE');
      }
      const { data } = await exported(tokens.eve);
      expect(data.passkeys).to.have.length(1);
      expect(data.consents).to.have.length(2);
    });
  });
});
