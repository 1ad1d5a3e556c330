/** Every operation of the API, asked by every kind of caller. An operation that is not in the table fails: who may call it is to be decided. */
import { expect } from 'chai';
import { describeApi } from '../../../backend/api/describe-api.ts';
import { type ApiWorld, openApiWorld } from '../../helpers/api-world.ts';
import { bodyOf, judgeBy, operationsOf, readAnswer, urlOf } from '../../helpers/document.ts';

type Caller =
  | 'nobody'
  | 'wrong key'
  | 'powerless key'
  | 'revoked key'
  | 'till'
  | 'other brand’s till'
  | 'office'
  | 'other brand’s office'
  | 'operator'
  | 'owner'
  | 'marketer'
  | 'finance'
  | 'till person'
  | 'viewer'
  | 'member'
  | 'other member'
  | 'expired session'
  | 'made-up session';
type Verdicts = Record<Caller, string>;

const KEY = { 'wrong key': '401 KEY_INVALID', 'revoked key': '401 KEY_INVALID' } as const;
const everyone = (verdict: string): Verdicts => ({
  nobody: verdict,
  ...KEY,
  'powerless key': verdict,
  till: verdict,
  'other brand’s till': verdict,
  office: verdict,
  'other brand’s office': verdict,
  operator: verdict,
  owner: verdict,
  marketer: verdict,
  finance: verdict,
  'till person': verdict,
  viewer: verdict,
  member: verdict,
  'other member': verdict,
  'expired session': verdict,
  'made-up session': verdict,
});
const POWERLESS = {
  'powerless key': '403 KEY_SCOPE_MISSING',
  till: '403 KEY_SCOPE_MISSING',
  'other brand’s till': '403 KEY_SCOPE_MISSING',
  office: '403 KEY_SCOPE_MISSING',
  'other brand’s office': '403 KEY_SCOPE_MISSING',
  operator: '403 KEY_SCOPE_MISSING',
} as const;
/** What each role of a brand's people may do, said a second time: a change of the one in the source has to be meant. */
const ROLES: Record<string, string> = {
  owner: 'till events webhooks reports exports audit money keys staff',
  marketer: 'events webhooks reports exports',
  finance: 'events reports exports audit money',
  'till person': 'till',
  viewer: 'events reports',
};
const SESSIONS = {
  member: '403 NOT_STAFF',
  'other member': '403 NOT_STAFF',
  'expired session': '401 SESSION_INVALID',
  'made-up session': '401 SESSION_INVALID',
} as const;
const byRole = (permission: string, verdict: string) =>
  Object.fromEntries(
    Object.entries(ROLES).map(([role, has]) => [
      role,
      has.split(' ').includes(permission) ? verdict : '403 STAFF_PERMISSION_MISSING',
    ]),
  );
/** The permission that an operation of a brand takes. */
const NEEDS = new WeakMap<Verdicts, string>();
const needs = (permission: string, verdicts: Verdicts): Verdicts => {
  NEEDS.set(verdicts, permission);
  return verdicts;
};
/** What only a till may do; `other` is what another brand's till gets for the same thing. */
const tills = (verdict: string, other = verdict): Verdicts =>
  needs('till', {
    ...everyone('401 KEY_MISSING'),
    ...POWERLESS,
    ...SESSIONS,
    ...byRole('till', verdict),
    till: verdict,
    'other brand’s till': other,
  });
/** The same for those who may do this for a brand. */
const office = (permission: string, verdict: string, other = verdict): Verdicts =>
  needs(permission, {
    ...everyone('401 KEY_MISSING'),
    ...POWERLESS,
    ...SESSIONS,
    ...byRole(permission, verdict),
    office: verdict,
    'other brand’s office': other,
  });
/** What the coalition's operator alone may do, with a key. */
const operators = (verdict: string): Verdicts =>
  needs('operator', {
    ...everyone('401 KEY_MISSING'),
    ...POWERLESS,
    operator: verdict,
  });
const webhooks = (verdict: string, other = verdict): Verdicts => office('webhooks', verdict, other);
/** What anybody who has signed in may do, each with what is theirs; `other` is what others get for what is the member's. */
const signedIn = (verdict: string, other = verdict): Verdicts => ({
  ...everyone('401 SESSION_MISSING'),
  ...Object.fromEntries(['other member', ...Object.keys(ROLES)].map((who) => [who, other])),
  member: verdict,
  'expired session': '401 SESSION_INVALID',
  'made-up session': '401 SESSION_INVALID',
});
const OWN = signedIn('200', '403 SESSION_FOREIGN');
/** Without keys there is nothing to check: whoever monitors asks with none. */
const unchecked = { ...everyone('200'), 'wrong key': '200', 'revoked key': '200' };

