import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Client } from 'pg';
import { startPostgres } from '../../scripts/embedded/postgres.ts';
import { choosePort, type Service } from '../../scripts/embedded/service.ts';
import { hasEnded, identifyProcess } from '../../scripts/shared/process-identity.ts';
import { killWhileHolding } from './hold-server.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', function () {
  this.timeout(120_000);
  let folder: string;
  let service: Service | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
  });
  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('keeps what is committed over a restart, synced to the disk', async () => {
    service = await startPostgres({ folder });
    await query(service.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    await service.stop();
    service = await startPostgres({ folder });
    expect(service.adopted).to.equal(false);
    expect(await query(service.url, 'SELECT n FROM kept')).to.deep.equal([{ n: 1 }]);
    expect(await query(service.url, 'SHOW fsync')).to.deep.equal([{ fsync: 'on' }]);
    const [{ server_encoding: encoding }] = (await query(service.url, 'SHOW server_encoding')) as [
      { server_encoding: string },
    ];
    expect(encoding).to.equal('UTF8');
  });

  it('lets nobody in without the password, and nobody from outside', async () => {
    service = await startPostgres({ folder });
    const stranger = service.url.replace(/:[^:@/]*@/, ':guess@');
    const refusal = await query(stranger, 'SELECT 1').catch((error: { code: string }) => error.code);
    expect(refusal).to.equal('28P01');
    expect(await query(service.url, 'SHOW listen_addresses')).to.deep.equal([
      { listen_addresses: '127.0.0.1' },
    ]);
  });

  describe('when the program was killed', () => {
    it('takes the running server over, with its port and its data', async () => {
      const killed = await killWhileHolding('startPostgres', folder, async ({ url }) => {
        await query(url, 'INSERT INTO kept VALUES (2)');
      });
      expect(identifyProcess(killed.pid)).to.not.equal(undefined);
      service = await startPostgres({ folder });
      expect(service).to.include({ adopted: true, pid: killed.pid, port: killed.port });
      expect(await query(service.url, 'SELECT n FROM kept ORDER BY n')).to.deep.equal([{ n: 1 }, { n: 2 }]);
      await service.stop();
      expect(await hasEnded(killed.pid, 10_000)).to.equal(true);
    });

    it('moves it to the port that is asked for, without a second server on the folder', async () => {
      const killed = await killWhileHolding('startPostgres', folder, async () => {});
      const port = await choosePort(undefined);
      service = await startPostgres({ folder, port: { port, askedBy: '--database-port' } });
      expect(service).to.include({ adopted: false, port });
      expect(identifyProcess(killed.pid)).to.equal(undefined);
    });
  });

  it('never ends a program that got the number of a server which is gone', async () => {
    const stalePid = join(folder, 'data', 'postmaster.pid');
    writeFileSync(stalePid, `${process.pid}\n${join(folder, 'data')}\n1\n5433\n\n127.0.0.1\n\nready\n`);
    service = await startPostgres({ folder });
    // This very process has the number, and is alive to say so.
    expect(service.adopted).to.equal(false);
    expect(readFileSync(stalePid, 'utf8').startsWith(`${service.pid}\n`)).to.equal(true);
  });

  it('gives way when its usual port is taken, and says so when it was asked for', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    try {
      service = await startPostgres({ folder, port: { port } });
      expect(service.port).to.not.equal(port);
      await service.stop();
      const refusal = await startPostgres({ folder, port: { port, askedBy: '--database-port' } }).catch(
        (error: Error) => error.message,
      );
      expect(refusal).to.equal(
        `Port ${port} is taken: end the program that uses it, or choose another with --database-port.`,
      );
    } finally {
      other.close();
    }
  });
});
