// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {IReserves} from "../clearing/IReserves.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {CoalitionState} from "../CoalitionState.sol";
import {ICoalition} from "../ICoalition.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {TokenTerms} from "../points/TokenTerms.sol";
import {IPartners} from "./IPartners.sol";

/// @title The partner registry
abstract contract Partners is IPartners, CoalitionState {
    using AccountWord for uint256;
    using PointValues for uint256;
    using RateLimiter for RateLimiter.RefillingBucket;

    /// @inheritdoc IPartners
    uint16 public constant COVERAGE_LIMIT_BPS = 20_000;

    /// @inheritdoc IPartners
    function addPartner(PartnerTerms calldata terms) external restricted returns (uint32 partner) {
        _requireTermsValid(terms);
        address token = TokenTerms.deploy(
            ICoalition(address(this)).tokenImplementation(),
            terms.name,
            terms.symbol,
            TokenTerms.Calendar(terms.quartersPerEpoch, terms.validity, terms.transferable)
        );
        uint256 epoch = IPointsToken(token).currentEpoch();
        partner = ++_partnerCount;
        Partner storage added = _partner(partner);
        added.token = token;
        added.coverageBps = terms.coverageBps;
        added.values = uint216(PointValues.initial(terms.value, epoch));
        added.admin = terms.admin;
        added.fundBps = terms.fundBps;
        added.charityBps = terms.charityBps;
        added.breakageCharity = terms.breakageCharity;
        added.breakageThrough = uint16(epoch - 1); // an epoch is 16 bits wide, and none is the first
        emit PartnerAdded(partner, token, terms.admin, terms);
    }

    /// @inheritdoc IPartners
    function setPartnerAdmin(uint32 partner, address admin) external onlyPartnerAdmin(partner) {
        if (admin == address(0)) revert PartnerAdminInvalid(admin);
        _partner(partner).admin = admin;
        emit PartnerAdminChanged(partner, admin);
    }

    /// @inheritdoc IPartners
    function setCoveragePolicy(uint32 partner, uint16 coverageBps) external restricted {
        _requireCoverageValid(coverageBps);
        _existing(partner).coverageBps = coverageBps;
        emit CoveragePolicyChanged(partner, coverageBps);
    }

    /// @inheritdoc IPartners
    function setIssuingKey(uint32 partner, address key) external onlyPartnerAdmin(partner) {
        _partner(partner).issuingKey = key;
        emit IssuingKeyChanged(partner, key);
    }

    /// @inheritdoc IPartners
    function setMintAllowance(
        uint32 partner,
        uint48 capacity,
        uint32 window
    ) external onlyPartnerAdmin(partner) {
        if (capacity != 0 && window == 0) revert MintAllowanceInvalid(capacity, window);
        RateLimiter.RefillingBucket storage allowance = _partner(partner).allowance;
        allowance.sync(SOLE); // what has refilled until now did so at the old rate
        allowance.updateSettings(window, capacity);
        emit MintAllowanceChanged(partner, capacity, window);
    }

    /// @inheritdoc IPartners
    function partnerCount() external view returns (uint32) {
        return _partnerCount;
    }

    /// @inheritdoc IPartners
    function partnerReport(uint32 partner) public view returns (PartnerReport memory report) {
        Partner storage p = _existing(partner);
        uint256 supply = IPointsToken(p.token).supplyWord();
        uint256 values = _valuesAt(p, supply.epochOf());
        uint256 liability = values.worth(supply);
        report.partner = partner;
        report.token = p.token;
        report.admin = p.admin;
        report.issuingKey = p.issuingKey;
        report.halted = p.status & HALTED != 0;
        report.leaving = p.status & LEAVING != 0;
        report.coverageBps = p.coverageBps;
        report.lastBatch = p.lastBatch;
        report.supply = supply.total();
        report.liability = liability;
        report.required = _required(liability, p.coverageBps);
        report.reserve = p.reserve;
        report.supplyWord = supply;
        report.valuesWord = values;
        report.matchBps = p.matchBps;
        report.matchBudget = p.matchBudget;
        report.mintCapacity = uint48(p.allowance._capacity); // set as one
        report.mintWindow = uint32(p.allowance._window); // set as one
        report.mintAvailable = p.allowance.available(SOLE);
        report.breakage = Breakage({
            fundBps: p.fundBps,
            charityBps: p.charityBps,
            charity: p.breakageCharity,
            through: p.breakageThrough,
            freed: p.freed,
            toFund: p.freedToFund,
            toCharity: p.freedToCharity
        });
    }

    /// @inheritdoc IPartners
    function partnerReports() external view returns (PartnerReport[] memory reports) {
        uint32 count = _partnerCount;
        reports = new PartnerReport[](count);
        for (uint32 i; i < count; ++i) reports[i] = partnerReport(i + 1);
    }

    function _requireTermsValid(PartnerTerms calldata terms) private view {
        uint256 quarters = terms.quartersPerEpoch;
        bool calendarValid = quarters == 1 || quarters == 2 || quarters == 4;
        if (!calendarValid || terms.validity == 0 || terms.validity > AccountWord.BUCKETS) {
            revert PartnerCalendarInvalid(terms.quartersPerEpoch, terms.validity);
        }
        _requireCoverageValid(terms.coverageBps);
        if (terms.value == 0) revert IReserves.PointValueInvalid(terms.value);
        if (terms.admin == address(0)) revert PartnerAdminInvalid(terms.admin);
        if (uint256(terms.fundBps) + terms.charityBps > BPS) {
            revert PartnerSharesInvalid(terms.fundBps, terms.charityBps);
        }
        if (terms.charityBps != 0) _existingCharity(terms.breakageCharity);
    }

    function _requireCoverageValid(uint16 coverageBps) private pure {
        if (coverageBps == 0 || coverageBps > COVERAGE_LIMIT_BPS) {
            revert PartnerCoverageInvalid(coverageBps, COVERAGE_LIMIT_BPS);
        }
    }
}
