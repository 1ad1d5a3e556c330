// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Reserves} from "../clearing/Reserves.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IIssuance} from "./IIssuance.sol";

/// @title Issuance of earned points
abstract contract Issuance is IIssuance, Reserves {
    /// @notice The most members in a batch.
    uint256 public constant BATCH_LIMIT = 500;

    /// @inheritdoc IIssuance
    function issue(Batch[] calldata batches) external restricted whenNotHalted {
        for (uint256 i; i < batches.length; ++i) _issue(batches[i]);
    }

    function _issue(Batch calldata batch) private {
        uint256 members = batch.mints.length;
        if (members == 0 || members > BATCH_LIMIT) {
            revert BatchSizeInvalid(batch.partner, members, BATCH_LIMIT);
        }
        Partner storage p = _active(batch.partner);
        uint40 expected = p.lastBatch + 1;
        if (batch.number != expected) {
            revert BatchNumberUnexpected(batch.partner, expected, batch.number);
        }
        p.lastBatch = expected;
        (uint256 points, uint256 supply) = IPointsToken(p.token).mintBatch(batch.mints);
        _requireCovered(batch.partner, p, supply);
        emit BatchIssued(batch.partner, batch.number, batch.receiptsRoot, members, points);
    }
}
