import { expect } from 'chai';
import { type Address, encodeFunctionData, type Hex } from 'viem';
import { CoalitionAbi } from '../../../artifacts/abi.ts';
import { ApiProblem } from '../../../backend/client/index.ts';
import { signInTypedData } from '../../../backend/protocol/acts.ts';
import { type ApiWorld, openApiWorld } from '../../helpers/api-world.ts';
import { AURORA, BOREAL } from '../../helpers/engine.ts';
import { eoaMember } from '../../helpers/members.ts';

const ORIGIN = 'https://tessera.example';

/** The code that a call is refused with; its answer when it is not. */
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof ApiProblem ? error.code : String(error)),
  );

describe('Staff', function () {
  this.timeout(120_000);
  let world: ApiWorld;
  let age = 0;
  before(async () => {
    world = await openApiWorld();
  });
  after(() => world?.stop());

  const signIn = async (who: string | ReturnType<typeof eoaMember>) => {
    const member = typeof who === 'string' ? eoaMember(who) : who;
    const issuedAt = Math.floor(Date.now() / 1000) - ++age;
    const message = { account: member.account, origin: ORIGIN, issuedAt };
    const { domain, types } = signInTypedData(message, world.network.deps.network);
    const signature = await member.wallet.signTypedData(domain, { SignIn: [...types.SignIn] }, message);
    const { token } = await world.client.openSession({ body: { ...message, signature: signature as Hex } });
    return { account: member.account, bearer: token };
  };
  const office = () => ({ bearer: world.callers.auroraOffice });
  const owner = () => ({ bearer: world.callers.staff.owner });
  const hire = async (name: string, role: 'owner' | 'till' | 'viewer' | 'finance') => {
    const { token } = await world.client.inviteStaff({ body: { role, name } }, owner());
    const person = await signIn(name);
    await world.client.acceptInvite({ body: { token } }, person);
    return person;
  };

  describe('an invitation', () => {
    it('works once, even when two come at the same moment', async () => {
      const { token, link } = await world.client.inviteStaff({ body: { role: 'viewer' } }, owner());
      expect(link).to.equal(`${ORIGIN}/console#invite=${token}`);
      const people = await Promise.all(['twin a', 'twin b'].map(signIn));
      const codes = await Promise.all(
        people.map((person) => codeOf(world.client.acceptInvite({ body: { token } }, person))),
      );
      expect(codes.toSorted()).to.deep.equal(['INVITE_UNKNOWN', 'done']);
    });

    it('is kept as a hash only, and in no list', async () => {
      const { token } = await world.client.inviteStaff({ body: { role: 'viewer', name: 'Kim' } }, owner());
      const list = JSON.stringify(await world.client.listStaff({}, owner()));
      expect(list).to.include('Kim');
      expect(list).to.not.include(token);
      const { rows } = await world.network.deps.pool.query(
        'SELECT row_to_json(i)::text FROM staff_invites i UNION ALL SELECT row_to_json(a)::text FROM audit_log a',
      );
      expect(JSON.stringify(rows)).to.not.include(token);
    });

    it('is refused when it is over, taken back or made up', async () => {
      const person = await signIn('too late');
      const invite = () => world.client.inviteStaff({ body: { role: 'viewer' } }, owner());
      const accept = (token: string) => codeOf(world.client.acceptInvite({ body: { token } }, person));
      const [over, back] = [await invite(), await invite()];
      await world.network.deps.prisma.staffInvite.update({
        where: { id: over.id },
        data: { expiresAt: new Date() },
      });
      await world.client.revokeInvite({ params: { id: back.id } }, owner());
      for (const token of [over.token, back.token, `tsi_${'a'.repeat(43)}`])
        expect(await accept(token)).to.equal('INVITE_UNKNOWN');
      expect(await codeOf(world.client.listApiKeys({}, person))).to.equal('NOT_STAFF');
    });

    it('gives no role that has more than whoever invites', async () => {
      // The office's key lacks `till`, and so can make nobody an owner or a till.
      for (const role of ['owner', 'till'] as const)
        expect(await codeOf(world.client.inviteStaff({ body: { role } }, office()))).to.equal(
          'KEY_BEYOND_OWN',
        );
      expect(await codeOf(world.client.inviteStaff({ body: { role: 'finance' } }, office()))).to.equal(
        'done',
      );
    });
  });

  describe('a person', () => {
    it('sells at the till in their own name', async () => {
      const person = await hire('Ada at the till', 'till');
      const { recordPurchase } = await world.examples();
      await world.client.recordPurchase({ body: recordPurchase?.body as never }, person);
      const { rows } = await world.network.deps.pool.query(
        `SELECT 1 FROM audit_log WHERE partner_id = $1 AND actor = $2 AND action = 'purchases.recorded'`,
        [AURORA, `staff:${person.account}`],
      );
      expect(rows).to.have.length(1);
      expect(await codeOf(world.client.listApiKeys({}, person))).to.equal('STAFF_PERMISSION_MISSING');
    });

    it('changes roles and removes people at once', async () => {
      const person = await hire('Bo', 'viewer');
      const params = { account: person.account };
      expect(await codeOf(world.client.listApiKeys({}, person))).to.equal('STAFF_PERMISSION_MISSING');
      await world.client.changeRole({ params, body: { role: 'owner' } }, owner());
      expect(await codeOf(world.client.listApiKeys({}, person))).to.equal('done');
      // An office key that lacks `till` can't touch an owner.
      expect(await codeOf(world.client.removeStaff({ params }, office()))).to.equal('KEY_BEYOND_OWN');
      await world.client.removeStaff({ params }, owner());
      expect(await codeOf(world.client.listApiKeys({}, person))).to.equal('NOT_STAFF');
      expect(await codeOf(world.client.removeStaff({ params }, owner()))).to.equal('STAFF_UNKNOWN');
      const { rows } = await world.network.deps.pool.query(
        'SELECT action, before, after FROM audit_log WHERE subject = $1 ORDER BY seq',
        [`staff:${person.account}`],
      );
      expect(rows.map(({ action }) => action)).to.deep.equal([
        'staff.joined',
        'staff.role-changed',
        'staff.removed',
      ]);
      expect(rows[1]).to.deep.include({ before: { role: 'viewer' }, after: { role: 'owner' } });
    });

    it('keeps the last owner, whatever two owners do to each other at once', async () => {
      const first = await signIn("aurora's owner");
      const second = await hire('second owner', 'owner');
      const fire = (whom: { account: Address }, by: { bearer: string }) =>
        codeOf(world.client.removeStaff({ params: { account: whom.account } }, by));
      const codes = await Promise.all([fire(first, second), fire(second, first)]);
      expect(codes).to.include('done');
      const { staff } = await world.client
        .listStaff({}, first)
        .catch(() => world.client.listStaff({}, second));
      const owners = staff.filter(({ role }) => role === 'owner');
      expect(owners).to.have.length(1);
      const last = owners[0]?.account === first.account ? first : second;
      expect(await fire(last, last)).to.equal('STAFF_LAST_OWNER');
      const demotion = world.client.changeRole(
        { params: { account: last.account }, body: { role: 'viewer' } },
        last,
      );
      expect(await codeOf(demotion)).to.equal('STAFF_LAST_OWNER');
    });

    it('asks whoever works for several brands which one is meant', async () => {
      const person = await signIn('freelancer');
      for (const bearer of [world.callers.auroraOffice, world.callers.borealOffice]) {
        const { token } = await world.client.inviteStaff({ body: { role: 'finance' } }, { bearer });
        await world.client.acceptInvite({ body: { token } }, person);
      }
      const { brands } = await world.client.listWorkplaces({}, person);
      expect(brands.map(({ partner }) => partner)).to.deep.equal([AURORA, BOREAL]);
      const follow = async (partner?: string) => {
        const response = await fetch(`${world.program.url}/v1/partners/me/events`, {
          method: 'HEAD',
          headers: { authorization: `Bearer ${person.bearer}`, ...(partner && { 'x-partner': partner }) },
        });
        return response.status;
      };
      expect([await follow(), await follow('2'), await follow('3')]).to.deep.equal([400, 200, 403]);
    });
  });

  it('lets the brand’s admin on the chain claim it, and nobody else', async () => {
    const boss = eoaMember('admin of Boreal');
    const { network } = world;
    const data = encodeFunctionData({
      abi: CoalitionAbi,
      functionName: 'setPartnerAdmin',
      args: [BOREAL, boss.account],
    });
    const stranger = await signIn('stranger');
    const claim = (by: { bearer: string }) =>
      codeOf(world.client.claimBrand({ body: { partner: BOREAL } }, by));
    const session = await signIn(boss);
    expect(await claim(session)).to.equal('CLAIM_REFUSED');
    await network.call(network.people.admin, network.deps.network.coalition, data);
    expect([await claim(stranger), await claim(session)]).to.deep.equal(['CLAIM_REFUSED', 'done']);
    expect(await claim(session)).to.equal('STAFF_ALREADY');
    expect((await world.client.listWorkplaces({}, session)).brands[0]).to.include({
      partner: BOREAL,
      role: 'owner',
    });
  });
});
