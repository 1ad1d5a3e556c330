// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PartnerBook} from "../partners/PartnerBook.sol";
import {IHalts} from "./IHalts.sol";

/// @title Emergency halts
abstract contract Halts is IHalts, PartnerBook {
    /// @inheritdoc IHalts
    uint48 public constant WITHDRAWAL_HALT = 7 days;

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
        Partner storage p = _existing(partner);
        p.status |= HALTED;
        emit PartnerHaltSet(partner, true);
    }

    /// @inheritdoc IHalts
    function resumePartner(uint32 partner) external restricted {
        Partner storage p = _existing(partner);
        p.status &= ~HALTED;
        emit PartnerHaltSet(partner, false);
    }

    /// @inheritdoc IHalts
    function haltWithdrawals() external restricted {
        uint256 earliest = uint256(_withdrawalsHaltedUntil) + WITHDRAWAL_HALT;
        if (_withdrawalsHaltedUntil != 0 && block.timestamp < earliest) {
            revert WithdrawalsHaltTooSoon(earliest);
        }
        _withdrawalsHaltedUntil = uint48(block.timestamp) + WITHDRAWAL_HALT;
        emit WithdrawalsHalted(_withdrawalsHaltedUntil);
    }

    /// @inheritdoc IHalts
    function halted() external view returns (bool) {
        return _halted;
    }

    /// @inheritdoc IHalts
    function withdrawalsHaltedUntil() external view returns (uint48) {
        return _withdrawalsHaltedUntil;
    }

    function _setHalted(bool value) private {
        _halted = value;
        emit CoalitionHaltSet(value);
    }
}
