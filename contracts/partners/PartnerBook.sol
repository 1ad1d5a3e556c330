// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {Refusals} from "../acts/Refusals.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {HaltState} from "../governance/HaltState.sol";
import {IPartners} from "./IPartners.sol";

/// @title What the coalition knows of its brands
abstract contract PartnerBook is HaltState {
    using PointValues for uint256;
    using RateLimiter for RateLimiter.RefillingBucket;

    /// @dev The first two words are all that a purchase or an act may touch, but for the allowance;
    /// the first is all that an act touches of the brand that it pays.
    struct Partner {
        // 2^72 µUSD are 4,700 million million dollars.
        uint72 reserve;
        uint16 coverageBps;
        // HALTED | LEAVING
        uint8 status;
        address token;
        // See PointValues; as written last, so read it by _valuesAt.
        uint216 values;
        // A batch a second fills it in 34,000 years.
        uint40 lastBatch;
        address admin;
        // See IBreakage.
        uint16 fundBps;
        uint16 charityBps;
        uint32 breakageCharity;
        uint16 breakageThrough;
        address issuingKey;
        // See ICharities.
        uint16 matchBps;
        uint72 matchBudget;
        // µUSD, see IBreakage.
        uint112 freed;
        uint72 freedToFund;
        uint72 freedToCharity;
        // In points; its only entry is SOLE.
        RateLimiter.RefillingBucket allowance;
    }

    uint256 internal constant BPS = 10_000;
    uint8 internal constant HALTED = 1;
    uint8 internal constant LEAVING = 2;
    bytes32 internal constant SOLE = 0;

    uint32 internal _partnerCount;
    mapping(uint32 partner => Partner) private _partners;

    modifier onlyPartnerAdmin(uint32 partner) {
        if (msg.sender != _existing(partner).admin) {
            revert IPartners.PartnerCallerNotAdmin(partner, msg.sender);
        }
        _;
    }

    /// @dev The partner, or PartnerUnknown.
    function _existing(uint32 partner) internal view returns (Partner storage p) {
        p = _partners[partner];
        if (p.token == address(0)) revert IPartners.PartnerUnknown(partner);
    }

    /// @dev The partner, or PartnerUnknown, or PartnerHalted.
    function _active(uint32 partner) internal view returns (Partner storage p) {
        p = _existing(partner);
        if (p.status & HALTED != 0) revert IPartners.PartnerHalted(partner);
    }

    /// @dev What `_active` would revert with, empty if it would not.
    function _inactivity(uint32 partner) internal view returns (bytes memory refusal) {
        Partner storage p = _partners[partner];
        if (p.token == address(0)) {
            return Refusals.encode(IPartners.PartnerUnknown.selector, partner);
        }
        if (p.status & HALTED != 0) {
            return Refusals.encode(IPartners.PartnerHalted.selector, partner);
        }
    }

    /// @dev Reverts with PartnerLeaving: a brand that leaves gets no new points.
    function _requireStaying(uint32 partner, Partner storage p) internal view {
        if (p.status & LEAVING != 0) revert IPartners.PartnerLeaving(partner);
    }

    /// @dev Takes `points` of what the issuer role may mint for the partner.
    function _consume(uint32 partner, Partner storage p, uint256 points) internal {
        if (!p.allowance.tryConsume(SOLE, points)) {
            uint256 available = p.allowance.available(SOLE);
            revert IPartners.MintAllowanceExceeded(partner, available, points);
        }
    }

    /// @dev The partner, for callers that know that there is one.
    function _partner(uint32 partner) internal view returns (Partner storage) {
        return _partners[partner];
    }

    /// @dev The point values as they stand in `epoch`, see PointValues.rolled.
    function _valuesAt(Partner storage p, uint256 epoch) internal view returns (uint256) {
        return uint256(p.values).rolled(epoch);
    }
}
