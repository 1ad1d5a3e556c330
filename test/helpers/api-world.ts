/** A network in which every operation of the API has something to find: members with points, purchases, payments, acts, a voucher. */
import type { Address, Hex } from 'viem';
import { createSiweMessage } from 'viem/siwe';
import { queueActs } from '../../backend/acts/queue-acts.ts';
import { type Client, createClient } from '../../backend/client/index.ts';
import type { ConfigInput } from '../../backend/config.ts';
import { type Program, startProgram } from '../../backend/main.ts';
import { memberKeysOf } from '../../backend/member-keys/key-powers.ts';
import { COALITION, type Scope } from '../../backend/partners/api-key.ts';
import { createApiKey } from '../../backend/partners/create-api-key.ts';
import { PERMISSION_NAMES, STAFF_ROLES, type StaffRole } from '../../backend/partners/permission.ts';
import { type Act, actFromJson, signInTypedData } from '../../backend/protocol/acts.ts';
import { keyChangeDigest, keyChangeToJson } from '../../backend/protocol/keys.ts';
import { sha256 } from '../../backend/shared/ids.ts';
import { inviteStaff } from '../../backend/staff/invite-staff.ts';
import { softAuthenticator } from './authenticator.ts';
import { AURORA, BOREAL, type EngineNetwork, type EngineProcess, openEngine, WOODLAND } from './engine.ts';
import { eoaMember } from './members.ts';

const ORIGIN = 'https://tessera.example';
/** All that a brand's office does: not what tills do. */
const OFFICE_SCOPES = PERMISSION_NAMES.filter((permission) => permission !== 'till');

