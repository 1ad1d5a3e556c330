// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Refusals} from "../acts/Refusals.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {Halts} from "../governance/Halts.sol";
import {AccountWord} from "../points/AccountWord.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {PointsToken} from "../points/PointsToken.sol";
import {TokenTerms} from "../points/TokenTerms.sol";
import {IPartners} from "./IPartners.sol";

/// @title The partner registry
abstract contract Partners is IPartners, Halts {
    using AccountWord for uint256;
    using PointValues for uint256;

    /// @dev Two words that every purchase or act may touch, and the admin. The first is all that an
    /// act touches of the brand that it pays.
    struct Partner {
        // 2^72 µUSD are 4,700 million million dollars.
        uint72 reserve;
        uint16 coverageBps;
        bool halted;
        address token;
        // See PointValues; as written last, so read it by _valuesAt.
        uint216 values;
        // A batch a second fills it in 34,000 years.
        uint40 lastBatch;
        address admin;
    }

    uint256 internal constant BPS = 10_000;
    /// @notice The strictest coverage policy: twice the liability.
    uint16 public constant COVERAGE_LIMIT_BPS = 20_000;

    /// @notice The contract that every brand's token is a clone of.
    address public immutable tokenImplementation = address(new PointsToken());

    uint32 private _partnerCount;
    mapping(uint32 partner => Partner) private _partners;

    modifier onlyPartnerAdmin(uint32 partner) {
        if (msg.sender != _existing(partner).admin) {
            revert PartnerCallerNotAdmin(partner, msg.sender);
        }
        _;
    }

    /// @inheritdoc IPartners
    function addPartner(PartnerTerms calldata terms) external restricted returns (uint32 partner) {
        uint256 quarters = terms.quartersPerEpoch;
        bool calendarValid = quarters == 1 || quarters == 2 || quarters == 4;
        if (!calendarValid || terms.validity == 0 || terms.validity > AccountWord.BUCKETS) {
            revert PartnerCalendarInvalid(terms.quartersPerEpoch, terms.validity);
        }
        _requireCoverageValid(terms.coverageBps);
        _requireValueValid(terms.value);
        if (terms.admin == address(0)) revert PartnerAdminInvalid(terms.admin);

        address token = TokenTerms.deploy(
            tokenImplementation,
            terms.name,
            terms.symbol,
            TokenTerms.Calendar(quarters, terms.validity, terms.transferable)
        );
        partner = ++_partnerCount;
        Partner storage added = _partners[partner];
        added.token = token;
        added.coverageBps = terms.coverageBps;
        _setValues(added, PointValues.initial(terms.value, IPointsToken(token).currentEpoch()));
        added.admin = terms.admin;
        emit PartnerAdded(
            partner,
            token,
            terms.admin,
            terms.name,
            terms.symbol,
            terms.quartersPerEpoch,
            terms.validity,
            terms.transferable,
            terms.value,
            terms.coverageBps
        );
    }

    /// @inheritdoc IPartners
    function setPartnerAdmin(uint32 partner, address admin) external onlyPartnerAdmin(partner) {
        if (admin == address(0)) revert PartnerAdminInvalid(admin);
        _partners[partner].admin = admin;
        emit PartnerAdminChanged(partner, admin);
    }

    /// @inheritdoc IPartners
    function setCoveragePolicy(uint32 partner, uint16 coverageBps) external restricted {
        _requireCoverageValid(coverageBps);
        _existing(partner).coverageBps = coverageBps;
        emit CoveragePolicyChanged(partner, coverageBps);
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
        report = PartnerReport({
            partner: partner,
            token: p.token,
            admin: p.admin,
            halted: p.halted,
            coverageBps: p.coverageBps,
            lastBatch: p.lastBatch,
            supply: supply.total(),
            liability: liability,
            required: _required(liability, p.coverageBps),
            reserve: p.reserve,
            supplyWord: supply,
            valuesWord: values
        });
    }

    /// @inheritdoc IPartners
    function partnerReports() external view returns (PartnerReport[] memory reports) {
        uint32 count = _partnerCount;
        reports = new PartnerReport[](count);
        for (uint32 i; i < count; ++i) reports[i] = partnerReport(i + 1);
    }

    function _requireValueValid(uint40 value) internal pure virtual;

    function _setPartnerHalted(uint32 partner, bool value) internal override {
        _existing(partner).halted = value;
    }

    /// @dev The partner, or PartnerUnknown.
    function _existing(uint32 partner) internal view returns (Partner storage p) {
        p = _partners[partner];
        if (p.token == address(0)) revert PartnerUnknown(partner);
    }

    /// @dev The partner, or PartnerUnknown, or PartnerHalted.
    function _active(uint32 partner) internal view returns (Partner storage p) {
        p = _existing(partner);
        if (p.halted) revert PartnerHalted(partner);
    }

    /// @dev What `_active` would revert with, empty if it would not.
    function _inactivity(uint32 partner) internal view returns (bytes memory refusal) {
        Partner storage p = _partners[partner];
        if (p.token == address(0)) return Refusals.encode(PartnerUnknown.selector, partner);
        if (p.halted) return Refusals.encode(PartnerHalted.selector, partner);
    }

    /// @dev The partner, for callers that know that there is one.
    function _partner(uint32 partner) internal view returns (Partner storage) {
        return _partners[partner];
    }

    /// @dev The point values as they stand in `epoch`, see PointValues.rolled.
    function _valuesAt(Partner storage p, uint256 epoch) internal view returns (uint256) {
        return uint256(p.values).rolled(epoch);
    }

    function _setValues(Partner storage p, uint256 values) internal {
        p.values = uint216(values); // PointValues leaves the bits above 215 empty
    }

    /// @dev Rounds up: in favour of the members, to whom the reserve is owed.
    function _required(uint256 liability, uint256 coverageBps) internal pure returns (uint256) {
        return (liability * coverageBps + BPS - 1) / BPS;
    }

    function _reserves() internal view returns (uint256 sum) {
        for (uint32 i = 1; i <= _partnerCount; ++i) sum += _partners[i].reserve;
    }

    function _requireCoverageValid(uint16 coverageBps) private pure {
        if (coverageBps == 0 || coverageBps > COVERAGE_LIMIT_BPS) {
            revert PartnerCoverageInvalid(coverageBps, COVERAGE_LIMIT_BPS);
        }
    }
}
