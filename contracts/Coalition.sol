// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Acts} from "./acts/Acts.sol";
import {Reserves} from "./clearing/Reserves.sol";
import {ICoalition} from "./ICoalition.sol";
import {Issuance} from "./issuance/Issuance.sol";

/// @title The coalition hub
/// @notice Holds the stablecoin, keeps the partners' ledgers, mints what was earned against money,
/// and does what members sign. Each part is an abstract contract in the folder of its domain.
/// @dev Immutable: no proxy, no upgrade, no owner of anybody's points. Who may call what is kept
/// by an OpenZeppelin AccessManager, see the README.
contract Coalition is ICoalition, Issuance, Acts {
    constructor(
        address authority,
        IERC20 stablecoin_
    ) AccessManaged(authority) Reserves(stablecoin_) {}

    /// @inheritdoc ICoalition
    function stablecoin() external view returns (address) {
        return address(_stablecoin);
    }

    /// @inheritdoc ICoalition
    function solvency()
        external
        view
        returns (uint256 held, uint256 reserves, uint256 charitiesPayable)
    {
        held = _stablecoin.balanceOf(address(this));
        reserves = _reserves();
        charitiesPayable = _charitiesPayable();
    }
}
