import { expect } from 'chai';
import { createApiKey } from '../../../backend/partners/create-api-key.ts';
import { PERMISSION_NAMES } from '../../../backend/partners/permission.ts';
import { startApi, type TestApi } from '../../helpers/api.ts';

describe('Audit log of a brand', function () {
  this.timeout(60_000);
  let api: TestApi;
  let key: string;
  let other: string;
  before(async () => {
    api = await startApi();
    const all = { name: 'office', scopes: PERMISSION_NAMES, actor: 'test' };
    key = (await createApiKey(api.program.deps.prisma, { partnerId: 1, ...all })).key;
    other = (await createApiKey(api.program.deps.prisma, { partnerId: 2, ...all })).key;
    for (const name of ['one', 'two', 'three', 'four'])
      await api.post('/v1/keys', { name, scopes: ['till'] }, key);
  });
  after(() => api.program.stop());
  const read = async (query: string, by = key) => (await api.get(`/v1/partners/me/audit?${query}`, by)).body;

  it('is the brand’s own, newest first, page by page, each entry linked to the one before', async () => {
    const seen: { seq: string; hash: string; previousHash: string }[] = [];
    for (let cursor = ''; ; ) {
      const { entries, next } = await read(`limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...entries);
      if (next === null) break;
      cursor = next;
    }
    expect(seen.map(({ seq }) => Number(seq))).to.deep.equal(seen.map((_, index) => seen.length - index));
    for (const [index, { previousHash }] of seen.slice(0, -1).entries())
      expect(previousHash).to.equal(seen[index + 1]?.hash);
    const { entries: theirs } = await read('', other);
    expect(JSON.stringify(theirs)).to.not.include('three');
  });

  it('is filtered by action, actor, subject and time', async () => {
    const { entries } = await read('action=api-key.created&limit=1');
    const [{ actor, subject, at, after }] = entries;
    expect(JSON.parse(after)).to.include({ name: 'four' });
    expect((await read(`actor=${actor}`)).entries).to.have.length(4);
    expect((await read(`subject=${subject}`)).entries).to.have.length(1);
    expect((await read(`to=${at}`)).entries.every((entry: { at: string }) => entry.at < at)).to.equal(true);
    expect((await read('action=nothing')).entries).to.deep.equal([]);
    expect((await read('cursor=0')).code).to.equal('REQUEST_INVALID');
  });

  it('is taken out as a file with as many records', async () => {
    const { entries } = await read('limit=100');
    const { body } = await api.get('/v1/partners/me/audit.csv', key);
    expect(body.trimEnd().split('\r\n')).to.have.length(entries.length + 1);
  });

  it('is verified by its owner, and a change is found', async () => {
    const verify = async () => (await api.get('/v1/partners/me/audit/verify', key)).body;
    const { entries } = await read('limit=1');
    expect(await verify()).to.deep.equal({ entries: entries[0].seq, head: entries[0].hash, broken: null });
    const { pool } = api.program.deps;
    await pool.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await pool.query(`UPDATE audit_log SET actor = 'nobody' WHERE partner_id = 1 AND seq = 3`);
    expect((await verify()).broken).to.deep.equal({ seq: '3', why: 'its content is not what was hashed' });
  });
});
