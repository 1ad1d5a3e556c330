// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BreakageRecords} from "./BreakageRecords.sol";
import {ITreasury} from "./ITreasury.sol";

/// @title The coalition's own money
abstract contract Treasury is ITreasury, BreakageRecords {
    /// @inheritdoc ITreasury
    uint16 public constant FEE_LIMIT_BPS = 500;

    /// @inheritdoc ITreasury
    function setFee(uint16 bps) external restricted {
        if (bps > FEE_LIMIT_BPS) revert FeeTooHigh(bps, FEE_LIMIT_BPS);
        _feeBps = bps;
        emit FeeChanged(bps);
    }

    /// @inheritdoc ITreasury
    function withdrawTreasury(
        uint256 amount,
        address to
    ) external nonReentrant whenWithdrawalsOpen restricted {
        uint256 available = _treasury;
        if (amount > available) revert PotInsufficient(available, amount);
        _treasury = uint128(available - amount); // a part of it
        emit TreasuryWithdrawn(to, amount, _treasury);
        _payOut(to, amount);
    }

    /// @inheritdoc ITreasury
    function grantFromFund(uint32 partner, uint256 amount) external restricted {
        Partner storage p = _existing(partner);
        _requireStaying(partner, p);
        uint256 available = _membersFund;
        if (amount > available) revert PotInsufficient(available, amount);
        _membersFund = uint128(available - amount); // a part of it
        _credit(p, amount);
        emit FundGranted(partner, amount, _membersFund);
    }

    /// @inheritdoc ITreasury
    function feeBps() external view returns (uint16) {
        return _feeBps;
    }
}
