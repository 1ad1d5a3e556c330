/** The README's "Customers without a wallet", as it stands there, against a real network. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runTool } from '../../scripts/shared/run-tool.ts';
import { openStage, type Stage } from '../web/stage.ts';

const TITLE = '## Customers without a wallet';

/** The section's shell snippets, in their order. */
function snippets(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [section = ''] = (readme.split(TITLE)[1] ?? '').split(/\n## /);
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
}

describe('Customers without a wallet', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage?.stop());

  it('get a link for their points, with curl as the README has it', async () => {
    const blocks = snippets();
    expect(blocks).to.have.length(3);
    const script = [...blocks, 'echo; echo "$LINK"'].map((block) => `${block}\necho; echo ----`).join('\n');
    const { code, output } = await runTool('bash', ['-euo', 'pipefail', '-c', script], {
      env: { API: `${stage.url}/v1`, CAFE: stage.keys.aurora },
    });
    expect(code, output).to.equal(0);
    const [, asked = '', looked = '', link = ''] = output.split('\n----\n');
    const [preview, list] = asked
      .trim()
      .split(/(?<=\})(?=\{)/)
      .map((text) => JSON.parse(text));
    expect(preview).to.include({ partner: 1, points: '1200', status: 'open' });
    expect(list.claims).to.have.length(1);
    expect(list.claims[0]).to.include({ points: '1200', status: 'open' });
    expect(JSON.parse(looked)).to.include({ status: 404, code: 'MEMBER_UNKNOWN' });
    expect(link.trim()).to.match(new RegExp(`^${stage.url}/claim#[\\w-]{32}$`));
  });
});
