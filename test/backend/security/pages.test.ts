/** What every answer says to browsers, and that nothing but the web is ever served from the disk. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeApi } from '../../../backend/api/describe-api.ts';
import { ORIGIN, startApi, type TestApi } from '../../helpers/api.ts';
import { operationsOf } from '../../helpers/document.ts';

const SECRET = 'what is nobody’s business';

describe('Pages and files', function () {
  this.timeout(120_000);
  let folder: string;
  let api: TestApi;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-pages-'));
    const root = join(folder, 'dist');
    for (const part of ['', 'assets', 'till', 'audit', 'docs'])
      mkdirSync(join(root, part), { recursive: true });
    for (const page of ['index.html', 'till/index.html', 'audit/index.html', 'docs/index.html'])
      writeFileSync(join(root, page), `<!doctype html><title>${page}</title>`);
    writeFileSync(join(root, 'assets', 'app-1.js'), 'export const one = 1;');
    for (const hidden of ['secret.txt', 'dist/.env', 'dist/assets/.env', 'dist-other.txt'])
      writeFileSync(join(folder, hidden), SECRET);
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'link'));
    api = await startApi({ webRoot: root, publicRequestsPerMinute: 1_000_000 });
  });
  after(async () => {
    await api?.program.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends a request line as it is: `fetch` would tidy the path up. */
  async function raw(target: string): Promise<string> {
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => {});
    socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    await once(socket, 'close');
    return text;
  }

  describe('outside of the web’s folder', () => {
    const UP = [
      '..',
      '%2e%2e',
      '%2E%2E',
      '.%2e',
      '%252e%252e',
      '..%00',
      '%c0%ae%c0%ae',
      '..;',
      '%u002e%u002e',
      '．．',
    ];
    const SLASH = ['/', '%2f', '%2F', '\\', '%5c', '%252f', '//', '/./'];
    const targets = UP.flatMap((up) =>
      SLASH.flatMap((slash) =>
        ['/', '/assets/', '/till/', '/docs/', '/v1/'].flatMap((start) =>
          [1, 2, 3].map((depth) => [start, `${up}${slash}`.repeat(depth), 'secret.txt'].join('')),
        ),
      ),
    );
    const others = [
      '/.env',
      '/%2eenv',
      '/assets/.env',
      '/assets/%2eenv',
      '/../dist-other.txt',
      '/assets/../.env',
      '//etc/passwd',
      '/assets//etc/passwd',
      '/file:///etc/passwd',
      'http://localhost/../secret.txt',
      '/secret.txt%00.html',
      '/till/index.html/../../../secret.txt',
      '/index.html%00',
      '/%00',
      '/%',
      '/%zz',
      '/assets/%',
      '/assets/',
      '/assets',
    ];

    it(`nothing is served, however it is spelled (${targets.length + others.length} ways)`, async () => {
      for (const target of [...targets, ...others].map((text) => text.replaceAll('．', '%EF%BC%8E'))) {
        const answer = await raw(target);
        expect(answer.includes(SECRET), target).to.equal(false);
        expect(answer, target).to.not.include('root:');
        expect(answer, target).to.match(/^HTTP\/1\.1 4\d\d /);
      }
    });

    it('what is in it is', async () => {
      expect(await raw('/')).to.match(/^HTTP\/1\.1 200 [\s\S]*index\.html/);
      expect(await raw('/assets/app-1.js')).to.match(/^HTTP\/1\.1 200 [\s\S]*export const one/);
    });
  });

  describe('headers', () => {
    const policyOf = (headers: Headers) =>
      new Map(
        (headers.get('content-security-policy') ?? '').split(';').map((part): [string, string[]] => {
          const [name = '', ...values] = part.trim().split(/\s+/);
          return [name, values];
        }),
      );
    const check = (headers: Headers, what: string) => {
      const policy = policyOf(headers);
      expect(policy.get('default-src'), what).to.deep.equal([`'self'`]);
      for (const name of ['object-src', 'base-uri', 'frame-ancestors'])
        expect(policy.get(name), `${name} of ${what}`).to.deep.equal([`'none'`]);
      expect(policy.get('form-action'), what).to.deep.equal([`'self'`]);
      const scripts = [...(policy.get('script-src') ?? []), ...(policy.get('style-src') ?? [])].join(' ');
      expect(scripts, what).to.not.match(/unsafe|\*|data:|https?:/);
      const rest = {
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-permitted-cross-domain-policies': 'none',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
      };
      for (const [name, value] of Object.entries(rest))
        expect(headers.get(name), `${name} of ${what}`).to.equal(value);
      expect(headers.get('permissions-policy'), what).to.include('microphone=()');
      for (const name of ['x-powered-by', 'server', 'access-control-allow-origin', 'set-cookie'])
        expect(headers.get(name), `${name} of ${what}`).to.equal(null);
    };

    it('are on every page and file', async () => {
      for (const path of [
        '/',
        '/till',
        '/audit',
        '/docs',
        '/assets/app-1.js',
        '/index.html',
        '/nowhere',
        '/%',
      ]) {
        const { headers } = await api.send(path, {});
        check(headers, path);
      }
    });

    it('let the audit page alone ask any node', async () => {
      const sources = async (path: string) => policyOf((await api.send(path, {})).headers).get('connect-src');
      expect(await sources('/audit')).to.deep.equal([`'self'`, 'https:', 'http:']);
      for (const path of ['/', '/till', '/docs', '/v1/network', '/till?/audit', '//audit', '/v1/audit'])
        expect(await sources(path), path).to.not.include('https:');
    });

    it('are on the answer of every operation, and what is a member’s or a brand’s is kept by nobody', async () => {
      for (const { method, path, security } of operationsOf(describeApi())) {
        const { headers, status } = await api.send(path.replaceAll(/\{\w+\}/g, 'x'), { method });
        check(headers, `${method} ${path}`);
        if (security.length > 0 || status >= 400)
          expect(headers.get('cache-control'), `${method} ${path}`).to.match(/no-store|no-cache/);
      }
    });

    it('never let another site read an answer', async () => {
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await api.send('/v1/members/me/sessions', {
          method,
          headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
        });
        for (const name of headers.keys()) expect(name).to.not.match(/^access-control/);
      }
    });

    it('ask for TLS only where the site has it', async () => {
      const plain = await startApi({ origins: ['http://localhost:3000', ORIGIN] });
      try {
        const { headers } = await plain.send('/v1/network', {});
        expect(headers.get('strict-transport-security')).to.equal(null);
        expect(headers.get('content-security-policy')).to.not.include('upgrade-insecure-requests');
      } finally {
        await plain.program.stop();
      }
    });
  });
});
