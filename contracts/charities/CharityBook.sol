// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Ledger} from "../clearing/Ledger.sol";
import {ICharities} from "./ICharities.sol";

/// @title What the coalition knows of its charities
abstract contract CharityBook is Ledger {
    using SafeCast for uint256;

    uint32 internal _charityCount;
    mapping(uint32 charity => ICharities.Charity) internal _charities;
    /// @dev µUSD donated with a brand's points, its match included.
    mapping(uint32 charity => mapping(uint32 partner => uint256)) internal _donated;

    function _creditCharity(uint32 charity, uint32 partner, uint256 amount) internal {
        ICharities.Charity storage c = _charities[charity];
        c.payable_ = (c.payable_ + amount).toUint88();
        _donated[charity][partner] += amount;
    }

    function _existingCharity(uint32 charity) internal view returns (ICharities.Charity storage c) {
        c = _charities[charity];
        if (c.payout == address(0)) revert ICharities.CharityUnknown(charity);
    }
}
