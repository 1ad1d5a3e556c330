// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IIssuance} from "../../../../contracts/issuance/IIssuance.sol";
import {IPartners} from "../../../../contracts/partners/IPartners.sol";
import {LotSupplies} from "../../twins/LotSupply.sol";
import {PotActions} from "./PotActions.sol";

/// @dev Batches of earned points: of one brand, of several, wrong ones, and old ones again; by the
/// issuer role within what admins allow, or by a brand's own key.
abstract contract IssuanceActions is PotActions {
    using LotSupplies for LotSupplies.LotSupply;

    uint256 private constant HUGE = type(uint96).max;

    IIssuance.Batch[] private _lastIssued;

    function issue(uint256 seed) external watched(false) {
        seed = _mix(seed);
        _issueOne(_brand(seed), seed >> 8);
    }

    /// @dev All of it or nothing of it.
    function issueAtSeveralBrands(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint256 count = 2 + (seed % (BRANDS - 1));
        IIssuance.Batch[] memory batches = new IIssuance.Batch[](count);
        bool expected = !_halted;
        for (uint256 i; i < count; ++i) {
            uint32 brand = _brand((seed >> 8) + i);
            batches[i] = _draft(brand, uint256(keccak256(abi.encode(seed, i))));
            expected = expected && _mayIssue(batches[i]) && _isAllowed(batches[i]);
        }
        _issue("issueAtSeveralBrands", batches, expected);
    }

    /// @dev A batch that was sent before, or one that would leave a gap.
    function issueWrongNumber(uint256 seed) external watched(false) {
        seed = _mix(seed);
        IIssuance.Batch[] memory batches = new IIssuance.Batch[](1);
        if (seed % 2 == 0 && _lastIssued.length != 0) {
            batches[0] = _lastIssued[(seed >> 8) % _lastIssued.length];
        } else {
            batches[0] = _draft(_brand(seed >> 8), seed >> 16);
            if (seed % 4 < 2) ++batches[0].number;
            else --batches[0].number;
        }
        _issue("issueWrongNumber", batches, false);
    }

    /// @dev By the brand's issuing key, or somebody who isn't that.
    function issueAsPartner(uint256 seed) external watched(false) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        IIssuance.Batch memory batch = _draft(brand, seed >> 8);
        address key = _brands[brand].issuingKey;
        address caller = key == address(0) || (seed >> 128) % 8 == 0 ? ISSUER : key;
        bool expected = !_halted && caller == key && _mayIssue(batch);
        bytes memory data = abi.encodeCall(IIssuance.issueAsPartner, (batch));
        (bool success, ) = _call(caller, address(hub), data);
        if (success) {
            _note(batch);
            _requireCovered(brand);
        }
        _expect("issueAsPartner", success, expected);
    }

    function setIssuingKey(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        bytes memory data = abi.encodeCall(IPartners.setIssuingKey, (brand, _keyOf(seed >> 8)));
        (bool success, ) = _call(_adminOf(brand), address(hub), data);
        if (_expect("setIssuingKey", success, true)) _brands[brand].issuingKey = _keyOf(seed >> 8);
    }

    /// @dev Mostly plenty, sometimes little, seldom none.
    function setMintAllowance(uint256 seed) external watched(true) {
        seed = _mix(seed);
        uint32 brand = _brand(seed);
        uint256 capacity = (seed >> 8) % 4 != 0 ? CAP : ((seed >> 16) % 50_000) * ((seed >> 8) % 3);
        uint256 window = (seed >> 64) % 16 == 0 ? 0 : 1 + ((seed >> 72) % 30 days);
        bytes memory data = abi.encodeCall(
            IPartners.setMintAllowance,
            (brand, uint48(capacity), uint32(window))
        );
        (bool success, ) = _call(_adminOf(brand), address(hub), data);
        if (_expect("setMintAllowance", success, capacity == 0 || window != 0)) {
            _setAllowance(brand, capacity, window);
        }
    }

    function _keyOf(uint256 seed) private pure returns (address) {
        return seed % 16 == 0 ? address(0) : address(uint160(0x15500 + (seed % 4)));
    }

    function _issueOne(uint32 brand, uint256 seed) internal {
        IIssuance.Batch[] memory batches = new IIssuance.Batch[](1);
        batches[0] = _draft(brand, seed);
        _issue("issue", batches, !_halted && _mayIssue(batches[0]) && _isAllowed(batches[0]));
    }

    function _issue(string memory action, IIssuance.Batch[] memory batches, bool expected) private {
        bytes memory data = abi.encodeCall(IIssuance.issue, (batches));
        (bool success, ) = _call(ISSUER, address(hub), data);
        for (uint256 i; success && i < batches.length; ++i) {
            _useAllowance(batches[i].partner, _note(batches[i]));
            _requireCovered(batches[i].partner);
        }
        _expect(action, success, expected);
    }

    function _isAllowed(IIssuance.Batch memory batch) private view returns (bool) {
        return _sumOf(batch) <= _allowance(batch.partner);
    }

    function _sumOf(IIssuance.Batch memory batch) private pure returns (uint256 sum) {
        for (uint256 i; i < batch.mints.length; ++i) {
            (, uint256 points) = _split(batch.mints[i]);
            sum += points;
        }
    }

    function _note(IIssuance.Batch memory batch) private returns (uint256 sum) {
        if (_lastIssued.length < 32) _lastIssued.push(batch);
        ++_brands[batch.partner].batches;
        for (uint256 i; i < batch.mints.length; ++i) {
            (address member, uint256 points) = _split(batch.mints[i]);
            _earn(batch.partner, member, points);
            sum += points;
            promised += points * _currentValue(batch.partner);
        }
    }

    function _mayIssue(IIssuance.Batch memory batch) private view returns (bool) {
        uint32 brand = batch.partner;
        if (!_isActive(brand) || _brands[brand].leaving || batch.mints.length == 0) return false;
        uint256 sum;
        for (uint256 i; i < batch.mints.length; ++i) {
            (address member, uint256 points) = _split(batch.mints[i]);
            if (member == address(0)) return false;
            sum += points;
        }
        (uint256 minted, , ) = _brands[brand].supply.totals(_epochOf(brand), _epochOf(brand), 1);
        if (_supply(brand) + sum > CAP || minted + sum > CAP) return false;
        uint256 liability = _liability(brand) + sum * _currentValue(brand);
        return _covers(brand, _brands[brand].reserve, liability);
    }

    /// @dev Mostly a part of what the reserve leaves room for, divided among one to four members,
    /// the same one among them perhaps; sometimes all of it, too much, or nonsense.
    function _draft(
        uint32 brand,
        uint256 seed
    ) private view returns (IIssuance.Batch memory batch) {
        batch.partner = brand;
        batch.number = uint48(_brands[brand].batches + 1);
        batch.receiptsRoot = bytes32(seed);
        uint256 mode = seed % 32;
        batch.mints = new bytes32[](mode == 0 ? 0 : 1 + ((seed >> 8) % 4));
        uint256 room = _room(brand);
        uint256 each = room / 2 / (batch.mints.length + 1);
        for (uint256 i; i < batch.mints.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            batch.mints[i] = _mint(random, (random >> 8) % (each + 1));
        }
        if (mode == 1) batch.mints[0] = _mint(seed >> 16, room + 1);
        if (mode == 2) batch.mints[0] = _mint(seed >> 16, CAP + 1);
        if (mode == 3) batch.mints[0] = _mint(seed >> 16, HUGE);
        if (mode == 4) batch.mints[0] = bytes32(uint256(1));
        if (mode == 5) batch.mints = new bytes32[](1);
        if (mode == 5) batch.mints[0] = _mint(seed >> 16, room);
    }

    function _room(uint32 brand) private view returns (uint256 points) {
        uint256 covered = (_brands[brand].reserve * 10_000) / _brands[brand].coverageBps;
        uint256 liability = _liability(brand);
        if (covered <= liability) return 0;
        points = (covered - liability) / _currentValue(brand);
        uint256 left = CAP - _supply(brand);
        return points < left ? points : left;
    }

    function _mint(uint256 seed, uint256 points) private view returns (bytes32) {
        uint256 account = uint160(_members[seed % _members.length].account);
        return bytes32((account << 96) | points);
    }

    function _split(bytes32 mint) private pure returns (address member, uint256 points) {
        return (address(uint160(uint256(mint) / 2 ** 96)), uint256(mint) % 2 ** 96);
    }
}
