// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Reserves} from "../clearing/Reserves.sol";
import {ICharities} from "./ICharities.sol";

/// @title Charities
abstract contract Charities is ICharities, Reserves {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint32 private _charityCount;
    mapping(uint32 charity => Charity) private _charities;

    /// @inheritdoc ICharities
    function addCharity(
        string calldata name,
        address payout
    ) external restricted returns (uint32 charity) {
        _requirePayoutValid(payout);
        charity = ++_charityCount;
        _charities[charity].payout = payout;
        emit CharityAdded(charity, payout, name);
    }

    /// @inheritdoc ICharities
    function setCharityPayout(uint32 charity, address payout) external restricted {
        _requirePayoutValid(payout);
        _existingCharity(charity).payout = payout;
        emit CharityPayoutChanged(charity, payout);
    }

    /// @inheritdoc ICharities
    function payCharity(uint32 charity) external nonReentrant returns (uint256 amount) {
        Charity storage c = _existingCharity(charity);
        amount = c.payable_;
        if (amount == 0) revert CharityNothingPayable(charity);
        address payout = c.payout;
        c.payable_ = 0;
        emit CharityPaid(charity, payout, amount);
        _stablecoin.safeTransfer(payout, amount);
    }

    /// @inheritdoc ICharities
    function charityCount() external view returns (uint32) {
        return _charityCount;
    }

    /// @inheritdoc ICharities
    function charityAccount(uint32 charity) external view returns (Charity memory) {
        return _existingCharity(charity);
    }

    function _creditCharity(uint32 charity, uint256 amount) internal {
        Charity storage c = _existingCharity(charity);
        c.payable_ = (c.payable_ + amount).toUint96();
    }

    function _charitiesPayable() internal view returns (uint256 sum) {
        for (uint32 i = 1; i <= _charityCount; ++i) sum += _charities[i].payable_;
    }

    function _isCharity(uint32 charity) internal view returns (bool) {
        return _charities[charity].payout != address(0);
    }

    function _existingCharity(uint32 charity) internal view returns (Charity storage c) {
        c = _charities[charity];
        if (c.payout == address(0)) revert CharityUnknown(charity);
    }

    function _requirePayoutValid(address payout) private pure {
        if (payout == address(0)) revert CharityPayoutInvalid(payout);
    }
}
