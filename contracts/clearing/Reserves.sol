// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Partners} from "../partners/Partners.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {Epochs} from "../points/Epochs.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IReserves} from "./IReserves.sol";
import {PointValues} from "./PointValues.sol";

/// @title Reserves, coverage and point values
abstract contract Reserves is IReserves, Partners, ReentrancyGuardTransient {
    using AccountWord for uint256;
    using PointValues for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @notice Notice for a lower point value, in seconds before its first epoch begins.
    uint256 public constant VALUE_NOTICE = 30 days;

    IERC20 internal immutable _stablecoin;

    constructor(IERC20 stablecoin_) {
        uint8 decimals = IERC20Metadata(address(stablecoin_)).decimals();
        if (decimals != 6) revert StablecoinDecimalsUnsupported(decimals);
        _stablecoin = stablecoin_;
    }

    /// @inheritdoc IReserves
    function deposit(uint32 partner, uint256 amount) external nonReentrant {
        if (amount == 0) revert ReserveAmountZero();
        Partner storage p = _existing(partner);
        uint256 before = _stablecoin.balanceOf(address(this));
        _stablecoin.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = _stablecoin.balanceOf(address(this)) - before;
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
        _debit(partner, p, amount);
        _requireCovered(partner, p, IPointsToken(p.token).supplyWord());
        emit ReserveWithdrawn(partner, to, amount, p.reserve);
        _stablecoin.safeTransfer(to, amount);
    }

    /// @inheritdoc IReserves
    function scheduleValue(uint32 partner, uint40 value) external onlyPartnerAdmin(partner) {
        _requireValueValid(value);
        Partner storage p = _existing(partner);
        IPointsToken token = IPointsToken(p.token);
        uint256 epoch = token.currentEpoch();
        uint256 values = _valuesAt(p, epoch);
        if (value < values.valueAt(PointValues.NEXT)) {
            uint256 start = Epochs.startOf(epoch + 1, token.quartersPerEpoch());
            uint256 latest = start - VALUE_NOTICE;
            if (block.timestamp > latest) revert PointValueNoticeTooShort(start, latest);
        }
        _setValues(p, values.with(PointValues.NEXT, value));
        emit PointValueScheduled(partner, epoch + 1, value);
    }

    /// @inheritdoc IReserves
    function raiseValue(
        uint32 partner,
        uint256 epoch,
        uint40 value
    ) external onlyPartnerAdmin(partner) {
        Partner storage p = _existing(partner);
        uint256 supply = IPointsToken(p.token).supplyWord();
        uint256 current = supply.epochOf();
        if (epoch > current || IPointsToken(p.token).isEpochExpired(epoch)) {
            revert PointValueEpochNotLive(epoch, current);
        }
        uint256 values = _valuesAt(p, current);
        uint256 index = PointValues.CURRENT - (current - epoch);
        uint256 old = values.valueAt(index);
        if (value <= old) revert PointValueNotRaised(epoch, value, old);
        _setValues(p, values.with(index, value));
        _requireCovered(partner, p, supply);
        emit PointValueRaised(partner, epoch, value);
    }

    function _requireValueValid(uint40 value) internal pure override {
        if (value == 0) revert PointValueInvalid(value);
    }

    /// @dev Reverts with CoverageInsufficient unless the reserve covers `supply` as the policy asks.
    function _requireCovered(uint32 partner, Partner storage p, uint256 supply) internal view {
        uint256 liability = _valuesAt(p, supply.epochOf()).worth(supply);
        uint256 required = _required(liability, p.coverageBps);
        if (p.reserve < required) revert CoverageInsufficient(partner, p.reserve, required);
    }

    function _debit(uint32 partner, Partner storage p, uint256 amount) internal {
        uint256 reserve = p.reserve;
        if (amount > reserve) revert ReserveInsufficient(partner, reserve, amount);
        unchecked {
            p.reserve = uint72(reserve - amount); // amount <= reserve
        }
    }

    function _credit(Partner storage p, uint256 amount) internal {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(p.slot)
        }
        (uint72(word) + amount).toUint72();
        assembly ("memory-safe") {
            // `reserve` is the lowest field of its word, and the sum fits it. The compiler would
            // read the word once more to keep the other fields.
            sstore(p.slot, add(word, amount))
        }
    }
}
