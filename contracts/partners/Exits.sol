// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BreakageRecords} from "../clearing/BreakageRecords.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IExits} from "./IExits.sol";

/// @title How a brand leaves
abstract contract Exits is IExits, BreakageRecords {
    using AccountWord for uint256;

    /// @inheritdoc IExits
    function beginExit(uint32 partner) external onlyPartnerAdmin(partner) {
        _beginExit(partner, false);
    }

    /// @inheritdoc IExits
    function expel(uint32 partner) external restricted {
        _beginExit(partner, true);
    }

    /// @inheritdoc IExits
    function release(
        uint32 partner
    ) external nonReentrant whenWithdrawalsOpen returns (uint256 amount) {
        Partner storage p = _existing(partner);
        if (p.status & LEAVING == 0) revert ExitNotBegun(partner);
        uint256 supply = IPointsToken(p.token).totalSupply();
        if (supply != 0) revert ExitPointsLive(partner, supply);
        _recordBreakage(partner, p);
        amount = uint256(p.reserve) + p.matchBudget;
        if (amount == 0) revert ExitNothingToRelease(partner);
        address to = p.admin;
        p.reserve = 0;
        p.matchBudget = 0;
        emit ReserveReleased(partner, to, amount);
        _payOut(to, amount);
    }

    function _beginExit(uint32 partner, bool expelled) private {
        Partner storage p = _existing(partner);
        _requireStaying(partner, p);
        p.status |= LEAVING;
        emit PartnerExitBegun(partner, expelled);
    }
}
