// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {Epochs} from "../points/Epochs.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {BreakageRecords} from "./BreakageRecords.sol";
import {IReserves} from "./IReserves.sol";
import {PointValues} from "./PointValues.sol";

/// @title Reserves and point values
abstract contract Reserves is IReserves, BreakageRecords {
    using AccountWord for uint256;
    using PointValues for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @inheritdoc IReserves
    uint256 public constant VALUE_NOTICE = 30 days;

    /// @inheritdoc IReserves
    function deposit(uint32 partner, uint256 amount) external nonReentrant {
        if (amount == 0) revert ReserveAmountZero();
        Partner storage p = _existing(partner);
        IERC20 stablecoin = _stablecoin();
        uint256 before = stablecoin.balanceOf(address(this));
        stablecoin.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = stablecoin.balanceOf(address(this)) - before;
        if (received < amount) revert StablecoinShortfall(amount, received);
        // All that is held fits into a reserve, so no credit of an act can fail.
        (before + received).toUint72();
        _credit(p, amount);
        emit ReserveDeposited(partner, msg.sender, amount, p.reserve);
    }

    /// @inheritdoc IReserves
    function withdraw(
        uint32 partner,
        uint256 amount,
        address to
    ) external nonReentrant whenWithdrawalsOpen onlyPartnerAdmin(partner) {
        if (amount == 0) revert ReserveAmountZero();
        Partner storage p = _existing(partner);
        // What expired is shared first: else it would be free to be taken whole.
        _recordBreakage(partner, p);
        uint256 supply = IPointsToken(p.token).supplyWord();
        if (supply.total() != 0) _requireStaying(partner, p);
        _debit(partner, p, amount);
        _requireCovered(partner, p, supply);
        emit ReserveWithdrawn(partner, to, amount, p.reserve);
        _payOut(to, amount);
    }

    /// @inheritdoc IReserves
    function scheduleValue(uint32 partner, uint40 value) external onlyPartnerAdmin(partner) {
        if (value == 0) revert PointValueInvalid(value);
        Partner storage p = _existing(partner);
        _recordBreakage(partner, p);
        IPointsToken token = IPointsToken(p.token);
        uint256 epoch = token.currentEpoch();
        uint256 values = _valuesAt(p, epoch);
        if (value < values.valueAt(PointValues.NEXT)) {
            uint256 start = Epochs.startOf(epoch + 1, token.quartersPerEpoch());
            uint256 latest = start - VALUE_NOTICE;
            if (block.timestamp > latest) revert PointValueNoticeTooShort(start, latest);
        }
        _setValue(p, values, PointValues.NEXT, value);
        emit PointValueScheduled(partner, epoch + 1, value);
    }

    /// @inheritdoc IReserves
    function raiseValue(
        uint32 partner,
        uint256 epoch,
        uint40 value
    ) external onlyPartnerAdmin(partner) {
        Partner storage p = _existing(partner);
        _recordBreakage(partner, p);
        uint256 supply = IPointsToken(p.token).supplyWord();
        uint256 current = supply.epochOf();
        if (epoch > current || IPointsToken(p.token).isEpochExpired(epoch)) {
            revert PointValueEpochNotLive(epoch, current);
        }
        uint256 values = _valuesAt(p, current);
        uint256 index = PointValues.CURRENT - (current - epoch);
        uint256 old = values.valueAt(index);
        if (value <= old) revert PointValueNotRaised(epoch, value, old);
        _setValue(p, values, index, value);
        _requireCovered(partner, p, supply);
        emit PointValueRaised(partner, epoch, value);
    }

    function _setValue(Partner storage p, uint256 values, uint256 index, uint40 value) private {
        p.values = uint216(values.with(index, value)); // PointValues leaves the bits above 215 empty
    }
}
