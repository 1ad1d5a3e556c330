import { expect } from 'chai';
import { type Address, encodeFunctionData, getAddress, type Hex } from 'viem';
import { AccessManagerAbi, CoalitionAbi, DemoDollarAbi } from '../../../artifacts/abi.ts';
import { type OperatorAction, planForOperator } from '../../../backend/governance/action.ts';
import type { PartnerAction } from '../../../backend/governance/partner-action.ts';
import { prepareForOperator, prepareForPartner } from '../../../backend/governance/prepare-transaction.ts';
import { readTransaction } from '../../../backend/governance/read-transaction.ts';
import { COALITION } from '../../../backend/partners/api-key.ts';
import type { DomainError } from '../../../backend/shared/errors.ts';
import { MicroUsd, Points } from '../../../backend/shared/units.ts';
import { acceptInvite } from '../../../backend/staff/invite-staff.ts';
import {
  AURORA,
  accountOf,
  BOREAL,
  type EngineNetwork,
  type EngineProcess,
  openEngine,
} from '../../helpers/engine.ts';

const operator = { id: '', partnerId: COALITION, scopes: ['operator'], actor: 'key:operator' };
const brand = { id: '', partnerId: AURORA, scopes: ['money'], actor: 'key:brand' };

describe('Prepared transactions', function () {
  this.timeout(180_000);
  let network: EngineNetwork;
  let process: EngineProcess;
  before(async () => {
    network = await openEngine();
    process = network.process();
    while (await process.index());
  });
  after(() => network?.stop());

  const ask = (wish: OperatorAction) => prepareForOperator(network.deps, operator, wish);
  const askAsBrand = (wish: PartnerAction) => prepareForPartner(network.deps, brand, wish);
  const sign = async (from: Address, { to, data }: { to: Address; data: Hex }) => {
    await network.call(from, to, data);
    await network.mine(3);
    while (await process.index());
  };
  const statusOf = async (id: string, partner: number | null = null) =>
    (await readTransaction(network.deps, { id, partner })).progress.status;
  const fee = () =>
    network.deps.chain.readContract({
      address: network.deps.network.coalition,
      abi: CoalitionAbi,
      functionName: 'feeBps',
    });

  it('sends nothing: what is prepared happens when its holder signs it, and is then read back as done', async () => {
    const before = await fee();
    const prepared = await ask({ action: 'setFee', feeBps: 77 });
    expect(prepared.simulation).to.deep.equal({ outcome: 'success' });
    expect([prepared.signer, prepared.holders]).to.deep.equal([
      'GOVERNOR',
      [{ account: getAddress(network.people.governor), delaySeconds: 0 }],
    ]);
    expect([await fee(), await statusOf(prepared.id)]).to.deep.equal([before, 'pending']);
    const [transaction] = prepared.stages[0]?.transactions ?? [];
    if (!transaction) throw new Error('nothing to sign');
    expect(transaction.description).to.equal('Set the fee to 77 basis points.');
    expect(prepared.safe[0]?.transactions).to.deep.equal([
      { to: transaction.to, value: '0', data: transaction.data },
    ]);
    await sign(network.people.governor, transaction);
    expect([await fee(), await statusOf(prepared.id)]).to.deep.equal([77, 'done']);
    // The same again is another decision, which nobody has signed.
    expect(await statusOf((await ask({ action: 'setFee', feeBps: 77 })).id)).to.equal('pending');
  });

  it('says beforehand what the chain would refuse, with the code of it', async () => {
    const { simulation } = await askAsBrand({
      action: 'withdraw',
      amount: MicroUsd.of(10n ** 15n),
      to: accountOf(1),
    });
    expect(simulation).to.include({ outcome: 'refused', refusal: 'RESERVE_INSUFFICIENT' });
  });

  it('prepares a deposit as an approval and the deposit behind it', async () => {
    const { admin } = network.people;
    const amount = MicroUsd.of(5_000_000n);
    const poor = await askAsBrand({ action: 'deposit', amount });
    expect(poor.simulation.outcome).to.equal('refused');
    const [deployer] = await network.rpc<Address[]>('eth_accounts');
    const mint = encodeFunctionData({ abi: DemoDollarAbi, functionName: 'mint', args: [admin, amount] });
    await network.call(deployer as Address, network.deps.config.stablecoin, mint);
    const prepared = await askAsBrand({ action: 'deposit', amount });
    expect(prepared.simulation).to.deep.equal({ outcome: 'success' });
    for (const transaction of prepared.stages[0]?.transactions ?? []) await sign(admin, transaction);
    expect(await statusOf(prepared.id, AURORA)).to.equal('done');
    const other = readTransaction(network.deps, { id: prepared.id, partner: BOREAL });
    expect(await other.catch((error) => error.code)).to.equal('TRANSACTION_UNKNOWN');
  });

  it('encodes every wish of a brand so that its admin could sign it', async () => {
    const wishes: PartnerAction[] = [
      { action: 'setMintAllowance', capacity: 1_000_000, windowSeconds: 60 },
      { action: 'scheduleValue', value: 12_000 },
      { action: 'setMatch', matchBps: 5_000, budget: MicroUsd.of(1_000_000n) },
      { action: 'setIssuingKey', key: accountOf(7) },
      { action: 'withdraw', amount: MicroUsd.of(1_000_000n), to: accountOf(8) },
      { action: 'setPartnerAdmin', admin: accountOf(9) },
      { action: 'beginExit' },
    ];
    for (const wish of wishes) {
      const { simulation, holders } = await askAsBrand(wish);
      expect([wish.action, simulation.outcome]).to.deep.equal([wish.action, 'success']);
      expect(holders).to.deep.equal([{ account: getAddress(network.people.admin), delaySeconds: 0 }]);
    }
  });

  it('hands a role on by two calls of the admin', async () => {
    const [deployer] = (await network.rpc<Address[]>('eth_accounts')) as [Address];
    const { guardian } = network.people;
    const prepared = await ask({ action: 'rotateRole', role: 'GUARDIAN', from: guardian, to: accountOf(11) });
    expect([prepared.signer, prepared.simulation.outcome]).to.deep.equal(['ADMIN', 'success']);
    const [grant, revoke] = prepared.stages[0]?.transactions ?? [];
    if (!grant || !revoke) throw new Error('two calls are needed');
    await sign(deployer, grant);
    expect(await statusOf(prepared.id)).to.equal('pending');
    await sign(deployer, revoke);
    expect(await statusOf(prepared.id)).to.equal('done');
  });

  describe('with an admission', () => {
    it('begins the programme and lets the first owner in when the brand is final on the chain', async () => {
      const wish: OperatorAction = {
        action: 'addPartner',
        name: 'Delta',
        symbol: 'DEL',
        admin: accountOf(20),
        quartersPerEpoch: 1,
        validity: 4,
        transferable: false,
        value: 5_000,
        coverageBps: 10_000,
        fundBps: 0,
        charityBps: 0,
        breakageCharity: 0,
        programme: {
          slug: 'delta',
          colour: '#112233',
          earning: { points: Points.of(2), perMinor: Points.of(100), currency: 'USD' },
        },
        owner: 'Dora',
      };
      const prepared = await ask(wish);
      const invite = 'invite' in prepared ? (String(prepared.invite).split('invite=')[1] ?? '') : '';
      const accept = () => acceptInvite(network.deps, { account: accountOf(21), token: invite });
      const tooEarly = await accept().catch((error: unknown) => error);
      expect((tooEarly as DomainError).code).to.equal('INVITE_UNKNOWN');
      const [transaction] = prepared.stages[0]?.transactions ?? [];
      if (!transaction) throw new Error('nothing to sign');
      await sign(network.people.governor, transaction);
      expect(await statusOf(prepared.id)).to.equal('done');
      const programme = await network.deps.prisma.partnerProgramme.findUniqueOrThrow({
        where: { slug: 'delta' },
      });
      expect([programme.partnerId, programme.earningPoints]).to.deep.equal([4, 2n]);
      expect(await accept()).to.include({ partner: 4, role: 'owner' });
      const again = await ask(wish).catch((error: unknown) => error);
      expect((again as DomainError).code).to.equal('SLUG_TAKEN');
    });
  });

  describe('under a delay', () => {
    it('is scheduled first and executed after it, and says at each step where it is', async () => {
      const [deployer] = (await network.rpc<Address[]>('eth_accounts')) as [Address];
      const { governor, payout: slow } = network.people;
      const authority = network.deployment.authority;
      const manage = (functionName: 'grantRole' | 'revokeRole', args: readonly unknown[]) =>
        sign(deployer, {
          to: authority,
          data: encodeFunctionData({ abi: AccessManagerAbi, functionName, args } as never),
        });
      await manage('grantRole', [1n, slow, 3_600]);
      await manage('revokeRole', [1n, governor]);
      const prepared = await ask({ action: 'setFee', feeBps: 123 });
      expect(prepared.holders).to.deep.equal([{ account: getAddress(slow), delaySeconds: 3_600 }]);
      expect(prepared.simulation).to.deep.equal({ outcome: 'success' });
      const [schedule, execute] = prepared.stages.map(({ transactions }) => transactions[0]);
      if (!schedule || !execute) throw new Error('two stages are needed');
      expect(await statusOf(prepared.id)).to.equal('pending');
      await sign(slow, schedule);
      expect(await statusOf(prepared.id)).to.equal('scheduled');
      await network.rpc('evm_increaseTime', 3_601);
      await network.mine();
      await sign(slow, execute);
      expect([await fee(), await statusOf(prepared.id)]).to.deep.equal([123, 'done']);
    });
  });

  it('knows the role of every function that it prepares', () => {
    const admin = accountOf(1);
    expect(planForOperator({ action: 'haltPartner', partner: 1 }).signer).to.equal('GUARDIAN');
    expect(planForOperator({ action: 'expel', partner: 1 }).signer).to.equal('GOVERNOR');
    expect(planForOperator({ action: 'grantRole', role: 'ISSUER', account: admin }).signer).to.equal('ADMIN');
  });
});
