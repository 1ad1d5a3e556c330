// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "../../../contracts/acts/IActs.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {LotAccounts} from "./LotAccount.sol";
import {SlowCalendar} from "./SlowCalendar.sol";
import {ValueLists} from "./ValueList.sol";

/// @title The coalition, the slow way
/// @notice Lots, lists and plain sums in place of words; it is told what happens and says what
/// must follow: whether an act is refused, what it yields, who holds what.
abstract contract CoalitionTwin {
    using LotAccounts for LotAccounts.LotAccount;
    using ValueLists for ValueLists.ValueList;

    struct Brand {
        uint256 quarters;
        uint256 validity;
        uint256 coverageBps;
        bool transferable;
        bool halted;
        uint256 reserve;
        uint256 batches;
        ValueLists.ValueList values;
        mapping(address member => LotAccounts.LotAccount) accounts;
    }

    uint256 internal constant CAP = 2 ** 48 - 1;

    uint256 internal _clock;
    bool internal _halted;
    uint256 internal _withdrawalsHaltedUntil;
    address[] internal _holders;
    mapping(uint32 partner => Brand) internal _brands;
    uint32 internal _brandCount;
    mapping(uint32 charity => uint256) internal _payable;
    uint32 internal _charityCount;
    mapping(uint256 quarters => uint256) private _epochs;

    function _setClock(uint256 timestamp) internal {
        _clock = timestamp;
        for (uint256 quarters = 1; quarters <= 4; quarters *= 2) {
            _epochs[quarters] = SlowCalendar.epochAt(timestamp, quarters);
        }
        for (uint32 i = 1; i <= _brandCount; ++i) _brands[i].values.advance(_epochOf(i));
    }

    function _join(IPartners.PartnerTerms memory terms) internal {
        Brand storage b = _brands[++_brandCount];
        b.quarters = terms.quartersPerEpoch;
        b.validity = terms.validity;
        b.transferable = terms.transferable;
        b.coverageBps = terms.coverageBps;
        b.values.start(terms.value, _epochOf(_brandCount));
    }

    function _epochOf(uint32 brand) internal view returns (uint256) {
        return _epochs[_brands[brand].quarters];
    }

    function _balance(uint32 brand, address member) internal view returns (uint256) {
        return _brands[brand].accounts[member].balance(_epochOf(brand), _brands[brand].validity);
    }

    /// @notice Live points that the member earned in `epoch`.
    function _heldOf(uint32 brand, address member, uint256 epoch) internal view returns (uint256) {
        Brand storage b = _brands[brand];
        if (epoch > _epochOf(brand)) return 0;
        return b.accounts[member].heldOf(epoch, _epochOf(brand), b.validity);
    }

    function _lapsed(uint32 brand, address member) internal view returns (uint256) {
        return _brands[brand].accounts[member].lapsed(_epochOf(brand), _brands[brand].validity);
    }

    function _supply(uint32 brand) internal view returns (uint256 sum) {
        for (uint256 i; i < _holders.length; ++i) sum += _balance(brand, _holders[i]);
    }

    /// @notice What `amount` of the member's points are worth, those first that expire first.
    function _worth(
        uint32 brand,
        address member,
        uint256 amount
    ) internal view returns (uint256 v) {
        Brand storage b = _brands[brand];
        uint256 current = _epochOf(brand);
        for (uint256 e = current + 1 - b.validity; e <= current; ++e) {
            uint256 held = b.accounts[member].heldOf(e, current, b.validity);
            uint256 part = held < amount ? held : amount;
            v += part * b.values.valueIn(e);
            amount -= part;
        }
    }

    function _liability(uint32 brand) internal view returns (uint256 sum) {
        for (uint256 i; i < _holders.length; ++i) sum += _worth(brand, _holders[i], CAP);
    }

    function _currentValue(uint32 brand) internal view returns (uint256) {
        return _brands[brand].values.valueIn(_epochOf(brand));
    }

    /// @notice Whether `reserve` is enough for `liability` by the brand's policy. No rounding.
    function _covers(
        uint32 brand,
        uint256 reserve,
        uint256 liability
    ) internal view returns (bool) {
        return reserve * 10_000 >= liability * _brands[brand].coverageBps;
    }

    /// @notice Whether the act must be refused. `genuine`: it bears the member's own signature.
    function _refuses(IActs.Act memory act, bool genuine) internal view returns (bool) {
        if (_halted || !genuine || _clock > act.deadline || !_isActive(act.issuer)) return true;
        Brand storage b = _brands[act.issuer];
        if (!b.accounts[act.member].isOpen(act.nonce)) return true;
        if (act.amount == 0 || act.amount > _balance(act.issuer, act.member)) return true;
        uint256 value = _worth(act.issuer, act.member, act.amount);
        if (act.kind == IActs.ActKind.Exchange) return _refusesExchange(act, value);
        if (value < act.minimum) return true;
        if (act.kind == IActs.ActKind.Donation) {
            return b.reserve < value || act.counterparty == 0 || act.counterparty > _charityCount;
        }
        if (act.counterparty == act.issuer) return false;
        return b.reserve < value || !_isActive(act.counterparty);
    }

    /// @notice Does an act that is not to be refused.
    function _perform(IActs.Act memory act) internal returns (uint256 value, uint256 received) {
        Brand storage b = _brands[act.issuer];
        value = _worth(act.issuer, act.member, act.amount);
        b.accounts[act.member].spend(act.amount, _epochOf(act.issuer), b.validity);
        b.accounts[act.member].useNonce(act.nonce);
        if (act.kind == IActs.ActKind.Redemption && act.counterparty == act.issuer) {
            return (value, 0);
        }
        b.reserve -= value;
        if (act.kind == IActs.ActKind.Donation) {
            _payable[act.counterparty] += value;
            return (value, 0);
        }
        _brands[act.counterparty].reserve += value;
        if (act.kind == IActs.ActKind.Exchange) {
            received = value / _currentValue(act.counterparty);
            _earn(act.counterparty, act.member, received);
        }
    }

    function _earn(uint32 brand, address member, uint256 amount) internal {
        _brands[brand].accounts[member].earn(_epochOf(brand), amount);
    }

    function _isActive(uint32 brand) internal view returns (bool) {
        return brand != 0 && brand <= _brandCount && !_brands[brand].halted;
    }

    function _refusesExchange(IActs.Act memory act, uint256 value) private view returns (bool) {
        uint32 target = act.counterparty;
        if (target == act.issuer || !_isActive(target)) return true;
        uint256 price = _currentValue(target);
        uint256 received = value / price;
        if (received == 0 || received < act.minimum) return true;
        if (_brands[act.issuer].reserve < value || _supply(target) + received > CAP) return true;
        uint256 liability = _liability(target) + received * price;
        return !_covers(target, _brands[target].reserve + value, liability);
    }
}