const NOT_THEIRS = '404 WEBHOOK_UNKNOWN';

const TABLE: Record<string, Verdicts> = {
  readNetwork: everyone('200'),
  listPartners: everyone('200'),
  listCharities: everyone('200'),
  readApi: everyone('200'),
  recordPurchase: tills('201'),
  recordPurchases: tills('200'),
  readPurchase: tills('200', '404 PURCHASE_UNKNOWN'),
  recordReturn: tills('201', '404 PURCHASE_UNKNOWN'),
  listClaims: tills('200'),
  withdrawClaim: tills('200', '404 CLAIM_UNKNOWN'),
  previewClaim: everyone('200'),
  acceptClaim: signedIn('201'),
  findMember: tills('200'),
  lookUpMember: tills('200'),
  registerCard: tills('201'),
  blockCard: tills('200', '404 CARD_UNKNOWN'),
  unlinkCard: tills('200', '404 CARD_UNKNOWN'),
  listContacts: OWN,
  addContact: OWN,
  verifyContact: OWN,
  removeContact: { ...OWN, member: '204' },
  listCards: OWN,
  linkCard: OWN,
  blockOwnCard: OWN,
  unlinkOwnCard: { ...OWN, member: '204' },
  openPayment: tills('201'),
  readPayment: everyone('200'),
  capturePayment: tills('200', '404 PAYMENT_UNKNOWN'),
  releasePayment: tills('200', '404 PAYMENT_UNKNOWN'),
  cancelPayment: tills('200', '404 PAYMENT_UNKNOWN'),
  openRefund: tills('201', '404 PAYMENT_UNKNOWN'),
  useVoucher: tills('404 VOUCHER_UNKNOWN', '200'),
  readTill: tills('200'),
  enrolMember: everyone('200'),
  openSession: everyone('201'),
  offerFirstPasskey: everyone('200'),
  registerFirstPasskey: everyone('201'),
  offerPasskeySignIn: everyone('200'),
  signInByPasskey: everyone('201'),
  readNonce: everyone('200'),
  signInWithEthereum: everyone('201'),
  listSessions: signedIn('200'),
  endSession: signedIn('204', '404 SESSION_UNKNOWN'),
  endOtherSessions: signedIn('200'),
  offerFurtherPasskey: signedIn('200'),
  // The challenge was for the member.
  registerFurtherPasskey: signedIn('201', '401 SIGN_IN_CHALLENGE_INVALID'),
  listPasskeys: signedIn('200'),
  listKeys: everyone('200'),
  changeKey: everyone('202'),
  readKeyChange: everyone('200'),
  listConsentTexts: everyone('200'),
  listConsents: signedIn('200'),
  setConsent: signedIn('200'),
  listConsentHistory: signedIn('200'),
  exportMember: signedIn('200'),
  // They signed in an hour ago.
  eraseMember: signedIn('403 SESSION_NOT_FRESH'),
  readBalances: everyone('200'),
  readHistory: OWN,
  readReceipt: everyone('200'),
  quoteAct: everyone('200'),
  submitAct: everyone('202'),
  readAct: everyone('200'),
  followPartner: office('events', '200'),
  followMember: OWN,
  listWebhooks: webhooks('200'),
  createWebhook: webhooks('201'),
  readWebhook: webhooks('200', NOT_THEIRS),
  changeWebhook: webhooks('200', NOT_THEIRS),
  removeWebhook: webhooks(NOT_THEIRS, '204'),
  rotateSecret: webhooks('200', NOT_THEIRS),
  testWebhook: webhooks('202', NOT_THEIRS),
  listDeliveries: webhooks('200', NOT_THEIRS),
  readDelivery: webhooks('200', NOT_THEIRS),
  replayDelivery: webhooks('202', NOT_THEIRS),
  replayDead: webhooks('202', NOT_THEIRS),
  listApiKeys: office('keys', '200'),
  createApiKey: office('keys', '201'),
  renameApiKey: office('keys', '200', '404 API_KEY_UNKNOWN'),
  rotateApiKey: office('keys', '200', '404 API_KEY_UNKNOWN'),
  revokeApiKey: office('keys', '404 API_KEY_UNKNOWN', '204'),
  listWorkplaces: signedIn('200'),
  claimBrand: signedIn('403 CLAIM_REFUSED'),
  acceptInvite: signedIn('404 INVITE_UNKNOWN'),
  listStaff: office('staff', '200'),
  inviteStaff: office('staff', '201'),
  revokeInvite: office('staff', '404 INVITE_UNKNOWN', '204'),
  changeRole: office('staff', '404 STAFF_UNKNOWN', '200'),
  removeStaff: office('staff', '404 STAFF_UNKNOWN', '204'),
  readStatement: office('reports', '200'),
  exportStatement: office('reports', '200'),
  listMovements: office('reports', '200'),
  exportMovements: office('reports', '200'),
  exportPurchases: office('exports', '200'),
  exportRedemptions: office('exports', '200'),
  exportBalances: office('exports', '200'),
  prepareOperatorTransaction: operators('201'),
  readOperatorTransaction: operators('200'),
  preparePartnerTransaction: office('money', '201'),
  readPartnerTransaction: office('money', '200', '404 TRANSACTION_UNKNOWN'),
  readAuditLog: office('audit', '200'),
  verifyAuditLog: office('audit', '200'),
  exportAuditLog: office('audit', '200'),
  readReserve: office('reports', '200'),
  setReserveAlert: office('money', '200'),
  readHealth: unchecked,
  readReadiness: unchecked,
  readMetrics: unchecked,
};

