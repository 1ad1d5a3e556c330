import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readOptions } from '../../scripts/launch/options.ts';
import { CommandFailure } from '../../scripts/shared/failure.ts';
import { lockHolder, takeLock } from '../../scripts/shared/folder-lock.ts';
import { ROOT } from '../../scripts/shared/run-tool.ts';
import { countTests } from '../../scripts/test.ts';

describe('commands', function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  describe('npm test', () => {
    it('counts the tests of all runners by their last lines', () => {
      const output =
        '  3 passing (2s)\n\n\x1b[32m12 passing\x1b[39m (2 solidity, 10 mocha)\n\x1b[31m1 failing\x1b[39m (1 mocha)\n';
      expect(countTests(output)).to.deep.equal({ passed: 12, failed: 1, skipped: 0 });
    });

    it('counts skipped tests, and none when nothing ran', () => {
      expect(countTests('5 passing (5 mocha)\n2 skipped (2 mocha)\n').skipped).to.equal(2);
      expect(countTests('Running Mocha tests\n')).to.deep.equal({ passed: 0, failed: 0, skipped: 0 });
    });
  });

  describe('npm start', () => {
    it('takes ports from flags before the environment, and says which one is wrong', () => {
      expect(readOptions(['--chain-port', '9000']).chain).to.include({ port: 9000 });
      expect(readOptions([]).database).to.deep.equal({ port: 5433 });
      expect(() => readOptions(['--port', '80.5']))
        .to.throw(CommandFailure)
        .with.property('message', '--port (or PORT) is "80.5": give a port from 1 to 65535.');
      expect(() => readOptions(['--prot', '80']))
        .to.throw(CommandFailure)
        .with.property('message')
        .that.includes('--prot');
    });
  });

  describe('a lock on a folder', () => {
    it('is held against others while its process lives', async () => {
      const file = join(folder, 'a.lock');
      expect(await takeLock(file)).to.equal(undefined);
      expect(await takeLock(file)).to.include({ pid: process.pid });
      expect(lockHolder(file)).to.include({ pid: process.pid });
    });

    it('is taken over from a process that died, and from one that only got its number', async () => {
      const file = join(folder, 'a.lock');
      writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'in another life' }));
      expect(lockHolder(file)).to.equal(undefined);
      expect(await takeLock(file)).to.equal(undefined);
      expect(lockHolder(file)).to.include({ pid: process.pid });
    });
  });

  describe('setup', () => {
    const setup = (cwd: string, env: NodeJS.ProcessEnv = {}) =>
      spawnSync(process.execPath, ['scripts/setup.mjs'], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, ...env },
      });

    it('does nothing where everything is installed', () => {
      const { status, stdout, stderr } = setup(ROOT);
      expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: '', stderr: '' });
    });

    it('ends with what to do when npm reaches nothing', () => {
      mkdirSync(join(folder, 'scripts'));
      for (const name of ['scripts/setup.mjs', 'package.json', 'package-lock.json'])
        cpSync(join(ROOT, name), join(folder, name));
      // Nothing listens on the discard port.
      const offline = {
        npm_config_registry: 'http://127.0.0.1:9',
        npm_config_cache: join(folder, 'cache'),
        npm_config_fetch_retries: '0',
      };
      const { status, stderr } = setup(folder, offline);
      expect(status).to.equal(3);
      expect(stderr).to.include('npm cannot reach its registry: connect this machine to the network');
    });
  });
});
