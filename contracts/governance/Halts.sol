// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IHalts} from "./IHalts.sol";

/// @title Emergency halts
/// @dev Its state lies in the word of AccessManaged's authority, which issuance reads anyway.
abstract contract Halts is IHalts, AccessManaged {
    /// @notice How long a halt of withdrawals lasts, and how long none can follow it. Seconds.
    uint48 public constant WITHDRAWAL_HALT = 7 days;

    /// @inheritdoc IHalts
    bool public halted;
    /// @inheritdoc IHalts
    uint48 public withdrawalsHaltedUntil;

    modifier whenNotHalted() {
        if (halted) revert CoalitionHalted();
        _;
    }

    modifier whenWithdrawalsOpen() {
        if (block.timestamp < withdrawalsHaltedUntil) {
            revert WithdrawalsAreHalted(withdrawalsHaltedUntil);
        }
        _;
    }

    /// @inheritdoc IHalts
    function halt() external restricted {
        _setHalted(true);
    }

    /// @inheritdoc IHalts
    function resume() external restricted {
        _setHalted(false);
    }

    /// @inheritdoc IHalts
    function haltPartner(uint32 partner) external restricted {
        _setPartnerHalted(partner, true);
        emit PartnerHaltSet(partner, true);
    }

    /// @inheritdoc IHalts
    function resumePartner(uint32 partner) external restricted {
        _setPartnerHalted(partner, false);
        emit PartnerHaltSet(partner, false);
    }

    /// @inheritdoc IHalts
    function haltWithdrawals() external restricted {
        uint256 earliest = uint256(withdrawalsHaltedUntil) + WITHDRAWAL_HALT;
        if (withdrawalsHaltedUntil != 0 && block.timestamp < earliest) {
            revert WithdrawalsHaltTooSoon(earliest);
        }
        withdrawalsHaltedUntil = uint48(block.timestamp) + WITHDRAWAL_HALT;
        emit WithdrawalsHalted(withdrawalsHaltedUntil);
    }

    /// @dev Reverts with PartnerUnknown.
    function _setPartnerHalted(uint32 partner, bool value) internal virtual;

    function _setHalted(bool value) private {
        halted = value;
        emit CoalitionHaltSet(value);
    }
}
