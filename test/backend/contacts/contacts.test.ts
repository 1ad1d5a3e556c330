import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { normaliseEmail, normalisePhone } from '../../../backend/contacts/contact.ts';
import { eraseContacts } from '../../../backend/contacts/erase-contacts.ts';
import { listContacts } from '../../../backend/contacts/list-contacts.ts';
import { type Answer, startApi, type TestApi } from '../../helpers/api.ts';
import { codeIn, type Mailbox, openMailbox, openTextGateway } from '../../helpers/mail.ts';
import { type EoaMember, eoaMember } from '../../helpers/members.ts';
import { signInAs } from '../../helpers/sign-in.ts';

const OLD_KEY = '0d'.repeat(32);
const NEW_KEY = '2e'.repeat(32);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('Contacts', function () {
  this.timeout(120_000);
  let api: TestApi;
  let mail: Mailbox;
  let texts: Mailbox;
  let now = 1_790_000_000;
  const clock = { now: () => new Date(now * 1000), seconds: () => now };
  const sessions = new Map<EoaMember, string>();
  let serial = 0;

  before(async () => {
    mail = await openMailbox();
    texts = await openTextGateway();
    api = await startApi(
      {
        secretsKeys: [OLD_KEY],
        smtpUrl: mail.url,
        mailFrom: 'hello@tessera.example',
        smsUrl: texts.url,
        smsToken: 'gateway',
        lookupsPerMinute: 10_000,
      },
      { clock },
    );
  });
  after(async () => {
    await api?.program.stop();
    await mail?.stop();
    await texts?.stop();
  });

  const someone = async (): Promise<EoaMember> => {
    const member = eoaMember(`contact ${++serial}`);
    sessions.set(member, await signInAs(api, member));
    return member;
  };
  const ask = (member: EoaMember, method: string, path: string, body?: unknown): Promise<Answer> =>
    api.send(`/v1/members/${member.account}/contacts${path}`, {
      method,
      headers: {
        authorization: `Bearer ${sessions.get(member)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const add = (member: EoaMember, body: unknown) => ask(member, 'POST', '', body);
  const verify = (member: EoaMember, id: string, code: string) =>
    ask(member, 'POST', `/${id}/verify`, { code });
  const addVerified = async (member: EoaMember, body: { email: string } | { phone: string }) => {
    const { id } = (await add(member, body)).body;
    await verify(member, id, codeIn('email' in body ? mail : texts));
    return id as string;
  };
  const lookUp = (body: unknown, key = api.keys.aurora) => api.post('/v1/members/lookup', body, key);
  const outcome = ({ status, body }: Answer) => `${status} ${body.code ?? ''}`.trim();
  const finds = async (member: EoaMember, body: unknown) => {
    const answer = await lookUp(body);
    expect([answer.status, answer.body.account]).to.deep.equal([200, member.account]);
  };

  describe('adding one', () => {
    it('sends a code there, and counts for nothing before it comes back', async () => {
      const ana = await someone();
      const { status, body } = await add(ana, { email: ' Ana@Shop.Example ' });
      expect(status).to.equal(201);
      expect(body).to.include({ kind: 'email', value: 'ana@shop.example', verified: false, codeSent: true });
      expect(mail.mails.at(-1)?.to).to.equal('ana@shop.example');
      expect(outcome(await lookUp({ email: 'ana@shop.example' }))).to.equal('404 MEMBER_UNKNOWN');
      const verified = await verify(ana, body.id, codeIn(mail));
      expect(verified.body.contacts[0]).to.include({ id: body.id, verified: true });
      await finds(ana, { email: 'ANA@shop.example' });
    });

    it('reaches a phone by the gateway', async () => {
      const ben = await someone();
      const id = await addVerified(ben, { phone: '+44 (20) 7946-0018' });
      expect(texts.mails.at(-1)?.to).to.equal('+442079460018');
      expect((await ask(ben, 'GET', '')).body.contacts).to.deep.equal([
        {
          id,
          kind: 'phone',
          value: '+442079460018',
          verified: true,
          addedAt: new Date(now * 1000).toISOString(),
        },
      ]);
      await finds(ben, { phone: '0044 20 7946 0018' });
    });

    it('again sends a new code in place of the old one', async () => {
      const cleo = await someone();
      const first = await add(cleo, { email: 'cleo@shop.example' });
      const old = codeIn(mail);
      const again = await add(cleo, { email: 'cleo@shop.example' });
      expect([again.status, again.body.id]).to.deep.equal([200, first.body.id]);
      const fresh = codeIn(mail);
      if (old !== fresh)
        expect(outcome(await verify(cleo, first.body.id, old))).to.equal('422 CONTACT_CODE_WRONG');
      expect((await verify(cleo, first.body.id, fresh)).status).to.equal(200);
    });

    it('takes five at the most, eight codes a day, and only what is an address or a number', async () => {
      const dora = await someone();
      for (let n = 0; n < 5; n++) await add(dora, { email: `dora${n}@shop.example` });
      expect(outcome(await add(dora, { email: 'dora5@shop.example' }))).to.equal('409 CONTACTS_TOO_MANY');
      for (let n = 0; n < 3; n++)
        expect((await add(dora, { email: 'dora0@shop.example' })).status).to.equal(200);
      expect(outcome(await add(dora, { email: 'dora0@shop.example' }))).to.equal('429 CODES_TOO_MANY');
      for (const body of [
        { email: 'dora' },
        { email: 'a@b' },
        { email: 'a b@shop.example' },
        { email: 'a@shop.example, b@shop.example' },
        { email: 'a\n@shop.example' },
        { phone: '2079460018' },
        { phone: '+0207946' },
        { phone: '+44' },
        { email: 'dora@shop.example', phone: '+442079460018' },
        {},
      ])
        expect(outcome(await add(dora, body)), JSON.stringify(body)).to.equal('400 REQUEST_INVALID');
    });

    it('says so when nobody takes the message, and another time it goes', async () => {
      const emma = await someone();
      mail.refusing = true;
      expect(outcome(await add(emma, { email: 'emma@shop.example' }))).to.equal('503 MESSAGE_UNSENT');
      mail.refusing = false;
      expect((await add(emma, { email: 'emma@shop.example' })).body).to.include({ codeSent: true });
    });
  });

  describe('a code', () => {
    it('may be mistyped five times, and is of no use after that', async () => {
      const finn = await someone();
      const { id } = (await add(finn, { email: 'finn@shop.example' })).body;
      const code = codeIn(mail);
      const wrong = code === '000000' ? '000001' : '000000';
      for (let left = 4; left >= 0; left--) {
        const { body } = await verify(finn, id, wrong);
        expect([body.code, body.details.left]).to.deep.equal(['CONTACT_CODE_WRONG', left]);
      }
      expect(outcome(await verify(finn, id, code))).to.equal('410 CONTACT_CODE_EXPIRED');
    });

    it('can’t be guessed faster by trying at the same moment', async () => {
      const gina = await someone();
      const { id } = (await add(gina, { email: 'gina@shop.example' })).body;
      const wrong = codeIn(mail) === '000000' ? '000001' : '000000';
      const answers = await Promise.all(Array.from({ length: 12 }, () => verify(gina, id, wrong)));
      expect(answers.map(outcome).toSorted()).to.deep.equal([
        ...Array(7).fill('410 CONTACT_CODE_EXPIRED'),
        ...Array(5).fill('422 CONTACT_CODE_WRONG'),
      ]);
    });

    it('is good for fifteen minutes', async () => {
      const hugo = await someone();
      const { id } = (await add(hugo, { email: 'hugo@shop.example' })).body;
      now += 15 * 60;
      expect(outcome(await verify(hugo, id, codeIn(mail)))).to.equal('410 CONTACT_CODE_EXPIRED');
    });

    it('is of no use to anybody else', async () => {
      const [ida, jan] = [await someone(), await someone()];
      const { id } = (await add(ida, { email: 'ida@shop.example' })).body;
      expect(outcome(await verify(jan, id, codeIn(mail)))).to.equal('404 CONTACT_UNKNOWN');
      const foreign = await api.post(
        `/v1/members/${ida.account}/contacts/${id}/verify`,
        { code: codeIn(mail) },
        sessions.get(jan),
      );
      expect(outcome(foreign)).to.equal('403 SESSION_FOREIGN');
    });
  });

  describe('one contact', () => {
    it('finds one member: whoever proved it last', async () => {
      const [kim, leo] = [await someone(), await someone()];
      await addVerified(kim, { phone: '+48600700800' });
      const { id } = (await add(leo, { phone: '+48600700800' })).body;
      await finds(kim, { phone: '+48600700800' });
      await verify(leo, id, codeIn(texts));
      await finds(leo, { phone: '+48600700800' });
      expect((await ask(kim, 'GET', '')).body.contacts).to.deep.equal([]);
    });

    it('that two prove at the same moment finds one of them', async () => {
      const members = await Promise.all([someone(), someone(), someone()]);
      const ids: string[] = [];
      const codes: string[] = [];
      for (const member of members) {
        ids.push((await add(member, { email: 'all@shop.example' })).body.id);
        codes.push(codeIn(mail));
      }
      await Promise.all(members.map((member, at) => verify(member, ids[at] ?? '', codes[at] ?? '')));
      const { rows } = await api.program.deps.pool.query(
        'SELECT count(*)::int AS found FROM member_contacts WHERE verified_at IS NOT NULL AND kind = $1 AND account = ANY($2)',
        ['email', members.map(({ account }) => Buffer.from(account.slice(2), 'hex'))],
      );
      expect(rows[0].found).to.equal(1);
    });

    it('is gone when it is removed, and its place is free', async () => {
      const mia = await someone();
      const id = await addVerified(mia, { email: 'mia@shop.example' });
      expect((await ask(mia, 'DELETE', `/${id}`)).status).to.equal(204);
      expect(outcome(await lookUp({ email: 'mia@shop.example' }))).to.equal('404 MEMBER_UNKNOWN');
      expect(outcome(await ask(mia, 'DELETE', `/${id}`))).to.equal('404 CONTACT_UNKNOWN');
    });

    it('is the same however it is written', () => {
      expect(normaliseEmail(' ＡＮＡ@Shop.Example')).to.equal('ana@shop.example');
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), (text) => {
          const once = normaliseEmail(text);
          expect(normaliseEmail(once)).to.equal(once);
        }),
        { seed: 7 },
      );
      for (const written of ['+44 20 7946 0018', '0044 (20) 7946.0018', '+44-20-7946/0018'])
        expect(normalisePhone(written)).to.equal('+442079460018');
    });
  });

  describe('lookup', () => {
    it('takes the SHA-256 in place of the contact', async () => {
      const nora = await someone();
      await addVerified(nora, { email: 'nora@shop.example' });
      await addVerified(nora, { phone: '+351912345678' });
      await finds(nora, { emailSha256: sha256('nora@shop.example') });
      await finds(nora, { emailSha256: sha256('nora@shop.example').toUpperCase() });
      await finds(nora, { phoneSha256: sha256('+351912345678') });
      expect(outcome(await lookUp({ phoneSha256: sha256('nora@shop.example') }))).to.equal(
        '404 MEMBER_UNKNOWN',
      );
      expect(outcome(await lookUp({ emailSha256: sha256('nobody@shop.example') }))).to.equal(
        '404 MEMBER_UNKNOWN',
      );
    });

    it('leaves nothing of a contact in the database that could be read or guessed through', async () => {
      const olga = await someone();
      await addVerified(olga, { email: 'olga@shop.example' });
      await lookUp({ email: 'olga@shop.example' });
      await lookUp({ email: 'nobody@shop.example' });
      for (const table of ['member_contacts', 'audit_log', 'events', 'code_counters'])
        for (const text of ['olga@shop', 'nobody@shop', sha256('olga@shop.example')]) {
          const hex = Buffer.from(text).toString('hex');
          const { rows } = await api.program.deps.pool.query(
            `SELECT count(*)::int AS found FROM ${table} t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%' || $2 || '%'`,
            [text, hex],
          );
          expect(rows[0].found, `${table} has ${text}`).to.equal(0);
        }
    });
  });

  describe('the network’s keys', () => {
    it('may be changed: what the old one hid is found and read by the new ones', async () => {
      const pia = await someone();
      await addVerified(pia, { email: 'pia@shop.example' });
      const { databaseUrl } = api.program.deps.config;
      const rotated = await startApiOn(databaseUrl, [NEW_KEY, OLD_KEY]);
      try {
        const found = await rotated('/v1/members/lookup', { email: 'pia@shop.example' }, api.keys.aurora);
        expect([found.status, found.body.account]).to.deep.equal([200, pia.account]);
        const again = await rotated(
          `/v1/members/${pia.account}/contacts`,
          { email: 'pia@shop.example' },
          sessions.get(pia),
        );
        expect([again.status, again.body.verified, again.body.codeSent]).to.deep.equal([200, true, false]);
      } finally {
        await rotated.stop();
      }
    });

    it('are needed', async () => {
      const bare = await startApi({}, { clock });
      try {
        const member = eoaMember('bare');
        const session = await signInAs(bare, member);
        const path = `/v1/members/${member.account}/contacts`;
        expect(outcome(await bare.post(path, { email: 'a@shop.example' }, session))).to.equal(
          '503 SECRETS_KEY_MISSING',
        );
        expect((await bare.get(path, session)).body).to.deep.equal({ contacts: [] });
        const looked = await bare.post('/v1/members/lookup', { email: 'a@shop.example' }, bare.keys.aurora);
        expect(outcome(looked)).to.equal('503 SECRETS_KEY_MISSING');
      } finally {
        await bare.program.stop();
      }
    });
  });

  describe('without a way to send codes', () => {
    for (const [demo, verified] of [
      [false, false],
      [true, true],
    ] as const)
      it(`a contact ${verified ? 'is believed in a demo' : 'stays unverified, and finds nobody'}`, async () => {
        const other = await startApi({ secretsKeys: [OLD_KEY], demo }, { clock });
        try {
          const member = eoaMember('unreachable');
          const session = await signInAs(other, member);
          const path = `/v1/members/${member.account}/contacts`;
          const { body } = await other.post(path, { email: 'rita@shop.example' }, session);
          expect(body).to.include({ verified, codeSent: false });
          const looked = await other.post(
            '/v1/members/lookup',
            { email: 'rita@shop.example' },
            other.keys.aurora,
          );
          expect(looked.status).to.equal(verified ? 200 : 404);
        } finally {
          await other.program.stop();
        }
      });
  });

  it('can be exported and erased by the account', async () => {
    const sam = await someone();
    await addVerified(sam, { email: 'sam@shop.example' });
    const { deps } = api.program;
    expect((await listContacts(deps, sam.account)).map(({ value }) => value)).to.deep.equal([
      'sam@shop.example',
    ]);
    expect(await eraseContacts(deps.pool, sam.account)).to.equal(1);
    expect(await listContacts(deps, sam.account)).to.deep.equal([]);
    expect(outcome(await lookUp({ email: 'sam@shop.example' }))).to.equal('404 MEMBER_UNKNOWN');
  });

  /** Another process on the same database, with other keys. */
  async function startApiOn(databaseUrl: string, secretsKeys: string[]) {
    const { startProgram } = await import('../../../backend/main.ts');
    const { testConfig } = await import('../../helpers/api.ts');
    const program = await startProgram(testConfig(databaseUrl, { secretsKeys }), { clock });
    const post = async (path: string, body: unknown, bearer = '') => {
      const response = await fetch(program.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify(body),
      });
      // biome-ignore lint/suspicious/noExplicitAny: outside data that a test picks apart
      const answer: any = await response.json();
      return { status: response.status, body: answer };
    };
    return Object.assign(post, { stop: () => program.stop() });
  }
});
