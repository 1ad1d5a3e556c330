import { expect } from 'chai';
import { isAllowedAddress } from '../../../backend/webhooks/allowed-address.ts';
import { createSender, type Resolve } from '../../../backend/webhooks/send-request.ts';
import { parseWebhookUrl } from '../../../backend/webhooks/webhook.ts';
import { openReceiver, type Receiver } from '../../helpers/receiver.ts';

const FORBIDDEN = [
  ['this network', '0.0.0.0', '0.1.2.3'],
  ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ['carriers’ NAT, and a cloud’s metadata', '100.64.0.1', '100.100.100.200', '100.127.255.255'],
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['link-local, and metadata', '169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0'],
  ['a cloud’s own', '168.63.129.16'],
  [
    'protocols, documentation, benchmarks',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
  ],
  ['multicast, reserved, broadcast', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ['unspecified', '::'],
  [
    'IPv4 in IPv6',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
  ],
  ['translated', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::'],
  ['unique local, and metadata', 'fc00::1', 'fd00:ec2::254', 'fdff::1'],
  ['special in global unicast', '2001:db8::1', '2001:10::1', '3fff::1', '100::1'],
  ['multicast in IPv6', 'ff02::1'],
  ['no address', 'localhost', '', '127.1', '2130706433', '0x7f.0.0.1'],
] as const;
const ALLOWED = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '192.169.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
];

describe('Where webhooks may go', () => {
  for (const [what, ...addresses] of FORBIDDEN)
    it(`not to ${what}: ${addresses.join(', ')}`, () => {
      for (const address of addresses) expect(isAllowedAddress(address), address).to.equal(false);
    });

  it(`to the public internet: ${ALLOWED.join(', ')}`, () => {
    for (const address of ALLOWED) expect(isAllowedAddress(address), address).to.equal(true);
  });

  it('to loopback by the operator’s leave, and to nothing else by it', () => {
    const toLoopback = true;
    const allowed = FORBIDDEN.flatMap(([, ...addresses]) => addresses).filter((address) =>
      isAllowedAddress(address, { toLoopback }),
    );
    expect(allowed).to.deep.equal(['127.0.0.1', '127.255.255.254', '::1']);
  });

  describe('URLs', () => {
    for (const url of [
      'http://example.com/',
      'ftp://example.com/',
      'https://user:secret@example.com/',
      'https://example.com/#part',
      'https://127.0.0.1/',
      'https://127.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0177.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:a9fe:a9fe]/',
      'https://169.254.169.254/latest/meta-data',
      'https://localhost/',
      'https://sub.localhost/',
      'https://LOCALHOST./',
      'https://１２７.０.０.１/',
      'not a url',
    ])
      it(`refuse ${url}`, () => {
        expect(() => parseWebhookUrl(url, { toLoopback: false })).to.throw(/can’t be sent there/);
      });

    it('take http for this very machine, by the operator’s leave, and for no other', () => {
      const parse = (url: string) => parseWebhookUrl(url, { toLoopback: true });
      expect(parse('http://127.0.0.1:80/')).to.equal('http://127.0.0.1/');
      expect(parse('http://localhost:8080/')).to.equal('http://localhost:8080/');
      expect(() => parse('http://example.com/')).to.throw(/can’t be sent there/);
      expect(() => parse('http://10.0.0.1/')).to.throw(/can’t be sent there/);
    });

    it('take a public https URL, written as URLs are', () => {
      const parse = (url: string) => parseWebhookUrl(url, { toLoopback: false });
      expect(parse('https://Example.com:8443/hook?a=1')).to.equal('https://example.com:8443/hook?a=1');
      expect(parse('https://8.8.8.8')).to.equal('https://8.8.8.8/');
    });
  });

  describe('names', () => {
    let receiver: Receiver;
    before(async () => {
      receiver = await openReceiver();
    });
    after(() => receiver.stop());

    const post = async (host: string, resolve: Resolve, toLoopback = false) => {
      const sender = createSender({ timeoutMs: 1_000, toLoopback, connectionsPerHost: 1, resolve });
      const url = `http://${host}:${new URL(receiver.url).port}/`;
      const signal = new AbortController().signal;
      try {
        return await sender.post(url, { headers: {}, body: '{}', signal });
      } finally {
        await sender.close();
      }
    };

    it('that lead to a private address are refused before anything connects', async () => {
      const result = await post('inner.example', async () => ['127.0.0.1']);
      expect([result.error, result.status]).to.deep.equal(['ADDRESS_FORBIDDEN', null]);
      expect(receiver.received).to.have.length(0);
    });

    it('of which one address of several is private are refused whole', async () => {
      const result = await post('mixed.example', async () => ['8.8.8.8', '127.0.0.1']);
      expect(result.error).to.equal('ADDRESS_FORBIDDEN');
    });

    it('that lead elsewhere at the second question are asked once, and what was judged is where it goes', async () => {
      const answers = [['127.0.0.1'], ['169.254.169.254']];
      let asked = 0;
      const result = await post('rebind.example', async () => answers[asked++] ?? [], true);
      expect([result.status, asked]).to.deep.equal([204, 1]);
      expect(receiver.received.at(-1)?.headers.host).to.match(/^rebind\.example:/);
    });

    it('that nobody knows fail by that name', async () => {
      expect((await post('nobody.example', async () => [])).error).to.equal('NAME_UNKNOWN');
    });

    it('are needed for an address in figures as little as they help it', async () => {
      const before = receiver.received.length;
      const resolve = async () => expect.fail('nobody should ask');
      expect((await post('127.0.0.1', resolve)).error).to.equal('ADDRESS_FORBIDDEN');
      expect((await post('[::1]', resolve)).error).to.equal('ADDRESS_FORBIDDEN');
      expect(receiver.received).to.have.length(before);
      expect((await post('127.0.0.1', resolve, true)).status).to.equal(204);
    });
  });
});
