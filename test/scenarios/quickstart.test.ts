/** The README's "Earn and redeem in ten minutes", as it stands there, against a real network. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runTool } from '../../scripts/shared/run-tool.ts';
import { openStage, type Stage } from '../web/stage.ts';

const TITLE = '## Earn and redeem in ten minutes';
/** A shell that hangs has waited for something that never came. */
const SILENCE_MS = 90_000;

/** The section's snippets by language, in their order. */
function snippets(language: string): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(TITLE);
  const [text = ''] = section.split(/\n## /);
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, name, code]) =>
    name === language && code ? [code] : [],
  );
}

describe('Quick start', function () {
  this.timeout(180_000);
  let stage: Stage;
  let folder: string;
  let env: Record<string, string>;

  before(async () => {
    stage = await openStage();
    folder = await mkdtemp(join(tmpdir(), 'tessera-quickstart-'));
    const keys = join(folder, 'keys.json');
    const tills = { 'aurora-cafe': stage.keys.aurora, 'folio-books': stage.keys.boreal };
    await writeFile(keys, JSON.stringify({ tills }));
    env = { API: `${stage.url}/v1`, TESSERA: stage.url, KEYS: keys };
  });
  after(async () => {
    await stage?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('with curl ends with a voucher that is used', async () => {
    const blocks = snippets('sh');
    expect(blocks).to.have.length(6);
    // A line of its own after each block, so that each block's output can be told from the next one's.
    const script = blocks.map((block) => `${block}\necho; echo ----`).join('\n');
    const { code, output } = await runTool('bash', ['-euo', 'pipefail', '-c', script], {
      env,
      silenceMs: SILENCE_MS,
    });
    expect(code, output).to.equal(0);
    const [whose = '', sold = '', refused = '', held = '', , used = ''] = output.split('\n----\n');
    expect(JSON.parse(whose)).to.deep.equal({ partner: 1 });
    const answers = sold.split(/(?<=\})(?=\{)/).map((text) => JSON.parse(text));
    expect(answers).to.have.length(2);
    expect(answers[1]).to.deep.equal(answers[0]);
    expect([answers[0].points, answers[0].status]).to.deep.equal(['12500', 'accepted']);
    expect(JSON.parse(refused)).to.include({ status: 409, code: 'PURCHASE_ID_REUSED' });
    expect(JSON.parse(held).balances[0]).to.include({ partner: 1, points: '12500' });
    expect(JSON.parse(used).act).to.include({ issuer: 1, counterparty: 2, amount: '100', value: '1000000' });
  });

  it('with the client ends with a voucher that is used', async () => {
    const [program = '', ...others] = snippets('ts');
    expect(others).to.deep.equal([]);
    const run = ['--input-type=module-typescript', '-e', program];
    const { code, output } = await runTool(process.execPath, run, { env, silenceMs: SILENCE_MS });
    expect(code, output).to.equal(0);
    const lines = output.trim().split('\n');
    expect(lines[0]).to.equal('12500 points for $125.00');
    expect(lines[1]).to.match(/^PURCHASE_ID_REUSED: /);
    expect(lines[2]).to.equal('Spend 100 Aurora points at Boreal, worth at least $1.00.');
    expect(lines[3]).to.match(/^The voucher [0-9A-Z]{6}-[0-9A-Z]{6} was used at \d{4}-/);
  });

  it('compiles as it stands there', async () => {
    const [program = ''] = snippets('ts');
    const file = join(ROOT, `.quickstart-${process.pid}.ts`);
    await writeFile(file, program);
    try {
      const flags = [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--target',
        'es2024',
        '--module',
        'preserve',
      ];
      const { code, output } = await runTool('tsc', [
        ...flags,
        '--moduleResolution',
        'bundler',
        '--allowImportingTsExtensions',
        '--types',
        'node',
        file,
      ]);
      expect(code, output).to.equal(0);
    } finally {
      await rm(file);
    }
  });
});