describe('Who may call what', function () {
  this.timeout(120_000);
  const document = describeApi();
  const operations = operationsOf(document);
  const judge = judgeBy(document);
  let world: ApiWorld;
  let tokens: Record<Caller, string | undefined>;

  before(async () => {
    world = await openApiWorld();
    const { callers, network } = world;
    const { prisma } = network.deps;
    await prisma.apiKey.updateMany({
      where: { prefix: callers.revoked.slice(4, 14) },
      data: { revokedAt: new Date() },
    });
    tokens = {
      nobody: undefined,
      'wrong key': `${callers.aurora.slice(0, -1)}${callers.aurora.endsWith('x') ? 'y' : 'x'}`,
      'powerless key': callers.powerless,
      'revoked key': callers.revoked,
      till: callers.aurora,
      'other brand’s till': callers.boreal,
      office: callers.auroraOffice,
      'other brand’s office': callers.borealOffice,
      operator: callers.operator,
      owner: callers.staff.owner,
      marketer: callers.staff.marketer,
      finance: callers.staff.finance,
      'till person': callers.staff.till,
      viewer: callers.staff.viewer,
      member: callers.ana,
      'other member': callers.eve,
      'expired session': callers.expired,
      'made-up session': `tss_${'x'.repeat(43)}`,
    };
  });
  after(() => world?.stop());

  it('is decided for every operation of the document', () => {
    expect(Object.keys(TABLE).toSorted()).to.deep.equal(operations.map(({ id }) => id).toSorted());
  });

  it('is what the document says', () => {
    for (const { id, security } of operations) {
      const verdicts = TABLE[id];
      const scope = verdicts && NEEDS.get(verdicts);
      const byKey = [{ key: [scope] }, ...(scope === 'operator' ? [] : [{ session: [] }])];
      const wanted: Record<string, unknown> = {
        '401 KEY_MISSING': byKey,
        '401 SESSION_MISSING': [{ session: [] }],
      };
      expect(security, id).to.deep.equal(wanted[verdicts?.nobody ?? ''] ?? []);
    }
  });

  for (const operation of operations)
    describe(`${operation.method} ${operation.path}`, () => {
      const verdicts = Object.entries(TABLE[operation.id] ?? {}) as [Caller, string][];
      // Whoever is refused asks first: what is used up by its first use is then still there.
      const inOrder = verdicts.toSorted(([, a], [, b]) => Number(b >= '4') - Number(a >= '4'));
      for (const [caller, verdict] of inOrder)
        it(`answers ${verdict} to ${caller}`, async () => {
          const example = (await world.examples(operation.id))[operation.id];
          expect(example, 'the world has an example').to.not.equal(undefined);
          const token = tokens[caller];
          // From one address so many wrong keys would be refused.
          const from = { 'x-forwarded-for': `192.0.2.${operations.indexOf(operation) + 1}` };
          const sent = bodyOf(operation, example?.body);
          const response = await fetch(world.program.url + urlOf(operation, example), {
            method: operation.method,
            ...sent,
            headers: { ...sent.headers, ...from, ...(token && { authorization: `Bearer ${token}` }) },
          });
          const { type, body, text } = await readAnswer(response);
          const code = type.includes('problem') ? ` ${body.code}` : '';
          expect(`${response.status}${code}`, text).to.equal(verdict);
          expect(judge.answer(operation, { status: response.status, type, body })).to.equal(null);
          if (response.status === 401) expect(response.headers.get('www-authenticate')).to.equal('Bearer');
        });
    });
});