/** A request that its operation takes, of the caller that it is meant for. */
export interface Example {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

export interface ApiWorld {
  readonly network: EngineNetwork;
  readonly program: Program;
  readonly client: Client;
  /** Till keys of two brands; one that may do nothing; sessions of two members, and one whose time is up. */
  readonly callers: {
    readonly aurora: string;
    readonly boreal: string;
    /** Keys of the same brands that may do all but what tills do. */
    readonly auroraOffice: string;
    readonly borealOffice: string;
    /** Of nobody's brand. */
    readonly operator: string;
    /** Sessions of Aurora's people, by role. */
    readonly staff: Readonly<Record<StaffRole, string>>;
    readonly powerless: string;
    /** One for a test to revoke. The members' sessions are an hour old. */
    readonly revoked: string;
    readonly ana: string;
    readonly eve: string;
    readonly expired: string;
  };
  readonly member: { readonly account: Address; readonly code: string };
  /** Fresh requests by operation: ids that must be new are new each time. The act, the voucher, the claim and the webhook to remove are used up by the first use. With `only`, just that operation's need be there. */
  examples(only?: string): Promise<Record<string, Example>>;
  stop(): Promise<void>;
}

const ana = eoaMember('ana');
const eve = eoaMember('eve');
let serial = 0;

export async function openApiWorld(config: Partial<ConfigInput> = {}): Promise<ApiWorld> {
  const network = await openEngine({
    origins: [ORIGIN],
    publicRequestsPerMinute: 1_000_000,
    // So that a test can come from more than one address.
    trustedProxies: 1,
    secretsKeys: ['11'.repeat(32)],
    lookupsPerMinute: 1_000_000,
    ...config,
  });
  const process = network.process();
  while (await process.index());
  const program = await startProgram({ ...network.deps.config, roles: ['api'], port: 0 });
  try {
    return await furnish(network, program, process);
  } catch (error) {
    // What was begun would keep the test run from ending.
    await program.stop();
    await network.stop();
    throw error;
  }
}

async function furnish(network: EngineNetwork, program: Program, process: EngineProcess): Promise<ApiWorld> {
  const client = createClient({ url: program.url });
  const { prisma } = network.deps;
  const keyOf = async (partnerId: number, scopes: readonly Scope[]) =>
    (await createApiKey(prisma, { partnerId, name: 'till', scopes, actor: 'test' })).key;
  const [aurora, boreal] = [await keyOf(AURORA, ['till']), await keyOf(BOREAL, ['till'])];
  const callers = {
    aurora,
    boreal,
    auroraOffice: await keyOf(AURORA, OFFICE_SCOPES),
    borealOffice: await keyOf(BOREAL, OFFICE_SCOPES),
    operator: await keyOf(COALITION, ['operator']),
    staff: await signInStaff(),
    powerless: await keyOf(AURORA, []),
    revoked: await keyOf(AURORA, ['till']),
    ana: await signIn(ana, 0),
    eve: await signIn(eve, 0),
    expired: await signIn(eve, 60),
  };
  await prisma.session.update({
    where: { tokenHash: new Uint8Array(sha256(callers.expired)) },
    data: { expiresAt: new Date(0) },
  });
  const anaHash = sha256(callers.ana);
  await prisma.session.updateMany({
    data: { createdAt: new Date(Date.now() - 3_600_000) },
  });

  /** A signed sign-in, made so many seconds ago. */
  async function signedIn(member: typeof ana, age: number) {
    const issuedAt = Math.floor(Date.now() / 1000) - age;
    const message = { account: member.account, origin: ORIGIN, issuedAt };
    const { domain, types } = signInTypedData(message, network.deps.network);
    const signature = await member.wallet.signTypedData(domain, { SignIn: [...types.SignIn] }, message);
    return { ...message, signature: signature as Hex };
  }
  async function signIn(member: typeof ana, age: number): Promise<string> {
    return (await client.openSession({ body: await signedIn(member, age) })).token;
  }

  async function siwe(member: typeof ana) {
    const { nonce } = await client.readNonce();
    const where = { domain: new URL(ORIGIN).host, uri: ORIGIN, version: '1' } as const;
    const { chainId } = network.deps.network;
    const message = createSiweMessage({ ...where, address: member.account, chainId, nonce });
    return { message, signature: (await member.wallet.signMessage(message)) as Hex };
  }
  /** Another session of Ana's, by its id; those that it made before are gone. */
  async function otherSession(): Promise<string> {
    await network.deps.pool.query('DELETE FROM sessions WHERE account = $1 AND token_hash <> $2', [
      Buffer.from(ana.account.slice(2), 'hex'),
      anaHash,
    ]);
    const { token } = await client.signInWithEthereum({ body: await siwe(ana) });
    return sha256(token).toString('base64url').slice(0, 16);
  }
  /** A change of keys that is somebody's first. */
  async function firstKeyChange() {
    const member = eoaMember(`keeper ${++serial}`);
    const deadline = Math.floor(Date.now() / 1000) + 600;
    const change = {
      member: member.account,
      key: eve.account,
      role: 'full',
      dailyLimit: 0n,
      nonce: 0,
      deadline,
    } as const;
    const memberKeys = await memberKeysOf(network.deps);
    const digest = keyChangeDigest(change, { chainId: network.deps.network.chainId, memberKeys });
    const { member: _, ...rest } = keyChangeToJson(change);
    const signature = member.wallet.signingKey.sign(digest).serialized as Hex;
    return { params: { member: member.account }, body: { change: rest, signature } };
  }
  const passkey = softAuthenticator(ORIGIN);
  const newPasskey = async (authenticator = softAuthenticator(ORIGIN)) => ({
    credential: authenticator.create(await client.offerFirstPasskey({ body: {} })) as never,
  });
  await client.registerFirstPasskey({ body: await newPasskey(passkey) });
  const furtherPasskey = async () => {
    const options = await client.offerFurtherPasskey({ body: {} }, { bearer: callers.ana });
    return { credential: softAuthenticator(ORIGIN).create(options) };
  };
  const keyChange = await client.changeKey((await firstKeyChange()) as never);
  /** One person of Aurora for each role, let in by an invitation. */
  async function signInStaff(): Promise<Record<StaffRole, string>> {
    const owner = { id: '', partnerId: AURORA, scopes: PERMISSION_NAMES, actor: 'test' };
    const sessions = STAFF_ROLES.map(async (role) => {
      const session = await signIn(eoaMember(`aurora's ${role}`), 0);
      const request = { role, name: role, validSeconds: 60 };
      const { token } = await inviteStaff(network.deps, { key: owner, request });
      await client.acceptInvite({ body: { token } }, { bearer: session });
      return [role, session] as const;
    });
    return Object.fromEntries(await Promise.all(sessions)) as Record<StaffRole, string>;
  }

  await network.earn(AURORA, [{ account: ana.account, points: 100_000n }]);
  await network.drain(process);
  const wish = { member: ana.account, issuer: AURORA, counterparty: BOREAL } as const;
  const sale = () => ({
    id: `world-${++serial}`,
    member: ana.account,
    amount: 1_250,
    currency: 'USD',
    occurredAt: '2026-03-01T12:30:00Z',
  });
  const signed = async (fields: { kind: 'redemption' | 'donation'; counterparty: number }) => {
    const { act } = await client.quoteAct({ body: { ...wish, ...fields, amount: 100 } });
    const read: Act = actFromJson(act);
    return { act, signature: await ana.sign(read, network.deps.network) };
  };
  /** A payment that the member has signed for, held for the till. */
  const held = async (): Promise<string> => {
    const asked = { id: `world-${++serial}`, amount: 100, currency: 'USD', capture: 'manual' } as const;
    const { id } = await client.openPayment({ body: asked }, { bearer: aurora });
    const { member: account, issuer } = wish;
    const { act } = await client.quoteAct({
      body: { kind: 'redemption', member: account, issuer, payment: id },
    });
    const signature = await ana.sign(actFromJson(act), network.deps.network);
    await client.submitAct({ body: { act, signature } });
    return id;
  };
  const [captured, released] = [await held(), await held()];
  await client.capturePayment({ params: { id: captured }, body: {} }, { bearer: aurora });
  await client.releasePayment({ params: { id: released }, body: {} }, { bearer: aurora });
  // One redemption is done, so that there is a voucher.
  const { id: actId } = await client.submitAct({
    body: await signed({ kind: 'redemption', counterparty: BOREAL }),
  });
  await queueActs(process.deps);
  await network.drain(process);
  const { voucher = '' } = await client.readAct({ params: { id: actId } });
  const bought = await client.recordPurchase({ body: sale() }, { bearer: aurora });
  /** The secret of a new claim link. */
  const claimed = async (id = `world-${++serial}`) => {
    const body = { ...sale(), id, member: { claim: true } as const };
    const { claim } = await client.recordPurchase({ body }, { bearer: aurora });
    return { secret: claim?.url.split('#')[1] ?? '' };
  };
  const preview = await claimed();
  await claimed('world-withdrawn');
  const contactOf = async (email: string) =>
    (await client.addContact({ params: { member: ana.account }, body: { email } }, { bearer: callers.ana }))
      .id;
  const verified = { member: ana.account, contact: await contactOf('ana@shop.example') };
  await prisma.$executeRaw`UPDATE member_contacts SET verified_at = now(), verified_lookup = lookup`;
  /** A new card of Aurora that is the member's. */
  const cardOf = async (number = `CARD${1_000_000 + ++serial}`) =>
    (await client.registerCard({ body: { number, member: ana.account } }, { bearer: aurora })).id;
  const blocked = await cardOf('LOST1234');
  const waiting = 'WAIT1234';
  await client.registerCard({ body: { number: waiting } }, { bearer: aurora });
  const payment = await client.openPayment(
    { body: { id: 'world-payment', amount: 100, currency: 'USD' } },
    { bearer: aurora },
  );
  const hook = { body: { url: 'https://shop.example/hook' } };
  const webhook = await client.createWebhook(hook, { bearer: callers.auroraOffice });
  const doomed = await client.createWebhook(hook, { bearer: callers.borealOffice });
  const { delivery } = await client.testWebhook(
    { params: { id: webhook.id }, body: {} },
    { bearer: callers.auroraOffice },
  );
  const office = { bearer: callers.auroraOffice };
  const newKey = { name: 'Second till', scopes: ['reports'] as ['reports'] };
  const key = await client.createApiKey({ body: newKey }, office);
  const doomedKey = await client.createApiKey({ body: newKey }, { bearer: callers.borealOffice });
  const ofKey = { params: { id: key.id } };
  // Two people of Boreal, for somebody to change and to remove.
  const staffOf = async (name: string) => {
    const person = eoaMember(name);
    const body = { role: 'viewer' } as const;
    const { token } = await client.inviteStaff({ body }, { bearer: boss });
    await client.acceptInvite({ body: { token } }, { bearer: await signIn(person, 0) });
    return { params: { account: person.account } };
  };
  const boss = callers.borealOffice;
  const viewer = await staffOf('a viewer of Boreal');
  const leaver = await staffOf('a leaver of Boreal');
  const invite = await client.inviteStaff({ body: { role: 'viewer' } }, { bearer: boss });
  const decision = await client.prepareOperatorTransaction(
    { body: { action: 'setFee', feeBps: 100 } },
    { bearer: callers.operator },
  );
  const ownDecision = await client.preparePartnerTransaction({ body: { action: 'beginExit' } }, office);
  const thisMonth = { period: new Date().toISOString().slice(0, 7) };
  const ofWebhook = { params: { id: webhook.id } };
  const ofDelivery = { params: { id: webhook.id, delivery } };
  /** A return of a purchase of its own. */
  const returned = async () => {
    const { id } = await client.recordPurchase({ body: sale() }, { bearer: aurora });
    return { params: { id }, body: { id: `world-${++serial}`, amount: 50 } };
  };
  const opened = async () => {
    const body = { id: `world-${++serial}`, amount: 100, currency: 'USD' as const };
    return (await client.openPayment({ body }, { bearer: aurora })).id;
  };
  const { code } = await client.findMember({ params: { member: ana.account } }, { bearer: aurora });

  /** Those that take some making. */
  const made: Record<string, () => Promise<Example>> = {
    registerFirstPasskey: async () => ({ body: await newPasskey() }),
    signInByPasskey: async () => ({
      body: { credential: passkey.get(await client.offerPasskeySignIn({ body: {} })) },
    }),
    signInWithEthereum: async () => ({ body: await siwe(eoaMember(`visitor ${++serial}`)) }),
    endSession: async () => ({ params: { id: await otherSession() } }),
    registerFurtherPasskey: async () => ({ body: await furtherPasskey() }),
    changeKey: firstKeyChange,
    openSession: async () => ({ body: await signedIn(eoaMember(`visitor ${++serial}`), 0) }),
    submitAct: async () => ({ body: await signed({ kind: 'donation', counterparty: WOODLAND }) }),
  };
  const makeExamples = async (only?: string) => {
    const examples: Record<string, Example> = {};
    for (const [id, make] of Object.entries(made)) if (!only || only === id) examples[id] = await make();
    return examples;
  };

  return {
    network,
    program,
    client,
    callers,
    member: { account: ana.account, code },
    examples: async (only) => ({
      ...(await makeExamples(only)),
      readNetwork: {},
      readApi: {},
      readHealth: {},
      readReadiness: {},
      readMetrics: {},
      readTill: {},
      listPartners: { query: { limit: '2' } },
      listCharities: {},
      recordPurchase: { body: sale() },
      recordPurchases: { body: `${JSON.stringify(sale())}\n${JSON.stringify(sale())}` },
      readPurchase: { params: { id: bought.id } },
      recordReturn: await returned(),
      lookUpMember: { body: { email: 'ana@shop.example' } },
      registerCard: { body: { number: `NEW${1_000_000 + ++serial}`, member: code } },
      blockCard: { body: { number: 'LOST1234' } },
      unlinkCard: { body: { number: waiting } },
      listContacts: { params: { member: ana.account } },
      addContact: { params: { member: ana.account }, body: { email: 'ana@shop.example' } },
      verifyContact: { params: verified, body: { code: '123456' } },
      removeContact: { params: { member: ana.account, contact: await contactOf('old@shop.example') } },
      listCards: { params: { member: ana.account } },
      linkCard: { params: { member: ana.account }, body: { partner: AURORA, number: waiting } },
      blockOwnCard: { params: { member: ana.account, card: blocked }, body: {} },
      unlinkOwnCard: { params: { member: ana.account, card: await cardOf('SPARE123') } },
      listClaims: { query: { status: 'open' } },
      withdrawClaim: { body: { purchase: 'world-withdrawn' } },
      previewClaim: { body: preview },
      acceptClaim: { body: await claimed() },
      findMember: { params: { member: code } },
      openPayment: { body: { id: `world-${++serial}`, amount: '250', currency: 'USD' } },
      readPayment: { params: { id: payment.id } },
      capturePayment: { params: { id: captured }, body: {} },
      releasePayment: { params: { id: released }, body: {} },
      cancelPayment: { params: { id: await opened() }, body: {} },
      openRefund: { params: { id: captured }, body: { id: `world-${++serial}`, points: 1 } },
      useVoucher: { params: { code: voucher }, body: {} },
      enrolMember: { body: { account: ana.account } },
      offerFirstPasskey: { body: { name: 'Ana' } },
      offerPasskeySignIn: { body: {} },
      readNonce: {},
      listSessions: {},
      endOtherSessions: {},
      offerFurtherPasskey: { body: {} },
      listPasskeys: {},
      listKeys: { params: { member: ana.account } },
      readKeyChange: { params: { id: keyChange.id } },
      listConsentTexts: {},
      listConsents: {},
      setConsent: { body: { purpose: 'profiling', granted: true, text: 'profiling/1' } },
      listConsentHistory: { query: { limit: '2' } },
      exportMember: {},
      eraseMember: { body: {} },
      readBalances: { params: { member: ana.account } },
      readHistory: { params: { member: ana.account } },
      readReceipt: { params: { receiptId: bought.receipt?.receiptId ?? '' } },
      quoteAct: { body: { ...wish, kind: 'redemption', amount: 10 } },
      readAct: { params: { id: actId } },
      followPartner: {},
      followMember: { params: { member: ana.account } },
      listWebhooks: {},
      createWebhook: hook,
      readWebhook: ofWebhook,
      changeWebhook: { ...ofWebhook, body: { description: `Number ${++serial}` } },
      removeWebhook: { params: { id: doomed.id } },
      rotateSecret: { ...ofWebhook, body: {} },
      testWebhook: { ...ofWebhook, body: {} },
      listDeliveries: ofWebhook,
      readDelivery: ofDelivery,
      replayDelivery: { ...ofDelivery, body: {} },
      replayDead: { ...ofWebhook, body: {} },
      listApiKeys: { query: { limit: '2' } },
      createApiKey: { body: { ...newKey, name: `Key ${++serial}` } },
      renameApiKey: { ...ofKey, body: { name: `Key ${++serial}` } },
      rotateApiKey: { ...ofKey, body: {} },
      revokeApiKey: { params: { id: doomedKey.id } },
      listWorkplaces: {},
      claimBrand: { body: { partner: AURORA } },
      acceptInvite: { body: { token: `tsi_${'x'.repeat(43)}` } },
      listStaff: {},
      inviteStaff: { body: { role: 'viewer', name: `Person ${++serial}` } },
      revokeInvite: { params: { id: invite.id } },
      changeRole: { ...viewer, body: { role: 'viewer' } },
      removeStaff: leaver,
      readReserve: {},
      setReserveAlert: { body: { bps: 12_000, runwayDays: null } },
      readAuditLog: { query: { action: 'api-key.created', limit: '2' } },
      verifyAuditLog: {},
      exportAuditLog: {},
      prepareOperatorTransaction: { body: { action: 'setFee', feeBps: ++serial % 500 } },
      readOperatorTransaction: { params: { id: decision.id } },
      preparePartnerTransaction: { body: { action: 'deposit', amount: 1_000_000 } },
      readPartnerTransaction: { params: { id: ownDecision.id } },
      readStatement: { query: thisMonth },
      exportStatement: { query: { from: '2026-01-01', to: '2100-01-01' } },
      listMovements: { query: { ...thisMonth, limit: '2' } },
      exportMovements: { query: thisMonth },
      exportPurchases: { query: { from: '2026-01-01T00:00:00Z' } },
      exportRedemptions: {},
      exportBalances: {},
    }),
    async stop() {
      await program.stop();
      await network.stop();
    },
  };
}
