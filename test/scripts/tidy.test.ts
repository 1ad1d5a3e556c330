import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { findUntidiness } from '../../scripts/shared/tidy.ts';

/** A line that breaks a rule, where it does, and a word of the remedy; put together so that this file itself is tidy. */
const BROKEN: [path: string, line: string, remedy: string][] = [
  ['web/a.ts', ['const a = b as', 'any;'].join(' '), 'parse it'],
  ['scripts/a.ts', ['const a = parse', "Float('1')"].join(''), 'integer units'],
  ['backend/purchases/a.ts', ['console', ".log('a')"].join(''), 'logger'],
  ['backend/purchases/a.ts', ['throw new', "Error('a')"].join(' '), 'DomainError'],
  ['backend/purchases/a.ts', ['const now = new', 'Date()'].join(' '), 'clock'],
  ['backend/purchases/a.ts', "import { a } from '../members/members.repository.ts';", 'use cases'],
  ['backend/purchases/a.ts', "import { a } from '../members/members.routes.ts';", 'use cases'],
  ['test/a.ts', ['it', "only('a', () => {})"].join('.'), 'every test'],
  ['test/a.ts', ['describe', "skip('a', () => {})"].join('.'), 'every test'],
  ['test/a.ts', ['await expect(a).to.be', 'reverted;'].join('.'), 'name the error'],
  ['contracts/A.sol', ['require(ok', '"no");'].join(', '), 'custom error'],
  ['README.md', ['see https:/', 'registry'].join('/') + ['', 'npmjs', 'org/a'].join('.'), 'host'],
  ['README.md', ['see `scripts', 'gone.ts`'].join('/'), 'is not there'],
  ['scripts/a.ts', ["const home = '", "root/a';"].join('/'), 'machine'],
];
/** Lines that resemble them and are well. */
const TIDY: [path: string, line: string][] = [
  ['backend/purchases/a.ts', "import { a } from './purchases.repository.ts';"],
  ['backend/purchases/a.ts', "import { a } from '../members/member.ts';"],
  ['backend/shared/clock.ts', ['const now = new', 'Date()'].join(' ')],
  ['scripts/a.ts', ['console', ".log('a')"].join('')],
  ['contracts/A.sol', 'require(ok, ActExpired(deadline));'],
  ['test/a.ts', "await expect(a).to.be.revertedWithCustomError(hub, 'ActExpired').withArgs(1);"],
];

describe('house rules', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'tessera-test-'));
    execFileSync('git', ['init', '--quiet'], { cwd: root });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  function write(path: string, line: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `\n${line}\n`);
  }

  for (const [path, line, remedy] of BROKEN) {
    it(`finds "${line}" in ${path}`, () => {
      write(path, line);
      const findings = findUntidiness(root);
      expect(findings).to.have.length(1);
      expect(findings[0]).to.include(`${path}:2`).and.to.include(remedy);
    });
  }

  for (const [path, line] of TIDY) {
    it(`lets "${line}" in ${path} be`, () => {
      write(path, line);
      expect(findUntidiness(root)).to.deep.equal([]);
    });
  }
});
