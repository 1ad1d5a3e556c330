// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ICoalition} from "../../../contracts/ICoalition.sol";
import {IActs} from "../../../contracts/acts/IActs.sol";
import {PointValues} from "../../../contracts/clearing/PointValues.sol";
import {IIssuance} from "../../../contracts/issuance/IIssuance.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {CoalitionTwin} from "../twins/CoalitionTwin.sol";
import {Log, vm} from "../Vm.sol";
import {ReplayCheck} from "./ReplayCheck.sol";
import {Stage} from "./Stage.sol";
import {UndoneLogs} from "./UndoneLogs.sol";

/// @title The coalition under observation
/// @notice Reads the coalition before and after every action, and notes the first breach of each
/// invariant that only a comparison shows. It judges by the coalition's own views, by events and
/// by what members have signed, not by the twin.
abstract contract Watch is Stage, CoalitionTwin {
    using PointValues for uint256;

    /// @param money All that is somebody's: reserves, budgets, payables and pots.
    /// @param equity By brand: reserve − liability.
    /// @param balances By brand and member.
    struct Reading {
        uint256 money;
        int256[] equity;
        uint256[] values;
        uint256[][] balances;
    }

    /// @notice What went wrong first, by invariant; empty if nothing did.
    mapping(string id => string) public breach;
    /// @notice How often each action did what it is there for, and how often it was refused.
    mapping(string action => uint256) public done;
    mapping(string action => uint256) public refused;
    uint256 public calls;
    /// @notice What the events say.
    ReplayCheck public replayed;

    /// @notice µUSD that partners promised: points issued at their value, and raises.
    uint256 public promised;
    /// @notice µUSD that members' points were worth when they redeemed or donated them.
    uint256 public honoured;

    /// @dev The selector of the latest refusal's error.
    bytes4 private _reason;
    mapping(uint32 partner => mapping(uint48 number => uint256)) internal _timesIssued;
    mapping(bytes32 issuerMemberNonce => uint256) internal _timesActed;
    /// @dev What a member's signatures and own transfers in the present action allow to leave.
    mapping(uint32 brand => mapping(address member => uint256)) internal _allowed;
    mapping(bytes32 callIssuerMemberNonce => uint256) private _allowedOf;

    /// @param closed Nobody brings or takes money, and nobody promises any.
    modifier watched(bool closed) {
        vm.warp(_clock);
        ++calls;
        _resumeInTime();
        Reading memory before = _read();
        _;
        _compare(before, _read(), closed);
        _forgetAllowed();
    }

    /// @dev Ends a halt that has lasted for some actions, so that it doesn't silence a whole run.
    function _resumeInTime() internal virtual;

    /// @dev The fuzzer likes small and old numbers; each choice is to be free all the same.
    function _mix(uint256 seed) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(seed, calls)));
    }

    function _breach(string memory id, string memory what) internal {
        if (bytes(breach[id]).length == 0) breach[id] = what;
    }

    function _count(string memory action, bool success) internal {
        if (success) ++done[action];
        else ++refused[action];
    }

    /// @notice Notes where the coalition and its twin disagree on whether something may be done.
    function _expect(string memory action, bool success, bool expected) internal returns (bool) {
        if (success && !expected) _breach("twin", string.concat(action, " was done"));
        if (!success && expected) {
            string memory reason = Strings.toHexString(uint32(_reason), 4);
            _breach("twin", string.concat(action, " was refused by ", reason));
        }
        _count(action, success);
        return success && expected;
    }

    /// @dev Calls, and counts the acts and batches that the hub says were done.
    function _call(
        address sender,
        address target,
        bytes memory data
    ) internal returns (bool success, bytes memory answer) {
        vm.recordLogs();
        vm.prank(sender);
        (success, answer) = target.call(data);
        _reason = bytes4(answer);
        Log[] memory logs = vm.getRecordedLogs();
        if (success) _observe(logs);
    }

    /// @dev The recorder keeps what was undone as well.
    function _observe(Log[] memory logs) internal {
        bool[] memory undone = UndoneLogs.find(logs, address(hub), address(keys));
        for (uint256 i; i < logs.length; ++i) {
            if (undone[i] || logs[i].emitter == address(dollar)) continue;
            if (logs[i].emitter == address(hub)) _tally(logs[i]);
            uint256 emitter = logs[i].emitter == address(keys) ? 1 : 2;
            replayed.replay(logs[i], logs[i].emitter == address(hub) ? 0 : emitter, _clock);
        }
    }

    /// @notice A key of the member has signed `act`: as much may leave, once.
    function _allow(IActs.Act memory act, address signer) internal {
        IMemberKeys.KeyRole role = _roleOf(act.member, signer);
        bool powerful = role == IMemberKeys.KeyRole.Full || role == IMemberKeys.KeyRole.Limited;
        if (!powerful || act.kind == IActs.ActKind.Cancellation) return;
        bytes32 key = _actKey(act.issuer, act.member, act.nonce);
        if (_timesActed[key] != 0) return;
        uint256 already = _allowedOf[keccak256(abi.encode(calls, key))];
        if (act.amount <= already) return;
        _allowedOf[keccak256(abi.encode(calls, key))] = act.amount;
        _allowed[act.issuer][act.member] += act.amount - already;
    }

    function _actKey(
        uint256 issuer,
        address member,
        uint256 nonce
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(issuer, member, nonce));
    }

    function _tally(Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IIssuance.BatchIssued.selector) {
            uint32 partner = uint32(uint256(log.topics[1]));
            uint256 times = ++_timesIssued[partner][uint48(uint256(log.topics[2]))];
            if (times > 1) _breach("I4", "a batch number minted twice");
            return;
        }
        uint256 nonce;
        if (topic == IActs.Redeemed.selector || topic == IActs.Donated.selector) {
            (, , nonce, ) = abi.decode(log.data, (uint256, uint256, uint256, bytes32));
        } else if (topic == IActs.Exchanged.selector) {
            (, , , nonce, ) = abi.decode(log.data, (uint256, uint256, uint256, uint256, bytes32));
        } else if (topic == IActs.Gifted.selector) {
            (, nonce) = abi.decode(log.data, (uint256, uint256));
        } else if (topic == IActs.ActCancelled.selector) {
            nonce = abi.decode(log.data, (uint256));
        } else {
            return;
        }
        address member = address(uint160(uint256(log.topics[1])));
        uint256 acted = ++_timesActed[_actKey(uint256(log.topics[2]), member, nonce)];
        if (acted > 1) _breach("I4", "an act nonce acted twice");
    }

    function _read() internal view returns (Reading memory reading) {
        IPartners.PartnerReport[] memory reports = hub.partnerReports();
        reading.equity = new int256[](reports.length);
        reading.values = new uint256[](reports.length);
        reading.balances = new uint256[][](reports.length);
        reading.money = _moneyOf(hub.solvency());
        for (uint32 i; i < reports.length; ++i) {
            reading.equity[i] = int256(reports[i].reserve) - int256(reports[i].liability);
            reading.values[i] = reports[i].valuesWord;
            reading.balances[i] = new uint256[](_members.length);
            for (uint256 m; m < _members.length; ++m) {
                reading.balances[i][m] = _tokens[i].balanceOf(_members[m].account);
            }
        }
    }

    /// @dev What is somebody's, of all that is held.
    function _moneyOf(ICoalition.Solvency memory s) internal pure returns (uint256) {
        return s.reserves + s.matchBudgets + s.charitiesPayable + s.treasury + s.membersFund;
    }

    function _compare(Reading memory a, Reading memory b, bool closed) private {
        if (closed && a.money != b.money) _breach("I3", "money came or went by itself");
        // Brands and members that came in between were nothing before.
        for (uint32 i; i < a.equity.length; ++i) {
            if (closed && b.equity[i] < a.equity[i]) {
                _breach("I3", "a brand owes more for the same money");
            }
            _compareValues(i + 1, a.values[i], b.values[i]);
            for (uint256 m; m < a.balances[i].length; ++m) {
                uint256 allowed = _allowed[i + 1][_members[m].account];
                if (b.balances[i][m] + allowed < a.balances[i][m]) {
                    _breach("I8", "points left without their member's signature");
                }
            }
        }
    }

    /// @dev Each epoch that is live after it was worth no more before it.
    function _compareValues(uint32 brand, uint256 a, uint256 b) private {
        uint256 passed = (b >> PointValues.EPOCH_SHIFT) - (a >> PointValues.EPOCH_SHIFT);
        for (uint256 i = 4 - _brands[brand].validity; i + passed < 4; ++i) {
            if (b.valueAt(i) < a.valueAt(i + passed)) {
                _breach("I5", "points lost value after they were issued");
            }
        }
    }

    function _forgetAllowed() private {
        for (uint32 i = 1; i <= _brandCount; ++i) {
            for (uint256 m; m < _members.length; ++m) delete _allowed[i][_members[m].account];
        }
    }
}
