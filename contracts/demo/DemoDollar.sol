// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title The demonstration's stablecoin
/// @notice Six decimals like USDC. It is worth nothing: its owner mints at will. A real coalition
/// is deployed with a real stablecoin.
contract DemoDollar is ERC20, ERC20Permit, Ownable {
    constructor(
        address owner
    ) ERC20("Demo Dollar", "dUSD") ERC20Permit("Demo Dollar") Ownable(owner) {}

    /// @notice Mints `amount` µUSD to `to`. Only the owner.
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
