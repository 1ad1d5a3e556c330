import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';

const DIST = 'web/dist';

/** What a page loads before it can be used: sizes as they travel, in bytes, and how many files. */
function weigh(page: string) {
  const html = readFileSync(join(DIST, page), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  const size = (ending: string) =>
    files
      .filter((path) => path.endsWith(ending))
      .reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path))).length, 0);
  return { script: size('.js'), style: size('.css'), requests: files.length + 1, html, files };
}

/** What a part that is loaded on demand weighs with all that it needs and the page has not loaded yet. */
function weighPart(page: string, part: string): number {
  const wanted = readdirSync(join(DIST, 'assets')).filter((name) =>
    new RegExp(`^${part}-[\\w-]{8}\\.js$`).test(name),
  );
  const loaded = new Set(weigh(page).files.map((path) => path.replace('/assets/', '')));
  let sum = 0;
  for (const name of wanted) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    const text = readFileSync(join(DIST, 'assets', name), 'utf8');
    sum += gzipSync(text).length;
    for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      if (other) wanted.push(other);
  }
  return sum;
}

/** The largest of the languages, one of which the wallet loads before it shows anything. */
function largestLanguage(): number {
  const files = readdirSync(join(DIST, 'assets')).filter((name) => /^(en|pt|pl|es|ro)-.*\.js$/.test(name));
  return Math.max(...files.map((name) => gzipSync(readFileSync(join(DIST, 'assets', name))).length));
}

describe('Built pages', () => {
  for (const { page, script, requests, more = () => 0 } of [
    { page: 'index.html', script: 130_000, requests: 12, more: largestLanguage },
    { page: 'till/index.html', script: 105_000, requests: 12 },
    { page: 'audit/index.html', script: 85_000, requests: 10 },
    { page: 'docs/index.html', script: 95_000, requests: 12 },
  ])
    describe(page, () => {
      it('weighs no more than a phone on a train can bear', () => {
        const weight = weigh(page);
        expect(weight.script + more()).to.be.within(1, script);
        expect(weight.style).to.be.within(1, 12_000);
        expect(weight.requests).to.be.at.most(requests);
      });

      it('has no script and no style in the document itself', () => {
        expect(weigh(page).html).not.to.match(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
      });
    });

  // 38 kB are its own; the rest shares files with it, so that the wallet starts with fewer.
  it('has the auditor’s checks in a part that is small, and loaded when it is wanted', () => {
    expect(weighPart('audit/index.html', 'check')).to.be.within(1, 85_000);
  });
});
