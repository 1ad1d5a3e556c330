// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IHalts} from "./IHalts.sol";

/// @title What is halted, and the fee
/// @dev All of it lies in the word of AccessManaged's authority, so that issuance, which reads the
/// authority, and acts, which need the fee, read one word.
abstract contract HaltState is AccessManaged {
    bool internal _halted;
    uint48 internal _withdrawalsHaltedUntil;
    /// @dev See ITreasury.
    uint16 internal _feeBps;

    /// @dev Both in one read, which the compiler makes two of.
    function _haltedAndFee() internal view returns (bool halted_, uint256 feeBps_) {
        assembly ("memory-safe") {
            let word := sload(_halted.slot)
            halted_ := and(shr(mul(8, _halted.offset), word), 0xff)
            feeBps_ := and(shr(mul(8, _feeBps.offset), word), 0xffff)
        }
    }

    modifier whenNotHalted() {
        if (_halted) revert IHalts.CoalitionHalted();
        _;
    }

    modifier whenWithdrawalsOpen() {
        if (block.timestamp < _withdrawalsHaltedUntil) {
            revert IHalts.WithdrawalsAreHalted(_withdrawalsHaltedUntil);
        }
        _;
    }
}
