import { expect } from 'chai';
import { JsonRpcProvider, type Wallet } from 'ethers';
import { type Address, type Hex, hashMessage } from 'viem';
import { createSiweMessage, type SiweMessage } from 'viem/siwe';
import { createSafe, deploySafe, signAsSafe } from '../../contracts/members/wallets/safe.ts';
import { type MemberApi, ORIGIN, openMemberApi } from '../../helpers/member-api.ts';
import { eoaMember } from '../../helpers/members.ts';

const WHERE = { domain: 'tessera.example', uri: `${ORIGIN}/`, version: '1' } as const;

describe('Sign-in with Ethereum', function () {
  this.timeout(120_000);
  let api: MemberApi;
  let chainId: number;
  const mia = eoaMember('Mia of ERC-4361');
  const eve = eoaMember('Eve of ERC-4361');

  before(async () => {
    api = await openMemberApi();
    chainId = api.network.deps.network.chainId;
  });
  after(() => api?.stop());

  const nonce = async (): Promise<string> => (await api.call('GET', '/v1/sessions/siwe/nonce')).body.nonce;
  const messageOf = async (fields: Partial<SiweMessage> = {}): Promise<string> =>
    createSiweMessage({
      ...WHERE,
      address: mia.account,
      chainId,
      nonce: await nonce(),
      issuedAt: new Date(),
      ...fields,
    });
  const send = (message: string, signature: string, headers: Record<string, string> = {}) =>
    api.call('POST', '/v1/sessions/siwe', { body: { message, signature }, headers });
  const signIn = async (message: string, wallet: Wallet = mia.wallet) =>
    send(message, await wallet.signMessage(message));

  it('opens a session for the EOA that signed, and enrols it', async () => {
    const message = await messageOf({
      statement: 'Sign in to Tessera.',
      resources: ['https://tessera.example/terms'],
    });
    const { status, body } = await signIn(message);
    expect(status).to.equal(201);
    expect(body.token).to.match(/^tss_[\w-]{43}$/);
    const path = `/v1/members/${mia.account}/history`;
    expect((await api.call('GET', path, { token: body.token })).status).to.equal(200);
    const { body: own } = await api.call('GET', '/v1/members/me/sessions', { token: body.token });
    expect(own.sessions[0]).to.include({ method: 'wallet', origin: ORIGIN, present: true });
  });

  it('takes times as other libraries write them', async () => {
    const message = (await messageOf()).replace(/(Issued At: .*)\.\d{3}Z/, '$1Z');
    expect((await signIn(message)).status).to.equal(201);
  });

  describe('by a wallet contract (ERC-1271)', () => {
    let safe: Address;
    const owner = eoaMember('owner of a Safe').wallet;
    before(async () => {
      const provider = new JsonRpcProvider(api.network.url);
      try {
        safe = await createSafe(await deploySafe(await provider.getSigner(0)), [owner], 1);
      } finally {
        provider.destroy();
      }
    });
    const sign = (message: string, by: Wallet) =>
      signAsSafe({ account: safe, chainId }, [by], hashMessage(message));

    it('opens a session when a Safe says yes', async () => {
      const message = await messageOf({ address: safe });
      expect((await send(message, await sign(message, owner))).status).to.equal(201);
    });

    it('refuses what the Safe does not accept', async () => {
      const message = await messageOf({ address: safe });
      const { status, body } = await send(message, await sign(message, eve.wallet));
      expect([status, body.code]).to.deep.equal([401, 'SIGN_IN_SIGNATURE_INVALID']);
    });
  });

  describe('refuses', () => {
    const later = (seconds: number) => new Date(Date.now() + seconds * 1000);
    const cases: [string, string, () => Promise<Awaited<ReturnType<typeof send>>>][] = [
      [
        'a signature of somebody else',
        'SIGN_IN_SIGNATURE_INVALID',
        async () => signIn(await messageOf(), eve.wallet),
      ],
      [
        'a message that was changed after it was signed',
        'SIGN_IN_SIGNATURE_INVALID',
        async () => {
          const message = await messageOf({ statement: 'One.' });
          return send(message.replace('One.', 'Two.'), await mia.wallet.signMessage(message));
        },
      ],
      [
        'another domain than its URI’s',
        'SIWE_MESSAGE_INVALID',
        async () => signIn(await messageOf({ domain: 'evil.example' })),
      ],
      [
        'another site',
        'SIGN_IN_ORIGIN_FOREIGN',
        async () => signIn(await messageOf({ domain: 'evil.example', uri: 'https://evil.example/' })),
      ],
      [
        'the same site without TLS',
        'SIGN_IN_ORIGIN_FOREIGN',
        async () => signIn(await messageOf({ uri: 'http://tessera.example/' })),
      ],
      ['another chain', 'SIWE_MESSAGE_INVALID', async () => signIn(await messageOf({ chainId: 1 }))],
      [
        'a nonce that nobody gave',
        'SIGN_IN_CHALLENGE_INVALID',
        async () => signIn(await messageOf({ nonce: '0'.repeat(32) })),
      ],
      [
        'another kind of nonce',
        'SIGN_IN_CHALLENGE_INVALID',
        async () => signIn(await messageOf({ nonce: 'foobarbaz' })),
      ],
      [
        'a message of ten minutes ago',
        'SIGN_IN_STALE',
        async () => signIn(await messageOf({ issuedAt: later(-600) })),
      ],
      [
        'a message of the future',
        'SIGN_IN_STALE',
        async () => signIn(await messageOf({ issuedAt: later(600) })),
      ],
      [
        'one that has expired',
        'SIGN_IN_STALE',
        async () => signIn(await messageOf({ expirationTime: later(-1) })),
      ],
      [
        'one that is not yet valid',
        'SIGN_IN_STALE',
        async () => signIn(await messageOf({ notBefore: later(60) })),
      ],
      [
        'lines that no field says',
        'SIWE_MESSAGE_INVALID',
        async () => signIn(`${await messageOf()}\nAnd give all my points away`),
      ],
      ['what is no such message', 'SIWE_MESSAGE_INVALID', () => signIn('Let me in.')],
      [
        'a page of another site that sends it',
        'SIGN_IN_ORIGIN_FOREIGN',
        async () => {
          const message = await messageOf();
          return send(message, await mia.wallet.signMessage(message), { origin: 'https://evil.example' });
        },
      ],
    ];
    for (const [name, code, attempt] of cases)
      it(name, async () => {
        const { status, body } = await attempt();
        expect([status < 500, body.code]).to.deep.equal([true, code]);
        expect(JSON.stringify(body)).to.not.include('tss_');
      });

    it('a message that has opened a session before', async () => {
      const message = await messageOf();
      expect((await signIn(message)).status).to.equal(201);
      const { status, body } = await signIn(message);
      expect([status, body.code]).to.deep.equal([401, 'SIGN_IN_CHALLENGE_INVALID']);
    });

    it('all but one of ten that come at once', async () => {
      const message = await messageOf();
      const signature = (await mia.wallet.signMessage(message)) as Hex;
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(message, signature)));
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    });
  });
});
