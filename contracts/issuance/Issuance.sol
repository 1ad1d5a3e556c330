// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CoalitionState} from "../CoalitionState.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {IIssuance} from "./IIssuance.sol";

/// @title Issuance of earned points
abstract contract Issuance is IIssuance, CoalitionState {
    /// @inheritdoc IIssuance
    uint256 public constant BATCH_LIMIT = 500;

    /// @inheritdoc IIssuance
    function issue(Batch[] calldata batches) external restricted whenNotHalted {
        for (uint256 i; i < batches.length; ++i) {
            Partner storage p = _active(batches[i].partner);
            uint256 points = _issue(batches[i], p);
            _consume(batches[i].partner, p, points);
        }
    }

    /// @inheritdoc IIssuance
    function issueAsPartner(Batch calldata batch) external whenNotHalted {
        Partner storage p = _active(batch.partner);
        if (msg.sender != p.issuingKey) {
            revert IssuanceCallerNotKey(batch.partner, msg.sender);
        }
        emit BatchIssuedByKey(batch.partner, batch.number, msg.sender);
        _issue(batch, p);
    }

    function _issue(Batch calldata batch, Partner storage p) private returns (uint256 points) {
        uint256 members = batch.mints.length;
        if (members == 0 || members > BATCH_LIMIT) {
            revert BatchSizeInvalid(batch.partner, members, BATCH_LIMIT);
        }
        _requireStaying(batch.partner, p);
        uint40 expected = p.lastBatch + 1;
        if (batch.number != expected) {
            revert BatchNumberUnexpected(batch.partner, expected, batch.number);
        }
        p.lastBatch = expected;
        uint256 supply;
        (points, supply) = IPointsToken(p.token).mintBatch(batch.mints);
        _requireCovered(batch.partner, p, supply);
        emit BatchIssued(batch.partner, batch.number, batch.receiptsRoot, members, points);
    }
}
