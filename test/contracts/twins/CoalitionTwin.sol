// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "../../../contracts/acts/IActs.sol";
import {IRefunds} from "../../../contracts/clearing/IRefunds.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {KeyTwin} from "./KeyTwin.sol";
import {LotAccounts} from "./LotAccount.sol";
import {LotSupplies} from "./LotSupply.sol";
import {SlowCalendar} from "./SlowCalendar.sol";
import {ValueLists} from "./ValueList.sol";

/// @title The coalition, the slow way
/// @notice Lots, lists and plain sums in place of words; it is told what happens and says what
/// must follow: whether an act is refused, what it yields, who holds what.
abstract contract CoalitionTwin is KeyTwin {
    using LotAccounts for LotAccounts.LotAccount;
    using LotSupplies for LotSupplies.LotSupply;
    using ValueLists for ValueLists.ValueList;

    struct Brand {
        uint256 quarters;
        uint256 validity;
        uint256 coverageBps;
        bool transferable;
        bool halted;
        bool leaving;
        uint256 reserve;
        uint256 batches;
        address issuingKey;
        Match matching;
        Breakage breakage;
        Allowance allowance;
        ValueLists.ValueList values;
        LotSupplies.LotSupply supply;
        mapping(address member => LotAccounts.LotAccount) accounts;
    }

    struct Match {
        uint256 bps;
        uint256 budget;
    }

    struct Breakage {
        uint256 fundBps;
        uint256 charityBps;
        uint32 charity;
        uint256 through;
        uint256 freed;
        uint256 toFund;
        uint256 toCharity;
    }

    /// @dev `used` as of `since`.
    struct Allowance {
        uint256 capacity;
        uint256 window;
        uint256 used;
        uint256 since;
    }

    struct Shares {
        uint256 reserve;
        uint256 through;
        uint256 freed;
        uint256 toFund;
        uint256 toCharity;
    }

    uint256 internal constant CAP = 2 ** 48 - 1;

    bool internal _halted;
    uint256 internal _withdrawalsHaltedUntil;
    uint256 internal _fee;
    uint256 internal _treasury;
    uint256 internal _fund;
    address[] internal _holders;
    mapping(uint32 partner => Brand) internal _brands;
    uint32 internal _brandCount;
    mapping(uint32 charity => uint256) internal _payable;
    mapping(uint32 charity => bool) internal _suspended;
    mapping(uint32 charity => mapping(uint32 partner => uint256)) internal _donated;
    uint32 internal _charityCount;
    /// @dev Redemptions that were done, with the points they took.
    IRefunds.Refund[] internal _redemptions;
    mapping(bytes32 acceptorAndId => bool) internal _refundIds;
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
        b.breakage.fundBps = terms.fundBps;
        b.breakage.charityBps = terms.charityBps;
        b.breakage.charity = terms.breakageCharity;
        b.breakage.through = _epochOf(_brandCount) - 1;
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

    /// @notice Whether the act must be refused. `signer` is the key that has signed it.
    function _refuses(IActs.Act memory act, address signer) internal view returns (bool) {
        if (_halted || _clock > act.deadline || !_isActive(act.issuer)) return true;
        Brand storage b = _brands[act.issuer];
        if (!b.accounts[act.member].isOpen(act.nonce)) return true;
        if (act.kind == IActs.ActKind.Cancellation) return _lacksPower(act.member, signer, 0);
        if (act.amount == 0 || act.amount > _balance(act.issuer, act.member)) return true;
        uint256 value = _worth(act.issuer, act.member, act.amount);
        if (_lacksPower(act.member, signer, value)) return true;
        if (act.kind == IActs.ActKind.Exchange) return _refusesExchange(act, value);
        if (act.kind == IActs.ActKind.Gift) return !b.transferable || _recipient(act) == address(0);
        if (value < act.minimum) return true;
        if (act.kind == IActs.ActKind.Donation) {
            bool known = act.counterparty != 0 && act.counterparty <= _charityCount;
            return b.reserve < value || !known || _suspended[act.counterparty];
        }
        if (act.counterparty == act.issuer) return false;
        return b.reserve < value || !_isActive(act.counterparty);
    }

    /// @notice Does an act that is not to be refused.
    function _perform(
        IActs.Act memory act,
        address signer
    ) internal returns (uint256 value, uint256 received) {
        Brand storage b = _brands[act.issuer];
        b.accounts[act.member].useNonce(act.nonce);
        if (act.kind == IActs.ActKind.Cancellation) return (0, 0);
        value = _worth(act.issuer, act.member, act.amount);
        _chargeKey(act.member, signer, value);
        if (act.kind == IActs.ActKind.Gift) {
            _move(act.issuer, act.member, _recipient(act), act.amount);
            return (value, 0);
        }
        uint256 taken = _burn(act.issuer, act.member, act.amount);
        if (act.kind == IActs.ActKind.Redemption) {
            _redeem(act, value, taken);
        } else {
            b.reserve -= value;
            if (act.kind == IActs.ActKind.Donation) {
                _give(act.counterparty, act.issuer, value + _matched(act.issuer, value));
            } else {
                _brands[act.counterparty].reserve += value;
                received = value / _currentValue(act.counterparty);
                _earn(act.counterparty, act.member, received);
            }
        }
    }

    function _earn(uint32 brand, address member, uint256 amount) internal {
        _brands[brand].accounts[member].earn(_epochOf(brand), amount);
        _brands[brand].supply.mint(_epochOf(brand), amount);
    }

    /// @notice Moves points, those first that expire first, with their epochs.
    function _move(uint32 brand, address from, address to, uint256 amount) internal {
        Brand storage b = _brands[brand];
        (LotAccounts.Lot[] memory lots, ) = b.accounts[from].spend(
            amount,
            _epochOf(brand),
            b.validity
        );
        for (uint256 i; i < lots.length; ++i) {
            if (lots[i].amount != 0) b.accounts[to].earn(lots[i].epoch, lots[i].amount);
        }
    }

    function _isActive(uint32 brand) internal view returns (bool) {
        return brand != 0 && brand <= _brandCount && !_brands[brand].halted;
    }

    /// @notice Who gets the gift `act`.
    function _recipient(IActs.Act memory act) internal pure returns (address) {
        return address(uint160(uint256(act.ref)));
    }

    /// @notice µUSD that the policy asks for, rounded up.
    function _requiredNow(uint32 brand) internal view returns (uint256) {
        uint256 product = _liability(brand) * _brands[brand].coverageBps;
        return product / 10_000 + (product % 10_000 == 0 ? 0 : 1);
    }

    /// @notice What is to be shared of what has died since the last time.
    function _shares(uint32 brand) internal view returns (Shares memory shares) {
        Brand storage b = _brands[brand];
        uint256 current = _epochOf(brand);
        uint256 required = _requiredNow(brand);
        shares.reserve = b.reserve;
        shares.through = b.breakage.through;
        while (shares.through + b.validity < current) {
            uint256 epoch = ++shares.through;
            (, , uint256 points) = b.supply.totals(epoch, current, b.validity);
            uint256 freed = points * b.values.valueIn(epoch);
            uint256 charity = _part(shares.reserve, required, freed * b.breakage.charityBps);
            shares.reserve -= charity;
            uint256 fund = _part(shares.reserve, required, freed * b.breakage.fundBps);
            shares.reserve -= fund;
            shares.freed += freed;
            shares.toCharity += charity;
            shares.toFund += fund;
        }
    }

    function _recordBreakage(uint32 brand) internal {
        Shares memory shares = _shares(brand);
        Brand storage b = _brands[brand];
        b.reserve = shares.reserve;
        b.breakage.through = shares.through;
        b.breakage.freed += shares.freed;
        b.breakage.toFund += shares.toFund;
        b.breakage.toCharity += shares.toCharity;
        _fund += shares.toFund;
        _give(b.breakage.charity, brand, shares.toCharity);
    }

    /// @notice Points that the issuer role may mint now.
    function _allowance(uint32 brand) internal view returns (uint256) {
        Allowance storage a = _brands[brand].allowance;
        uint256 used = _usedAllowance(brand);
        return a.capacity > used ? a.capacity - used : 0;
    }

    function _useAllowance(uint32 brand, uint256 amount) internal {
        if (amount == 0) return;
        Allowance storage a = _brands[brand].allowance;
        (a.used, a.since) = (_usedAllowance(brand) + amount, _clock);
    }

    function _setAllowance(uint32 brand, uint256 capacity, uint256 window) internal {
        Allowance storage a = _brands[brand].allowance;
        (a.used, a.since) = (_usedAllowance(brand), _clock);
        (a.capacity, a.window) = (capacity, window);
    }

    /// @notice Points by epoch in the shape of a word: what of `word` is still live.
    function _stillLive(uint32 brand, uint256 word, uint256 back) internal view returns (uint256) {
        uint256 written = (word / 2 ** 192) % 2 ** 16;
        bool dead = written + _brands[brand].validity <= _epochOf(brand) + back;
        return dead ? 0 : (word / 2 ** (48 * (3 - back))) % 2 ** 48;
    }

    function _give(uint32 charity, uint32 brand, uint256 amount) private {
        if (amount == 0) return;
        _payable[charity] += amount;
        _donated[charity][brand] += amount;
    }

    function _matched(uint32 brand, uint256 value) private returns (uint256 added) {
        Match storage m = _brands[brand].matching;
        added = (value * m.bps) / 10_000;
        if (added > m.budget) added = m.budget;
        m.budget -= added;
    }

    function _redeem(IActs.Act memory act, uint256 value, uint256 taken) private {
        _redemptions.push(
            IRefunds.Refund(act.counterparty, act.issuer, act.member, act.nonce, act.ref, taken)
        );
        if (act.counterparty == act.issuer) return;
        uint256 fee = (value * _fee) / 10_000;
        _brands[act.issuer].reserve -= value;
        _brands[act.counterparty].reserve += value - fee;
        _treasury += fee;
    }

    function _burn(uint32 brand, address member, uint256 amount) private returns (uint256 word) {
        Brand storage b = _brands[brand];
        uint256 current = _epochOf(brand);
        (LotAccounts.Lot[] memory lots, ) = b.accounts[member].spend(amount, current, b.validity);
        word = current * 2 ** 192;
        for (uint256 i; i < lots.length; ++i) {
            b.supply.spend(lots[i].epoch, lots[i].amount);
            word += lots[i].amount * 2 ** (48 * (3 - (current - lots[i].epoch)));
        }
    }

    /// @dev A share of so many ten thousandths, but no more than the reserve can spare.
    function _part(
        uint256 reserve,
        uint256 required,
        uint256 tenThousandths
    ) private pure returns (uint256) {
        uint256 spare = reserve > required ? reserve - required : 0;
        return tenThousandths / 10_000 < spare ? tenThousandths / 10_000 : spare;
    }

    function _usedAllowance(uint32 brand) private view returns (uint256) {
        Allowance storage a = _brands[brand].allowance;
        uint256 window = a.window == 0 ? 1 : a.window;
        uint256 refilled = ((_clock - a.since) * a.capacity) / window;
        return a.used > refilled ? a.used - refilled : 0;
    }

    function _refusesExchange(IActs.Act memory act, uint256 value) private view returns (bool) {
        uint32 target = act.counterparty;
        if (target == act.issuer || !_isActive(target) || _brands[target].leaving) return true;
        uint256 price = _currentValue(target);
        uint256 received = value / price;
        if (received == 0 || received < act.minimum) return true;
        if (_brands[act.issuer].reserve < value || _supply(target) + received > CAP) return true;
        uint256 liability = _liability(target) + received * price;
        return !_covers(target, _brands[target].reserve + value, liability);
    }
}
