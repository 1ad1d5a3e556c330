// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CoalitionState} from "../CoalitionState.sol";
import {ICoalition} from "../ICoalition.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IBreakage} from "./IBreakage.sol";
import {PointValues} from "./PointValues.sol";

/// @title Breakage
abstract contract BreakageRecords is IBreakage, CoalitionState, ReentrancyGuardTransient {
    using PointValues for uint256;
    using SafeERC20 for IERC20;

    /// @inheritdoc IBreakage
    function recordBreakage(uint32 partner) external nonReentrant {
        _recordBreakage(partner, _existing(partner));
    }

    /// @dev Point values forget what they were five epochs ago, so this comes before any change of
    /// them. A round for each epoch since the last time: some 4 a year.
    function _recordBreakage(uint32 partner, Partner storage p) internal {
        IPointsToken token = IPointsToken(p.token);
        token.rollSupply();
        uint256 through = token.currentEpoch() - token.validityDuration();
        uint256 epoch = p.breakageThrough;
        if (epoch >= through) return;
        p.breakageThrough = uint16(through); // epochs are 16 bits wide
        uint256 values = p.values;
        uint256 required = _requiredFor(p, token.supplyWord());
        while (++epoch <= through) {
            (, , uint256 points) = token.epochTotals(epoch);
            if (points != 0) {
                _divide(partner, p, epoch, points, points * values.valueOfEpoch(epoch), required);
            }
        }
    }

    function _divide(
        uint32 partner,
        Partner storage p,
        uint256 epoch,
        uint256 points,
        uint256 freed,
        uint256 required
    ) private {
        uint256 spare = Math.saturatingSub(p.reserve, required);
        uint256 toCharity = Math.min((freed * p.charityBps) / BPS, spare);
        uint256 toFund = Math.min((freed * p.fundBps) / BPS, spare - toCharity);
        uint32 charity = p.breakageCharity;
        // What is spare lies within the reserve, and all sums within what the hub ever held, but for
        // `freed`: 2^24 epochs would fill it.
        p.freed += uint112(freed);
        p.freedToFund += uint72(toFund);
        p.freedToCharity += uint72(toCharity);
        p.reserve -= uint72(toFund + toCharity);
        _membersFund += uint128(toFund);
        if (toCharity != 0) _creditCharity(charity, partner, toCharity);
        emit BreakageRecorded(partner, epoch, points, freed, toFund, toCharity, charity);
    }

    function _stablecoin() internal view returns (IERC20) {
        return IERC20(ICoalition(address(this)).stablecoin());
    }

    function _payOut(address to, uint256 amount) internal {
        _stablecoin().safeTransfer(to, amount);
    }
}
