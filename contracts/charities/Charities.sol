// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BreakageRecords} from "../clearing/BreakageRecords.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {ICharities} from "./ICharities.sol";

/// @title Charities
abstract contract Charities is ICharities, BreakageRecords {
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
    function setCharitySuspended(uint32 charity, bool suspended) external restricted {
        _existingCharity(charity).suspended = suspended;
        emit CharitySuspensionSet(charity, suspended);
    }

    /// @inheritdoc ICharities
    function payCharity(uint32 charity) external nonReentrant returns (uint256 amount) {
        Charity storage c = _existingCharity(charity);
        amount = c.payable_;
        if (amount == 0) revert CharityNothingPayable(charity);
        address payout = c.payout;
        c.payable_ = 0;
        emit CharityPaid(charity, payout, amount);
        _payOut(payout, amount);
    }

    /// @inheritdoc ICharities
    function setMatch(
        uint32 partner,
        uint16 matchBps,
        uint72 budget
    ) external onlyPartnerAdmin(partner) {
        if (matchBps > BPS) revert MatchInvalid(matchBps);
        Partner storage p = _existing(partner);
        uint72 old = p.matchBudget;
        p.matchBps = matchBps;
        p.matchBudget = budget;
        if (budget > old) {
            _requireStaying(partner, p);
            _recordBreakage(partner, p);
            _debit(partner, p, budget - old);
            _requireCovered(partner, p, IPointsToken(p.token).supplyWord());
        } else if (budget < old) {
            _credit(p, old - budget);
        }
        emit MatchChanged(partner, matchBps, budget);
    }

    /// @inheritdoc ICharities
    function charityCount() external view returns (uint32) {
        return _charityCount;
    }

    /// @inheritdoc ICharities
    function charityAccount(uint32 charity) external view returns (Charity memory) {
        return _existingCharity(charity);
    }

    /// @inheritdoc ICharities
    function donatedBy(uint32 charity, uint32 partner) external view returns (uint256) {
        _existingCharity(charity);
        return _donated[charity][partner];
    }

    function _requirePayoutValid(address payout) private pure {
        if (payout == address(0)) revert CharityPayoutInvalid(payout);
    }
}
