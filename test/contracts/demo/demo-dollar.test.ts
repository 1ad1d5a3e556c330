import { expect } from 'chai';
import { Signature, verifyTypedData, ZeroAddress } from 'ethers';
import { NEVER } from '../../helpers/acts.ts';
import { ethers, loadFixture } from '../../helpers/chain.ts';
import { deployCoalition, USD } from '../../helpers/coalition.ts';

describe('DemoDollar', () => {
  describe('metadata', () => {
    it('is that of a stablecoin with six decimals, and of nothing real', async () => {
      const { dollar } = await loadFixture(deployCoalition);
      expect(await dollar.name()).to.equal('Demo Dollar');
      expect(await dollar.symbol()).to.equal('dUSD');
      expect(await dollar.decimals()).to.equal(6n);
    });
  });

  describe('mint', () => {
    it('makes money for the owner', async () => {
      const { dollar, deployer, stranger } = await loadFixture(deployCoalition);
      expect(await dollar.owner()).to.equal(deployer.address);
      await expect(dollar.mint(stranger, 5n * USD))
        .to.emit(dollar, 'Transfer')
        .withArgs(ZeroAddress, stranger, 5n * USD);
      expect(await dollar.balanceOf(stranger)).to.equal(5n * USD);
      expect(await dollar.totalSupply()).to.equal(5n * USD);
    });

    it('is refused to anybody else', async () => {
      const { dollar, governor, stranger } = await loadFixture(deployCoalition);
      for (const caller of [governor, stranger])
        await expect(dollar.connect(caller).mint(caller, 1n))
          .to.be.revertedWithCustomError(dollar, 'OwnableUnauthorizedAccount')
          .withArgs(caller);
    });
  });

  describe('owner', () => {
    it('hands the press over, and can break it for good', async () => {
      const { dollar, deployer, stranger } = await loadFixture(deployCoalition);
      await dollar.transferOwnership(stranger);
      await dollar.connect(stranger).mint(stranger, 1n);
      await expect(dollar.mint(deployer, 1n))
        .to.be.revertedWithCustomError(dollar, 'OwnableUnauthorizedAccount')
        .withArgs(deployer);
      await dollar.connect(stranger).renounceOwnership();
      await expect(dollar.connect(stranger).mint(stranger, 1n))
        .to.be.revertedWithCustomError(dollar, 'OwnableUnauthorizedAccount')
        .withArgs(stranger);
    });

    it('is never the zero address at the start', async () => {
      const { dollar } = await loadFixture(deployCoalition);
      await expect(ethers.deployContract('DemoDollar', [ZeroAddress]))
        .to.be.revertedWithCustomError(dollar, 'OwnableInvalidOwner')
        .withArgs(ZeroAddress);
    });
  });

  describe('transfer', () => {
    it('moves money and refuses what is not there', async () => {
      const { dollar, deployer, stranger } = await loadFixture(deployCoalition);
      await dollar.mint(deployer, 3n);
      await dollar.transfer(stranger, 2n);
      expect(await dollar.balanceOf(stranger)).to.equal(2n);
      await expect(dollar.transfer(stranger, 2n))
        .to.be.revertedWithCustomError(dollar, 'ERC20InsufficientBalance')
        .withArgs(deployer, 1n, 2n);
    });
  });

  describe('permit', () => {
    it('lets a signature stand for an approval, once', async () => {
      const { dollar, deployer, stranger, network } = await loadFixture(deployCoalition);
      const domain = {
        name: 'Demo Dollar',
        version: '1',
        chainId: network.chainId,
        verifyingContract: await dollar.getAddress(),
      };
      const types = {
        Permit: [
          { name: 'owner', type: 'address' },
          { name: 'spender', type: 'address' },
          { name: 'value', type: 'uint256' },
          { name: 'nonce', type: 'uint256' },
          { name: 'deadline', type: 'uint256' },
        ],
      };
      const message = {
        owner: stranger.address,
        spender: deployer.address,
        value: 9n,
        nonce: await dollar.nonces(stranger),
        deadline: NEVER,
      };
      const signature = Signature.from(await stranger.signTypedData(domain, types, message));
      const { v, r, s } = signature;
      await dollar.permit(stranger, deployer, 9n, NEVER, v, r, s);
      expect(await dollar.allowance(stranger, deployer)).to.equal(9n);
      // With the next nonce the same signature is that of some key nobody knows.
      const unknown = verifyTypedData(domain, types, { ...message, nonce: 1n }, signature);
      await expect(dollar.permit(stranger, deployer, 9n, NEVER, v, r, s))
        .to.be.revertedWithCustomError(dollar, 'ERC2612InvalidSigner')
        .withArgs(unknown, stranger);
    });
  });
});
