// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IActs} from "../../../contracts/acts/IActs.sol";
import {ICharities} from "../../../contracts/charities/ICharities.sol";
import {IBreakage} from "../../../contracts/clearing/IBreakage.sol";
import {IRefunds} from "../../../contracts/clearing/IRefunds.sol";
import {IReserves} from "../../../contracts/clearing/IReserves.sol";
import {ITreasury} from "../../../contracts/clearing/ITreasury.sol";
import {IHalts} from "../../../contracts/governance/IHalts.sol";
import {IIssuance} from "../../../contracts/issuance/IIssuance.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {IExits} from "../../../contracts/partners/IExits.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {Log} from "../Vm.sol";
import {SlowCalendar} from "./SlowCalendar.sol";

/// @title A coalition known by its events alone
/// @notice It reads logs, each with the time of its block, and nothing else: no call, no storage, no
/// twin. Whoever reads the same logs gets the same state.
contract EventReplay {
    struct ReplayedBrand {
        address token;
        address admin;
        uint256 quarters;
        uint256 validity;
        uint256 coverageBps;
        uint256 lastBatch;
        uint256 reserve;
        bool halted;
        bool leaving;
        address issuingKey;
        uint256 mintCapacity;
        uint256 mintWindow;
        uint256 matchBps;
        uint256 matchBudget;
        uint256 freed;
        uint256 toFund;
        uint256 toCharity;
        uint256 next;
        uint256 valuesFrom;
        mapping(uint256 epoch => uint256) values;
        mapping(uint256 epoch => uint256) minted;
        mapping(uint256 epoch => uint256) left;
        // What the next Transfer of the token is, if it isn't a plain one.
        uint256 atEpoch;
        uint256 restoring;
    }

    struct ReplayedAccount {
        mapping(uint256 epoch => uint256) points;
        mapping(uint256 nonce => bool) used;
        uint256 next;
    }

    struct ReplayedCharity {
        address payout;
        uint256 payable_;
        bool suspended;
        mapping(uint32 partner => uint256) donated;
    }

    struct ReplayedKey {
        IMemberKeys.KeyRole role;
        uint256 dailyLimit;
        uint256 activeFrom;
        mapping(uint256 day => uint256) spent;
    }

    uint256 internal constant NONE = type(uint32).max;

    uint32 public brandCount;
    uint256 public feeBps;
    uint256 public treasury;
    uint256 public fund;
    bool public halted;
    uint256 public withdrawalsHaltedUntil;
    mapping(uint32 partner => ReplayedBrand) internal _b;
    mapping(uint32 charity => ReplayedCharity) internal _c;
    mapping(uint32 partner => mapping(address member => ReplayedAccount)) internal _a;
    mapping(address member => mapping(address key => ReplayedKey)) internal _k;
    mapping(address member => address) internal _successor;
    mapping(address member => uint256) internal _keyNonce;
    mapping(address token => uint32) private _brandOf;
    /// @notice What an event said that can't be, by what came before it.
    string public contradiction;
    uint256 internal _now;

    /// @param emitter 0 the hub, 1 the members' keys, 2 anybody else.
    function replay(Log memory log, uint256 emitter, uint256 timestamp) external {
        _now = timestamp;
        bytes32 topic = log.topics[0];
        if (emitter == 1) return _replayKeys(topic, log);
        if (emitter == 2) {
            if (_brandOf[log.emitter] != 0) _replayToken(topic, log, _brandOf[log.emitter]);
            return;
        }
        if (log.topics.length < 2) return _replayCoalition(topic, log.data);
        uint32 first = uint32(uint256(log.topics[1]));
        if (_replayBrand(topic, log, first) || _replayMoney(topic, log, first)) return;
        if (_replayCharity(topic, log, first) || topic == IActs.ActSkipped.selector) return;
        _replayAct(topic, log);
    }

    function epochOf(uint32 brand) public view returns (uint256) {
        return SlowCalendar.epochAt(_now, _b[brand].quarters);
    }

    function _replayCoalition(bytes32 topic, bytes memory data) private {
        if (topic == ITreasury.FeeChanged.selector) feeBps = abi.decode(data, (uint256));
        if (topic == IHalts.CoalitionHaltSet.selector) halted = abi.decode(data, (bool));
        if (topic == IHalts.WithdrawalsHalted.selector) {
            withdrawalsHaltedUntil = abi.decode(data, (uint256));
        }
    }

    function _replayBrand(bytes32 topic, Log memory log, uint32 i) private returns (bool) {
        ReplayedBrand storage b = _b[i];
        if (topic == IPartners.PartnerAdded.selector) _join(i, log);
        else if (topic == IPartners.PartnerAdminChanged.selector) b.admin = _account(log, 2);
        else if (topic == IPartners.IssuingKeyChanged.selector) b.issuingKey = _account(log, 2);
        else if (topic == IPartners.CoveragePolicyChanged.selector) b.coverageBps = _word(log, 0);
        else if (topic == IPartners.MintAllowanceChanged.selector) {
            (b.mintCapacity, b.mintWindow) = (_word(log, 0), _word(log, 1));
        } else if (topic == IHalts.PartnerHaltSet.selector) b.halted = _word(log, 0) == 1;
        else if (topic == IExits.PartnerExitBegun.selector) b.leaving = true;
        else if (topic == IIssuance.BatchIssued.selector) {
            if (uint256(log.topics[2]) != ++b.lastBatch) contradiction = "a batch out of order";
        } else if (topic == IReserves.PointValueScheduled.selector) {
            _beginValues(i);
            b.next = _word(log, 1);
        } else if (topic == IReserves.PointValueRaised.selector) {
            _beginValues(i);
            b.values[_word(log, 0)] = _word(log, 1);
        } else return false;
        return true;
    }

    function _replayMoney(bytes32 topic, Log memory log, uint32 i) private returns (bool) {
        ReplayedBrand storage b = _b[i];
        if (topic == IReserves.ReserveDeposited.selector) {
            b.reserve += _word(log, 0);
            if (b.reserve != _word(log, 1)) contradiction = "a reserve after a deposit";
        } else if (topic == IReserves.ReserveWithdrawn.selector) {
            b.reserve -= _word(log, 0);
            if (b.reserve != _word(log, 1)) contradiction = "a reserve after a withdrawal";
        } else if (topic == IExits.ReserveReleased.selector) {
            if (b.reserve + b.matchBudget != _word(log, 0)) contradiction = "what was released";
            (b.reserve, b.matchBudget) = (0, 0);
        } else if (topic == ICharities.MatchChanged.selector) {
            b.reserve = b.reserve + b.matchBudget - _word(log, 1);
            (b.matchBps, b.matchBudget) = (_word(log, 0), _word(log, 1));
        } else if (topic == ITreasury.FundGranted.selector) {
            b.reserve += _word(log, 0);
            fund -= _word(log, 0);
            if (fund != _word(log, 1)) contradiction = "the fund after a grant";
        } else if (topic == IBreakage.BreakageRecorded.selector) {
            _replayBreakage(i, log);
        } else if (topic == ITreasury.TreasuryWithdrawn.selector) {
            treasury -= _word(log, 0);
            if (treasury != _word(log, 1)) contradiction = "the treasury after a withdrawal";
        } else return false;
        return true;
    }

    function _replayBreakage(uint32 i, Log memory log) private {
        ReplayedBrand storage b = _b[i];
        uint256 epoch = uint256(log.topics[2]);
        _beginValues(i);
        if (b.left[epoch] != _word(log, 0)) contradiction = "points that expired";
        if (_word(log, 0) * _valueOf(i, epoch) != _word(log, 1)) contradiction = "what was freed";
        b.freed += _word(log, 1);
        b.toFund += _word(log, 2);
        b.toCharity += _word(log, 3);
        b.reserve -= _word(log, 2) + _word(log, 3);
        fund += _word(log, 2);
        _give(uint32(_word(log, 4)), i, _word(log, 3));
    }

    function _replayCharity(bytes32 topic, Log memory log, uint32 i) private returns (bool) {
        ReplayedCharity storage c = _c[i];
        if (topic == ICharities.CharityAdded.selector) c.payout = _account(log, 2);
        else if (topic == ICharities.CharityPayoutChanged.selector) c.payout = _account(log, 2);
        else if (topic == ICharities.CharitySuspensionSet.selector)
            c.suspended = _word(log, 0) == 1;
        else if (topic == ICharities.CharityPaid.selector) {
            if (c.payable_ != _word(log, 0)) contradiction = "what a charity was paid";
            c.payable_ = 0;
        } else return false;
        return true;
    }

    /// @dev Events of acts and refunds: member, issuer and counterparty are their topics.
    function _replayAct(bytes32 topic, Log memory log) private {
        uint32 issuer = uint32(uint256(log.topics[2]));
        uint32 other = log.topics.length > 3 ? uint32(uint256(log.topics[3])) : 0;
        ReplayedAccount storage a = _a[issuer][_account(log, 1)];
        uint256 value = log.data.length > 32 ? _word(log, 1) : 0;
        if (topic == IActs.Redeemed.selector) {
            _useNonce(a, _word(log, 2));
            if (other == issuer) return;
            uint256 fee = (value * feeBps) / 10_000;
            _pay(issuer, other, value, fee);
        } else if (topic == IActs.Donated.selector) {
            _useNonce(a, _word(log, 2));
            _b[issuer].reserve -= value;
            _give(other, issuer, value);
        } else if (topic == IActs.DonationMatched.selector) {
            _b[issuer].matchBudget -= _word(log, 0);
            _give(other, issuer, _word(log, 0));
        } else if (topic == IActs.Exchanged.selector) {
            _useNonce(a, _word(log, 3));
            _pay(issuer, other, value, 0);
        } else if (topic == IActs.Gifted.selector) {
            _useNonce(a, value);
        } else if (topic == IRefunds.Refunded.selector && other != issuer) {
            _pay(other, issuer, _word(log, 4), 0);
        }
    }

    function _replayToken(bytes32 topic, Log memory log, uint32 i) private {
        if (topic == IERC20.Transfer.selector) {
            _transfer(i, _account(log, 1), _account(log, 2), _word(log, 0));
        } else if (topic == IPointsToken.TransferAtEpoch.selector) {
            _b[i].atEpoch = uint256(log.topics[1]);
        } else if (topic == IPointsToken.PointsRestored.selector) {
            _b[i].restoring = _word(log, 0);
        } else if (topic == IPointsToken.NonceCancelled.selector) {
            _useNonce(_a[i][_account(log, 1)], _word(log, 0));
        } else if (topic == IPointsToken.AccountMoved.selector) {
            _a[i][_account(log, 1)].next = NONE;
        } else if (topic == IPointsToken.PointsExpired.selector) {
            uint256 epoch = uint256(log.topics[1]);
            bool dead = epoch + _b[i].validity <= epochOf(i);
            if (!dead || _b[i].left[epoch] != _word(log, 0)) contradiction = "an expiry";
        }
    }

    function _replayKeys(bytes32 topic, Log memory log) private {
        (address member, address key) = (_account(log, 1), _account(log, 2));
        if (topic == IMemberKeys.KeyCharged.selector) {
            ReplayedKey storage k = _k[member][key];
            k.spent[_now / 1 days] += _word(log, 0);
            if (k.spent[_now / 1 days] != _word(log, 1)) contradiction = "a day's sum of a key";
        } else if (topic == IMemberKeys.KeyChanged.selector) {
            _keyNonce[member] = _word(log, 4) + 1;
            IMemberKeys.KeyRole role = IMemberKeys.KeyRole(_word(log, 0));
            if (role == IMemberKeys.KeyRole.Successor) {
                _successor[member] = key;
                return;
            }
            _k[member][key].role = role;
            _k[member][key].dailyLimit = _word(log, 1);
            _k[member][key].activeFrom = role == IMemberKeys.KeyRole.None ? 0 : _word(log, 2);
        }
    }

    function _join(uint32 i, Log memory log) private {
        if (i != ++brandCount) contradiction = "a brand's number";
        IPartners.PartnerTerms memory terms = abi.decode(log.data, (IPartners.PartnerTerms));
        ReplayedBrand storage b = _b[i];
        (b.token, b.admin) = (_account(log, 2), terms.admin);
        (b.quarters, b.validity) = (terms.quartersPerEpoch, terms.validity);
        (b.coverageBps, b.next) = (terms.coverageBps, terms.value);
        b.valuesFrom = epochOf(i);
        b.values[b.valuesFrom] = b.next;
        _brandOf[b.token] = i;
    }

    /// @dev Every epoch that has begun has the value that was announced for it.
    function _beginValues(uint32 i) internal {
        ReplayedBrand storage b = _b[i];
        for (uint256 e = epochOf(i); e >= b.valuesFrom && b.values[e] == 0; --e)
            b.values[e] = b.next;
    }

    /// @dev Call _beginValues before it.
    function _valueOf(uint32 i, uint256 epoch) internal view returns (uint256) {
        return _b[i].values[epoch];
    }

    function _transfer(uint32 i, address from, address to, uint256 amount) private {
        ReplayedBrand storage b = _b[i];
        uint256 current = epochOf(i);
        if (from == address(0)) {
            if (b.restoring != 0) return _restore(i, to, amount);
            b.minted[current] += amount;
            b.left[current] += amount;
            _a[i][to].points[current] += amount;
            return;
        }
        uint256 first = b.atEpoch == 0 ? current + 1 - b.validity : b.atEpoch;
        uint256 last = b.atEpoch == 0 ? current : b.atEpoch;
        b.atEpoch = 0;
        for (uint256 e = first; e <= last; ++e) {
            uint256 held = _a[i][from].points[e];
            uint256 part = held < amount ? held : amount;
            _a[i][from].points[e] -= part;
            amount -= part;
            if (to == address(0)) b.left[e] -= part;
            else _a[i][to].points[e] += part;
        }
        if (amount != 0) contradiction = "more points left than there were";
    }

    function _restore(uint32 i, address to, uint256 amount) private {
        ReplayedBrand storage b = _b[i];
        uint256 buckets = b.restoring;
        b.restoring = 0;
        for (uint256 back; back < 4; ++back) {
            uint256 epoch = ((buckets >> 192) & 0xffff) - back;
            uint256 points = (buckets >> (48 * (3 - back))) & (2 ** 48 - 1);
            b.left[epoch] += points;
            _a[i][to].points[epoch] += points;
            amount -= points;
        }
        if (amount != 0) contradiction = "what was given back";
    }

    function _useNonce(ReplayedAccount storage a, uint256 nonce) private {
        // A cancellation is told by the token, and by the hub if the member signed it as an act.
        a.used[nonce] = true;
        if (nonce >= a.next) a.next = nonce + 1;
    }

    function _pay(uint32 from, uint32 to, uint256 value, uint256 fee) private {
        _b[from].reserve -= value;
        _b[to].reserve += value - fee;
        treasury += fee;
    }

    function _give(uint32 charity, uint32 brand, uint256 amount) private {
        _c[charity].payable_ += amount;
        _c[charity].donated[brand] += amount;
    }

    function _account(Log memory log, uint256 topic) private pure returns (address) {
        return address(uint160(uint256(log.topics[topic])));
    }

    function _word(Log memory log, uint256 index) private pure returns (uint256 word) {
        bytes memory data = log.data;
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), mul(index, 0x20)))
        }
    }
}
