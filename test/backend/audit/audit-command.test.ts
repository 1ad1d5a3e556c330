import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Hex, keccak256 } from 'viem';
import type { AuditResult } from '../../../backend/audit/audit-coalition.ts';
import type { Inclusion } from '../../../backend/audit/check-receipts.ts';
import { hexToBytes } from '../../../backend/protocol/bytes.ts';
import { type Receipt, receiptGroupDigest } from '../../../backend/protocol/receipt.ts';
import { ROLES } from '../../../backend/protocol/roles.ts';
import { signDigest } from '../../../backend/protocol/secp256k1-native.ts';
import { findSlot, openCoalition, playHistory, type Stage, setStorage } from './coalition-history.ts';
import { issueReceipts, signer, signerKey } from './issue-receipts.ts';
import { serveChain } from './rpc-server.ts';

const script = join(import.meta.dirname, '../../../scripts/audit.ts');

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

const run = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });

describe('npm run audit', function () {
  // Each run is a process of its own, and the machine may be busy.
  this.timeout(180_000);

  let stage: Stage;
  let server: Awaited<ReturnType<typeof serveChain>>;
  let folder: string;
  let documents: { receipt: Receipt; inclusion: Inclusion }[];

  const audit = (...args: string[]) =>
    run('--rpc', server.url, '--coalition', stage.address, '--json', ...args);
  const resultOf = ({ stdout }: Run): AuditResult => JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
  const fileOf = async (lines: unknown[]) => {
    const file = join(folder, 'receipts.ndjson');
    await writeFile(
      file,
      lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    );
    return file;
  };

  before(async () => {
    stage = await openCoalition();
    await playHistory(stage, { seed: 11, steps: 40 });
    for (const id of [1, 2, 3, 4]) await stage.coalition.resumePartner(id);
    documents = await issueReceipts(stage);
    server = await serveChain(stage);
    folder = await mkdtemp(join(tmpdir(), 'tessera-audit-'));
  });

  after(async () => {
    server.close();
    await stage.connection.close();
    await rm(folder, { recursive: true });
  });

  describe('when everything agrees', () => {
    it('ends with code 0 and one object as the last line', async () => {
      const done = await audit();
      expect(done.code, done.stderr).to.equal(0);
      const result = resultOf(done);
      expect(Object.keys(result)).to.deep.equal(['agrees', 'block', 'partners', 'disagreements']);
      expect(result).to.include({ agrees: true, block: await stage.ethers.provider.getBlockNumber() });
      expect(Object.keys(result.partners[0]!)).to.deep.equal([
        'name',
        'supply',
        'liability',
        'reserve',
        'coverage',
      ]);
    });

    it('prints a table for people and writes files', async () => {
      const out = join(folder, 'out');
      const done = await run('--rpc', server.url, '--coalition', stage.address, '--out', out);
      expect(done.code).to.equal(0);
      expect(done.stdout)
        .to.include('Everything agrees.')
        .and.to.match(/Aurora +[\d,]+ +\$[\d,.]+ +\$[\d,.]+/);
      expect(JSON.parse(await readFile(join(out, 'audit.json'), 'utf8'))).to.include({ agrees: true });
      const accounts = (await readFile(join(out, 'accounts.csv'), 'utf8')).trimEnd().split('\n');
      expect(accounts[0]).to.equal('partner,account,points,next_nonce,word');
      const token = await stage.ethers.getContractAt(
        'PointsToken',
        (await stage.coalition.partnerReport(3)).token,
      );
      expect(accounts.join('\n')).to.include(
        `Cinema,${signer.toLowerCase()},${await token.balanceOf(signer)},`,
      );
    });

    it('accepts the receipts', async () => {
      const done = await audit(
        '--receipts',
        await fileOf([...documents, { ...documents[0], inclusion: null }]),
      );
      expect(done.code, done.stderr).to.equal(0);
      expect(done.stderr).to.include('4 receipts checked, 3 of them in a batch');
    });
  });

  describe('when something was tampered with', () => {
    it('ends with code 1 and names one word of storage', async () => {
      const { reserve } = await stage.coalition.partnerReport(1);
      const matches = (word: bigint) => (word & ((1n << 72n) - 1n)) === reserve;
      const { slot, word } = await findSlot(stage, { contract: stage.address, key: 1, matches });
      await setStorage(stage, stage.address, slot, word + 1n);
      const done = await audit();
      await setStorage(stage, stage.address, slot, word);
      expect(done.code).to.equal(1);
      expect(resultOf(done).disagreements[0]).to.include({
        what: 'reserve',
        subject: 'Aurora',
        expected: `${reserve}`,
        found: `${reserve + 1n}`,
      });
      expect(done.stderr).to.include('reserve: Aurora');
    });

    it('ends with code 1 and names one event', async () => {
      const { root } = documents[0]!.inclusion;
      const change = (log: { topics: Hex[]; data: Hex }) =>
        log.topics.includes(root) ? { ...log, data: `${log.data.slice(0, -2)}ff` } : log;
      server.tamper = (method, answer) =>
        method === 'eth_getLogs' ? (answer as { topics: Hex[]; data: Hex }[]).map(change) : answer;
      const done = await audit();
      server.tamper = (_, answer) => answer;
      expect(done.code).to.equal(1);
      expect(resultOf(done).disagreements[0]).to.include({ what: 'points of a batch', found: '255' });
    });

    it('ends with code 1 and names each receipt of which one byte was changed', async () => {
      const text = JSON.stringify(documents[1]);
      const tampered = [
        '"points":"11"',
        '"occurredAt":1700000000',
        '"purchase":"b"',
        `"batch":"${documents[1]!.inclusion.batch}"`,
      ].map((field) => {
        expect(text).to.include(field);
        return text.replace(
          field,
          field.replace(/[\w](?="?$)/, (last) => (last === '9' ? '8' : '9')),
        );
      });
      const { signature, proof, root } = documents[1]!.receipt.group;
      for (const hex of [
        signature,
        proof[0]!,
        root,
        documents[1]!.inclusion.transaction!,
        documents[1]!.receipt.member,
      ]) {
        tampered.push(text.replace(hex, `${hex.slice(0, 20)}${hex[20] === '7' ? '8' : '7'}${hex.slice(21)}`));
      }
      tampered.push(text.slice(1));
      const done = await audit('--receipts', await fileOf([documents[0], ...tampered, documents[2]]));
      expect(done.code).to.equal(1);
      const lines = resultOf(done).disagreements.map(({ subject }) => Number(subject.split(' ').at(-1)));
      expect([...new Set(lines)]).to.deep.equal(tampered.map((_, index) => index + 2));
    });

    it('ends with code 1 and names a receipt that somebody else signed', async () => {
      const { receipt } = documents[0]!;
      const signature = signDigest(
        hexToBytes(keccak256('0x0b')),
        receiptGroupDigest(receipt.group, stage.network),
      );
      const forged = { receipt: { ...receipt, group: { ...receipt.group, signature } }, inclusion: null };
      const done = await audit('--receipts', await fileOf([forged]));
      expect(done.code).to.equal(1);
      expect(resultOf(done).disagreements[0]).to.include({ what: 'signer of a receipt' });
    });
  });

  describe('when a receipt signer has lost its role', () => {
    it('accepts what it signed before, and names what it signed since', async () => {
      await stage.authority.revokeRole(ROLES.RECEIPT_SIGNER, signer);
      expect((await audit('--receipts', await fileOf(documents))).code).to.equal(0);
      const { receipt } = documents[0]!;
      const group = { ...receipt.group, signedAt: 4_000_000_000 };
      const signature = signDigest(signerKey, receiptGroupDigest(group, stage.network));
      const late = { receipt: { ...receipt, group: { ...group, signature } }, inclusion: null };
      const done = await audit('--receipts', await fileOf([late]));
      expect(resultOf(done).disagreements[0]).to.include({ what: 'signer of a receipt', found: signer });
    });
  });

  describe('when it cannot be done', () => {
    it('ends with code 2 and says what to do', async () => {
      const cases: [args: string[], sentence: string][] = [
        [[], 'Give the RPC endpoint'],
        [['--rpc', 'localhost'], 'Give the RPC endpoint'],
        [['--rpc', server.url, '--coalition', '0x12'], 'Give the address of the coalition hub'],
        [['--rpc', server.url, '--coalition', stage.address, '--block', '-1'], '--block'],
        [['--rpc', server.url, '--coalition', stage.address, '--from', '1.5'], '--from'],
        [['--rpc', server.url, '--coalition', stage.address, '--nonsense'], 'Usage:'],
        [['--rpc', 'http://127.0.0.1:1', '--coalition', stage.address], 'Check the URL'],
        [['--rpc', server.url, '--coalition', signer], 'There is no contract'],
        [
          ['--rpc', server.url, '--coalition', stage.address, '--block', '999999'],
          'does not know block 999999',
        ],
        [
          ['--rpc', server.url, '--coalition', stage.address, '--receipts', join(folder, 'none')],
          'Check its name',
        ],
      ];
      for (const [args, sentence] of cases) {
        const done = await run(...args);
        expect(done.code, sentence).to.equal(2);
        expect(done.stderr).to.include(sentence);
        expect(done.stdout).to.equal('');
      }
    });

    it('explains itself', async () => {
      const done = await run('--help');
      expect(done.code).to.equal(0);
      expect(done.stdout).to.include('Usage: npm run audit');
    });
  });
});
