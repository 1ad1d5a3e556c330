// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReserves} from "../../../contracts/clearing/IReserves.sol";
import {IActs} from "../../../contracts/acts/IActs.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {Log} from "../Vm.sol";

/// @title Logs that the EVM took back
/// @notice The recorder keeps the logs of a call frame that reverted, which no block has. Acts of a
/// batch that are tried in a frame of their own can be refused after they have logged something:
/// an exchange by its target, and any act by the limit of the key that signed it. Their ActSkipped
/// follows directly.
library UndoneLogs {
    function find(
        Log[] memory logs,
        address hub,
        address keys
    ) internal pure returns (bool[] memory undone) {
        undone = new bool[](logs.length);
        for (uint256 i = 1; i < logs.length; ++i) {
            if (logs[i].emitter != hub || logs[i].topics[0] != IActs.ActSkipped.selector) continue;
            (, bytes memory reason) = abi.decode(logs[i].data, (uint256, bytes));
            uint256 from = i;
            if (bytes4(reason) == IMemberKeys.KeyLimitExceeded.selector) {
                // The act was done but for the charge: its own event is the last.
                from = _beforeOwnEvents(logs, i);
            } else if (!_isAfterSpend(bytes4(reason)) || !_isExchange(logs[i])) {
                continue;
            }
            while (from != 0 && logs[from - 1].emitter != hub && logs[from - 1].emitter != keys) {
                --from;
            }
            for (uint256 j = from; j < i; ++j) undone[j] = true;
        }
    }

    /// @notice Marks what an exchange is signed with, so that its skips can be told by their event:
    /// nothing else in that says the kind of an act.
    function markExchange(bytes32 ref) internal pure returns (bytes32) {
        return ref | bytes32(uint256(1));
    }

    /// @notice The opposite, for all other acts.
    function markOther(bytes32 ref) internal pure returns (bytes32) {
        return ref & ~bytes32(uint256(1));
    }

    function _isExchange(Log memory skipped) private pure returns (bool) {
        return uint256(skipped.topics[3]) & 1 == 1;
    }

    function _beforeOwnEvents(Log[] memory logs, uint256 skipped) private pure returns (uint256) {
        bool donated = logs[skipped - 1].topics[0] == IActs.Donated.selector;
        bool matched = skipped > 1 && logs[skipped - 2].topics[0] == IActs.DonationMatched.selector;
        return donated && matched ? skipped - 2 : skipped - 1;
    }

    /// @dev Refusals of an exchange that come after its spend.
    function _isAfterSpend(bytes4 reason) private pure returns (bool) {
        return
            reason == IActs.ActWorthless.selector ||
            reason == IActs.ActMinimumNotMet.selector ||
            reason == IReserves.ReserveInsufficient.selector ||
            reason == IReserves.CoverageInsufficient.selector ||
            reason == IPartners.PartnerLeaving.selector ||
            reason == IPointsToken.PointsSupplyCapExceeded.selector ||
            reason == IPointsToken.PointsEpochCapExceeded.selector;
    }
}
