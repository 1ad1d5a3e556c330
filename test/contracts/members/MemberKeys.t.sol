// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {KeyKind, Member, Members} from "../coalition/Members.sol";
import {KeyBooks} from "../twins/KeyBook.sol";
import {Log, deploy, vm} from "../Vm.sol";

/// @notice A member's keys, over weeks of random changes, charges and waits, do what a book does in
/// which nothing is ever crossed out, and what the events alone tell.
contract MemberKeysTest {
    using KeyBooks for KeyBooks.KeyBook;
    using Members for Member;

    uint256 private constant KEYS = 7;
    uint256 private constant STEPS = 48;
    bytes32 private constant DIGEST = keccak256("an act");

    /// @dev What the events say of a key.
    struct Told {
        uint8 role;
        uint48 limit;
        uint48 from;
        uint256 spentDay;
        uint256 spent;
    }

    IMemberKeys private _keys;
    Member[KEYS] private _actors;
    bytes[KEYS] private _signatures;
    KeyBooks.KeyBook private _book;
    mapping(address key => Told) private _told;
    address private _toldSuccessor;
    uint256 private _clock;

    /// @dev How often a refusal, or 0 for a change that was done, was seen.
    mapping(bytes4 => uint256) private _seen;
    uint256 private _charged;
    uint256 private _notCharged;

    /// @dev Actor 0 is the member itself, 6 a stranger as long as nobody adds it.
    function setUp() external {
        _keys = IMemberKeys(deploy("MemberKeys", ""));
        KeyKind[KEYS] memory kinds = [
            KeyKind.Eoa,
            KeyKind.EoaCompact,
            KeyKind.Device,
            KeyKind.Passkey,
            KeyKind.OwnedContract,
            KeyKind.Eoa,
            KeyKind.Device
        ];
        for (uint256 i; i < KEYS; ++i) {
            _actors[i] = Members.create(kinds[i], 1_000 + i);
            _signatures[i] = _sign(i, DIGEST);
        }
        _book.member = _actors[0].account;
        _clock = 1_900_000_000;
        vm.warp(_clock);
        vm.recordLogs();
    }

    function testFuzz_KeysAreThoseOfTheBook(uint256 seed) external {
        _run(seed);
    }

    /// @notice What the fuzz rests on: every outcome is met, most of them often.
    function test_EveryOutcomeIsMet() external {
        for (uint256 seed; seed < 24; ++seed) {
            uint256 id = vm.snapshotState();
            bytes4[10] memory outcomes = _outcomes();
            uint256[10] memory counts;
            _run(uint256(keccak256(abi.encode("outcomes", seed))));
            for (uint256 i; i < outcomes.length; ++i) counts[i] = _seen[outcomes[i]];
            (uint256 done, uint256 refused) = (_charged, _notCharged);
            vm.revertToState(id); // of what was seen as well
            for (uint256 i; i < outcomes.length; ++i) _seen[outcomes[i]] += counts[i];
            (_charged, _notCharged) = (_charged + done, _notCharged + refused);
        }
        bytes4[10] memory all = _outcomes();
        for (uint256 i; i < all.length; ++i) vm.assertGe(_seen[all[i]], 3, _name(i));
        vm.assertGe(_charged, 10, "charged");
        vm.assertGe(_notCharged, 10, "not charged");
    }

    function _run(uint256 seed) private {
        for (uint256 i; i < STEPS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint256 action = random % 8;
            random >>= 8;
            if (action < 5) _change(random);
            else if (action < 7) _charge(random);
            else _pass(random);
            _listen();
            _compare();
        }
    }

    function _change(uint256 random) private {
        uint256 signer = _oftenOwn(random % 16);
        IMemberKeys.KeyChange memory wanted = IMemberKeys.KeyChange({
            member: _actors[0].account,
            key: _actors[(random >> 8) % 32 == 0 ? 0 : 1 + ((random >> 16) % (KEYS - 1))].account,
            role: _roleFrom((random >> 24) % 64),
            dailyLimit: 0,
            nonce: uint32(_keys.nextNonce(_actors[0].account)),
            deadline: uint48(_clock + 1)
        });
        if (wanted.role == IMemberKeys.KeyRole.Limited)
            wanted.dailyLimit = 50 + (uint48(random >> 32) % 50);
        if ((random >> 80) % 32 == 0)
            wanted.dailyLimit ^= wanted.dailyLimit == 0 ? 1 : wanted.dailyLimit;
        if ((random >> 88) % 32 == 0) wanted.nonce += 1;
        if ((random >> 96) % 32 == 0) wanted.deadline = uint48(_clock - 1);
        bytes memory signature = _sign(signer, _keys.keyChangeDigest(wanted));
        bytes4 refusal;
        try _keys.changeKey(wanted, signature) {} catch (bytes memory reason) {
            refusal = bytes4(reason);
        }
        bytes4 expected = _book.change(wanted, _actors[signer].account, _clock);
        vm.assertTrue(refusal == expected, "the change is done or refused alike");
        ++_seen[refusal];
    }

    function _charge(uint256 random) private {
        address key = _actors[random % KEYS].account;
        uint256 value = (random >> 8) % 60;
        bytes4 refusal;
        try _keys.charge(_actors[0].account, key, value) {} catch (bytes memory reason) {
            refusal = bytes4(reason);
        }
        vm.assertTrue(refusal == _book.charge(key, value, _clock), "charged alike");
        if (refusal == 0) ++_charged;
        else ++_notCharged;
    }

    /// @dev Often to the second at which something turns.
    function _pass(uint256 random) private {
        uint256 kind = random % 4;
        random >>= 8;
        uint256 waitEnds = _keys.keyOf(_book.member, _keys.pendingKeyOf(_book.member)).activeFrom;
        if (kind == 0) _clock += random % 4 days;
        if (kind == 1) _clock += 1 days - (_clock % 1 days) - (random % 2);
        if (kind > 1 && waitEnds > _clock) _clock = waitEnds - (random % 2);
        vm.warp(_clock);
    }

    /// @dev Takes from the events what an outsider can know.
    function _listen() private {
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            Log memory log = logs[i];
            if (log.emitter != address(_keys)) continue;
            address key = address(uint160(uint256(log.topics[2])));
            Told storage told = _told[key];
            if (log.topics[0] == IMemberKeys.KeyCharged.selector) {
                (, told.spent) = abi.decode(log.data, (uint256, uint256));
                told.spentDay = _clock / 1 days;
                continue;
            }
            uint8 role;
            (role, told.limit, told.from) = abi.decode(log.data, (uint8, uint48, uint48));
            if (role == uint8(IMemberKeys.KeyRole.Successor)) _toldSuccessor = key;
            else told.role = role;
        }
    }

    function _compare() private view {
        address member = _actors[0].account;
        vm.assertEq(_keys.nextNonce(member), _book.changes, "nonce");
        vm.assertTrue(_keys.successorOf(member) == _book.successor, "successor");
        vm.assertTrue(_keys.successorOf(member) == _toldSuccessor, "successor by the events");
        vm.assertTrue(_keys.pendingKeyOf(member) == _book.waitingAt(_clock), "pending");
        for (uint256 i; i < KEYS; ++i) {
            address key = _actors[i].account;
            IMemberKeys.KeyRole role = _book.roleAt(key, _clock);
            address authority =
                role == IMemberKeys.KeyRole.Full
                    ? member
                    : role == IMemberKeys.KeyRole.Limited
                        ? key
                        : address(0);
            address answer = _keys.authorityOf(member, DIGEST, _signatures[i]);
            vm.assertTrue(answer == authority, "authority");
            if (i > 0) _compareKey(member, key);
        }
    }

    function _compareKey(address member, address key) private view {
        IMemberKeys.Key memory held = _keys.keyOf(member, key);
        uint256 today = _clock / 1 days;
        vm.assertEq(held.spentToday, _book.spentOn(key, today), "spent");
        Told memory told = _told[key];
        vm.assertEq(
            held.spentToday,
            told.spentDay == today ? told.spent : 0,
            "spent by the events"
        );
        if (_book.successor != address(0)) {
            bool inherits = key == _book.successor;
            vm.assertTrue(
                held.role == (inherits ? IMemberKeys.KeyRole.Successor : IMemberKeys.KeyRole.None),
                "dead"
            );
            return;
        }
        KeyBooks.Grant memory grant = _book.grantOf(key);
        vm.assertTrue(held.role == grant.role, "role");
        vm.assertEq(held.dailyLimit, grant.limit, "limit");
        vm.assertEq(held.activeFrom, grant.from, "from");
        vm.assertEq(uint256(held.role), told.role, "role by the events");
        if (told.role == 0) return;
        vm.assertEq(held.dailyLimit, told.limit, "limit by the events");
        vm.assertEq(held.activeFrom, told.from, "from by the events");
    }

    function _sign(uint256 actor, bytes32 digest) private view returns (bytes memory signature) {
        Member memory signer = _actors[actor];
        signature = signer.sign(digest);
        if (signer.kind == KeyKind.OwnedContract)
            signature = abi.encodePacked(signer.account, signature);
    }

    function _oftenOwn(uint256 random) private pure returns (uint256) {
        return
            random < KEYS
                ? random
                : random < 13
                    ? 0
                    : 1 + (random % (KEYS - 1));
    }

    function _roleFrom(uint256 random) private pure returns (IMemberKeys.KeyRole) {
        if (random == 0) return IMemberKeys.KeyRole.Successor;
        if (random < 14) return IMemberKeys.KeyRole.None;
        if (random < 34) return IMemberKeys.KeyRole.Full;
        if (random < 50) return IMemberKeys.KeyRole.Limited;
        return IMemberKeys.KeyRole.Recovery;
    }

    function _outcomes() private pure returns (bytes4[10] memory) {
        return
            [
                bytes4(0),
                IMemberKeys.KeyChangeExpired.selector,
                IMemberKeys.KeyMemberSucceeded.selector,
                IMemberKeys.KeyNonceInvalid.selector,
                IMemberKeys.KeyInvalid.selector,
                IMemberKeys.KeyDailyLimitInvalid.selector,
                IMemberKeys.KeySignatureInvalid.selector,
                IMemberKeys.KeyPowerInsufficient.selector,
                IMemberKeys.KeyAlreadyAdded.selector,
                IMemberKeys.KeyUnknown.selector
            ];
    }

    function _name(uint256 index) private pure returns (string memory) {
        string[10] memory names = [
            "done",
            "expired",
            "succeeded",
            "nonce",
            "invalid",
            "limit",
            "signature",
            "power",
            "already added",
            "unknown"
        ];
        return names[index];
    }
}
