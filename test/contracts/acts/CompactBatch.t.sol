// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IActs} from "../../../contracts/acts/IActs.sol";
import {IIssuance} from "../../../contracts/issuance/IIssuance.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {IReserves} from "../../../contracts/clearing/IReserves.sol";
import {ICharities} from "../../../contracts/charities/ICharities.sol";
import {IPointsToken} from "../../../contracts/points/IPointsToken.sol";
import {KeyKind, Member, Members} from "../coalition/Members.sol";
import {Stage} from "../coalition/Stage.sol";
import {ActTwin, RawAct} from "../twins/ActTwin.sol";
import {Log, vm, within} from "../Vm.sol";

/// @notice Three ways to submit the same acts: compact, ABI, one by one. They must agree in every
/// decision, in the state that they leave, and in each contract's events, reasons included.
contract CompactBatchTest is Stage {
    uint256 private constant LARGEST = 8;
    uint256 private constant EOAS = 3;
    uint8 private constant KINDS = 5;
    uint32 private constant HALTED = 4;
    uint32 private constant POOR = 2;
    uint32 private constant STRICT = 3;

    /// @dev What a way of submitting did. `events` is a digest per contract, the hub first.
    struct Effect {
        bool success;
        bytes answer;
        bytes32 state;
        bytes32[] events;
    }

    /// @dev µUSD a day that the first EOA's limited key can spend.
    uint48 private constant DAILY_LIMIT = 700_000;
    uint32 private constant SUSPENDED = 2;

    Member[] private _eoas;
    /// @dev A limited key of the first EOA, a full one of the second, and a recovery key of the third.
    Member[] private _added;
    mapping(bytes4 reason => uint256) private _skipped;
    mapping(uint8 kind => mapping(bool added => uint256)) private _doneOf;
    uint256 private _done;

    function setUp() public {
        _deploy();
        for (uint32 i = 1; i <= BRANDS; ++i) _addPartner(_termsOf(i));
        vm.prank(GOVERNOR);
        hub.setCoveragePolicy(POOR, 1_000);
        for (uint256 i; i < EOAS; ++i) {
            _eoas.push(Members.create(KeyKind.EoaCompact, 0xE0A + i));
        }
        for (uint32 i = 1; i <= BRANDS; ++i) {
            // At the poor brand no more than a few acts draw, and the strict one, which holds half
            // as much again as it owes, can't take in many exchanges.
            uint256 amount =
                i == POOR
                    ? 200_000
                    : i == STRICT
                        ? 20_000
                        : 1e12;
            dollar.mint(DEPOSITOR, amount);
            vm.prank(DEPOSITOR);
            hub.deposit(i, amount);
            _issue(i, i == POOR ? 200 : 1_000);
        }
        vm.prank(GUARDIAN);
        hub.haltPartner(HALTED);
        vm.prank(GOVERNOR);
        hub.setCharitySuspended(SUSPENDED, true);
        vm.prank(GOVERNOR);
        hub.setFee(123);
        vm.prank(_adminOf(1));
        hub.setMatch(1, 5_000, 1_000_000);
        _addKey(0, IMemberKeys.KeyRole.Limited, DAILY_LIMIT);
        _addKey(1, IMemberKeys.KeyRole.Full, 0);
        _addKey(2, IMemberKeys.KeyRole.Recovery, 0);
    }

    function testFuzz_ThreeWaysToSubmitAgree(uint256 seed) public {
        _compare(seed);
    }

    /// @notice What the fuzz test compares is not always the same refusal.
    function test_EveryOutcomeComesUp() public {
        for (uint256 seed; seed < 250; ++seed) _compare(uint256(keccak256(abi.encode(seed))));
        vm.assertGe(_done, 100, "acts done");
        _assertSeen(IActs.ActExpired.selector, "ActExpired");
        _assertSeen(IActs.ActSignatureInvalid.selector, "ActSignatureInvalid");
        _assertSeen(IActs.ActCounterpartyInvalid.selector, "ActCounterpartyInvalid");
        _assertSeen(IActs.ActWorthless.selector, "ActWorthless");
        _assertSeen(IActs.ActMinimumNotMet.selector, "ActMinimumNotMet");
        _assertSeen(IActs.ActMalformed.selector, "ActMalformed");
        _assertSeen(IPartners.PartnerUnknown.selector, "PartnerUnknown");
        _assertSeen(IPartners.PartnerHalted.selector, "PartnerHalted");
        _assertSeen(ICharities.CharityUnknown.selector, "CharityUnknown");
        _assertSeen(IPointsToken.PointsInsufficient.selector, "PointsInsufficient");
        _assertSeen(IPointsToken.PointsNonceUnusable.selector, "PointsNonceUnusable");
        _assertSeen(IReserves.ReserveInsufficient.selector, "ReserveInsufficient");
        _assertSeen(IReserves.CoverageInsufficient.selector, "CoverageInsufficient");
        _assertSeen(ICharities.CharitySuspended.selector, "CharitySuspended");
        _assertSeen(IPointsToken.PointsNotTransferable.selector, "PointsNotTransferable");
        _assertSeen(IERC20Errors.ERC20InvalidReceiver.selector, "ERC20InvalidReceiver");
        _assertSeen(IMemberKeys.KeyLimitExceeded.selector, "KeyLimitExceeded");
        for (uint8 kind; kind < KINDS; ++kind) {
            vm.assertGe(_doneOf[kind][false], 5, "done with the member's own key");
            vm.assertGe(_doneOf[kind][true], 2, "done with an added key");
        }
    }

    /// @notice Whatever bit of an act is another than its member signed, it's decided in the same way
    /// in both encodings, and done only if the bit lies where its kind signs nothing.
    function test_EveryByteOfEveryKindIsBound() public {
        for (uint8 kind; kind < KINDS; ++kind) {
            bytes memory sound = _plainAct(0, kind);
            for (uint256 place; place < ActTwin.LENGTH; ++place) {
                bytes memory packed = bytes.concat(sound);
                packed[place] ^= bytes1(uint8(1 << ((place * 5 + kind) % 8)));
                (RawAct[] memory acts, bytes[] memory signatures) = _unpacked(packed, 1);
                uint256 snapshot = vm.snapshotState();
                Effect memory compact = _submit(
                    abi.encodeCall(IActs.executeCompactBatch, (1, packed))
                );
                vm.revertToState(snapshot);
                snapshot = vm.snapshotState();
                Effect memory plain = _submit(
                    abi.encodeWithSelector(IActs.executeBatch.selector, acts, signatures)
                );
                vm.revertToState(snapshot);
                _assertSame(compact, plain, "ABI");
                bool done = compact.success && abi.decode(compact.answer, (uint256)) == 1;
                vm.assertTrue(done == _isUnsigned(kind, place), "done as if it were signed");
            }
        }
    }

    /// @dev Gifts are signed without counterparty, minimum and the bits above the recipient;
    /// cancellations without ref and amount either.
    function _isUnsigned(uint8 kind, uint256 place) private pure returns (bool) {
        if (kind < 3) return false;
        bool counterparty = place > 0 && place < 5;
        bool minimum = place > 30 && place < 37;
        bool above = place > 36 && place < 49;
        if (counterparty || minimum || above) return true;
        return kind == 4 && ((place > 24 && place < 31) || (place > 36 && place < 69));
    }

    /// @notice With any amount of gas the acts are all done, or nothing is: none is skipped or
    /// counted for want of gas, the exchange, which has a call frame of its own, least of all.
    function testFuzz_AnyGasDoesAllOrNothing(uint256 gas, uint256 kinds) public {
        bytes memory packed;
        uint256 count = 1 + (kinds % 3);
        for (uint256 i; i < count; ++i) {
            packed = bytes.concat(packed, _plainAct(i, uint8((kinds >> (8 * i + 8)) % KINDS)));
        }
        (bool success, bytes memory answer) = address(hub).call{
            gas: within(gas, 21_000, 150_000 + 150_000 * count)
        }(abi.encodeCall(IActs.executeCompactBatch, (1, packed)));
        if (!success) return;
        vm.assertEq(abi.decode(answer, (uint256)), count, "count");
        for (uint256 i; i < count; ++i) {
            vm.assertTrue(!_tokens[0].isNonceOpen(_eoas[i].account, 0), "an act that was not done");
        }
    }

    /// @notice An ABI-encoded act with any bit set that its fields have no room for is refused, so
    /// nothing can be hashed that is not what is done.
    function test_NoBitBeyondAFieldIsIgnored() public {
        (RawAct memory act, bytes memory signature) = ActTwin.unpack(_plainAct(0, 0), 1);
        bytes memory data = abi.encodeWithSelector(IActs.execute.selector, act, signature);
        uint256[9] memory widths = [uint256(3), 160, 32, 32, 48, 48, 256, 32, 48];
        bytes memory malformed = abi.encodeWithSelector(IActs.ActMalformed.selector, 0);
        for (uint256 word; word < widths.length; ++word) {
            for (uint256 bit = widths[word]; bit < 256; ++bit) {
                _flip(data, word, 1 << bit);
                (bool success, bytes memory answer) = address(hub).call(data);
                vm.assertTrue(!success && keccak256(answer) == keccak256(malformed), "a bit");
                _flip(data, word, 1 << bit);
            }
        }
        _flip(data, 0, 5); // a kind that there is not, in three bits
        (bool done, bytes memory reason) = address(hub).call(data);
        vm.assertTrue(!done && keccak256(reason) == keccak256(malformed), "kind 5");
        _flip(data, 0, 5);
        (done, ) = address(hub).call(data);
        vm.assertTrue(done, "the act itself");
    }

    /// @dev Flips bits of one of the words behind a call's selector.
    function _flip(bytes memory data, uint256 word, uint256 bits) private pure {
        assembly ("memory-safe") {
            let place := add(add(data, 0x24), mul(word, 0x20)) // within the nine words of the act
            mstore(place, xor(mload(place), bits))
        }
    }

    function _plainAct(uint256 member, uint8 kind) private view returns (bytes memory) {
        RawAct memory act;
        act.kind = kind;
        act.member = _eoas[member].account;
        act.issuer = 1;
        act.counterparty = kind == 2 ? 1 : POOR;
        act.amount = 10;
        act.deadline = uint48(START + 1_000);
        if (kind == 3) act.ref = bytes32(uint256(uint160(_eoas[(member + 1) % EOAS].account)));
        return ActTwin.pack(act, Members.sign(_eoas[member], hub.actDigest(_typed(act))));
    }

    function _assertSeen(bytes4 reason, string memory name) private view {
        vm.assertGe(_skipped[reason], 1, name);
    }

    function _compare(uint256 seed) private {
        uint32 issuer = [uint32(1), 1, POOR, POOR, STRICT, HALTED, 9][seed % 7];
        bytes memory packed = _acts(seed >> 8, issuer);
        (RawAct[] memory acts, bytes[] memory signatures) = _unpacked(packed, issuer);

        uint256 snapshot = vm.snapshotState();
        Effect memory compact = _submit(
            abi.encodeCall(IActs.executeCompactBatch, (issuer, packed))
        );
        vm.revertToState(snapshot);
        snapshot = vm.snapshotState();
        Effect memory plain = _submit(
            abi.encodeWithSelector(IActs.executeBatch.selector, acts, signatures)
        );
        vm.revertToState(snapshot);
        _assertSame(compact, plain, "ABI");

        if (compact.success) {
            snapshot = vm.snapshotState();
            Effect memory singly = _submitSingly(acts, signatures);
            uint256 done = abi.decode(singly.answer, (uint256));
            vm.revertToState(snapshot);
            _assertSame(compact, singly, "one by one");
            _done += done;
        } else {
            ++_skipped[bytes4(compact.answer)];
        }
        _countSkips(acts, signatures);
    }

    /// @dev A few acts, most of them sensible on their own, and sometimes one bit that is not.
    function _acts(uint256 seed, uint32 issuer) private view returns (bytes memory packed) {
        uint256 count = 1 + (seed % LARGEST);
        for (uint256 i; i < count; ++i) {
            packed = bytes.concat(
                packed,
                _signedAct(uint256(keccak256(abi.encode(seed, i))), issuer)
            );
        }
        if ((seed >> 8) % 4 == 0) {
            uint256 place = (seed >> 16) % 4 == 0 ? 0 : (seed >> 24) % ActTwin.LENGTH;
            place += ActTwin.LENGTH * ((seed >> 48) % count);
            packed[place] ^= bytes1(uint8(1 << ((seed >> 64) % 8)));
        }
    }

    function _signedAct(uint256 seed, uint32 issuer) private view returns (bytes memory) {
        Member memory member = _eoas[seed % EOAS];
        RawAct memory act;
        act.kind = uint8((seed >> 8) % KINDS);
        act.member = member.account;
        act.issuer = issuer;
        act.counterparty = [uint32(1), 2, 3, 1, 2, 3, HALTED, 9][(seed >> 16) % 8];
        if (act.kind == 2) act.counterparty = [uint32(9), SUSPENDED, 1, 1][(seed >> 16) % 4];
        act.amount = uint48([uint256(1), 7, 30, 60, 150, 700, 0, 5_000][(seed >> 24) % 8]);
        act.minimum = (seed >> 32) % 6 == 0 ? 500_000 : 0;
        act.ref = keccak256(abi.encode(seed));
        act.nonce = [uint32(0), 1, 2, 3, 4, 5, 30, 3_000][(seed >> 40) % 8];
        if (act.kind == 3) {
            uint256 to = uint160(_eoas[(seed >> 104) % EOAS].account);
            act.ref = bytes32((seed << 160) | ((seed >> 96) % 8 == 0 ? 0 : to));
        }
        act.deadline = (seed >> 48) % 10 == 0 ? uint48(START - 1) : uint48(START + 1_000);
        bool added = (seed >> 56) % 4 == 0;
        bytes32 digest = hub.actDigest(_typed(act));
        return ActTwin.pack(act, Members.sign(added ? _added[seed % EOAS] : member, digest));
    }

    function _addKey(uint256 member, IMemberKeys.KeyRole role, uint48 limit) private {
        _added.push(Members.create(KeyKind.EoaCompact, 0xADDED + member));
        IMemberKeys.KeyChange memory change;
        change.member = _eoas[member].account;
        change.key = _added[member].account;
        (change.role, change.dailyLimit, change.deadline) = (role, limit, uint48(START));
        keys.changeKey(change, Members.sign(_eoas[member], keys.keyChangeDigest(change)));
    }

    function _typed(RawAct memory act) private pure returns (IActs.Act memory) {
        return abi.decode(abi.encode(act), (IActs.Act));
    }

    function _unpacked(
        bytes memory packed,
        uint32 issuer
    ) private pure returns (RawAct[] memory acts, bytes[] memory signatures) {
        uint256 count = packed.length / ActTwin.LENGTH;
        acts = new RawAct[](count);
        signatures = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            (acts[i], signatures[i]) = ActTwin.unpack(ActTwin.slice(packed, i), issuer);
        }
    }

    function _submit(bytes memory data) private returns (Effect memory effect) {
        vm.recordLogs();
        vm.prank(RELAY);
        (effect.success, effect.answer) = address(hub).call(data);
        effect.events = _digestEvents(vm.getRecordedLogs());
        effect.state = _fingerprint();
    }

    /// @dev Each on its own; a refusal becomes the event that a batch would emit.
    function _submitSingly(
        RawAct[] memory acts,
        bytes[] memory signatures
    ) private returns (Effect memory effect) {
        effect.events = new bytes32[](BRANDS + 2);
        uint256 executed;
        for (uint256 i; i < acts.length; ++i) {
            vm.recordLogs();
            vm.prank(RELAY);
            (bool success, bytes memory answer) = address(hub).call(
                abi.encodeWithSelector(IActs.execute.selector, acts[i], signatures[i])
            );
            if (success) ++executed;
            else
                emit IActs.ActSkipped(
                    acts[i].member,
                    acts[i].issuer,
                    acts[i].ref,
                    acts[i].nonce,
                    answer
                );
            Log[] memory logs = vm.getRecordedLogs();
            if (!success) logs[logs.length - 1].emitter = address(hub);
            _addEvents(effect.events, logs);
        }
        effect.success = true;
        effect.answer = abi.encode(executed);
        effect.state = _fingerprint();
    }

    /// @dev By the refusals of single calls, what the comparison has seen.
    function _countSkips(RawAct[] memory acts, bytes[] memory signatures) private {
        uint256 snapshot = vm.snapshotState();
        bytes4[] memory reasons = new bytes4[](acts.length);
        for (uint256 i; i < acts.length; ++i) {
            (bool success, bytes memory answer) = address(hub).call(
                abi.encodeWithSelector(IActs.execute.selector, acts[i], signatures[i])
            );
            if (!success) reasons[i] = bytes4(answer);
            else
                reasons[i] = bytes4(
                    uint32(acts[i].kind + (_isByAdded(acts[i], signatures[i]) ? 8 : 0))
                );
        }
        vm.revertToState(snapshot);
        for (uint256 i; i < acts.length; ++i) {
            uint32 reason = uint32(reasons[i]);
            if (reason < 16) ++_doneOf[uint8(reason % 8)][reason > 7];
            else ++_skipped[reasons[i]];
        }
    }

    function _isByAdded(RawAct memory act, bytes memory signature) private view returns (bool) {
        (address signer, , ) = ECDSA.tryRecover(
            hub.actDigest(_typed(act)),
            bytes32(_wordOf(signature, 0)),
            bytes32(_wordOf(signature, 1))
        );
        return signer != act.member;
    }

    function _wordOf(bytes memory data, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), mul(index, 0x20)))
        }
    }

    function _assertSame(Effect memory a, Effect memory b, string memory way) private pure {
        vm.assertTrue(a.success == b.success, string.concat("success, ", way));
        vm.assertTrue(keccak256(a.answer) == keccak256(b.answer), string.concat("answer, ", way));
        vm.assertTrue(a.state == b.state, string.concat("state, ", way));
        for (uint256 i; i < a.events.length; ++i) {
            vm.assertTrue(a.events[i] == b.events[i], string.concat("events, ", way));
        }
    }

    function _digestEvents(Log[] memory logs) private view returns (bytes32[] memory digests) {
        digests = new bytes32[](BRANDS + 2);
        _addEvents(digests, logs);
    }

    function _addEvents(bytes32[] memory digests, Log[] memory logs) private view {
        for (uint256 i; i < logs.length; ++i) {
            uint256 place = type(uint256).max;
            if (logs[i].emitter == address(hub)) place = 0;
            if (logs[i].emitter == address(keys)) place = BRANDS + 1;
            for (uint256 t; t < BRANDS; ++t) {
                if (logs[i].emitter == address(_tokens[t])) place = t + 1;
            }
            digests[place] = keccak256(abi.encode(digests[place], logs[i].topics, logs[i].data));
        }
    }

    /// @dev Everything that acts can change.
    function _fingerprint() private view returns (bytes32 print) {
        print = keccak256(abi.encode(hub.partnerReports(), hub.charityAccount(1), hub.solvency()));
        for (uint256 m; m < EOAS; ++m) {
            IMemberKeys.Key memory key = keys.keyOf(_eoas[m].account, _added[m].account);
            print = keccak256(abi.encode(print, key));
        }
        for (uint256 t; t < BRANDS; ++t) {
            for (uint256 m; m < EOAS; ++m) {
                print = keccak256(abi.encode(print, _tokens[t].accountWord(_eoas[m].account)));
            }
        }
    }

    function _issue(uint32 partner, uint256 points) private {
        IIssuance.Batch[] memory batches = new IIssuance.Batch[](1);
        bytes32[] memory mints = new bytes32[](EOAS);
        for (uint256 i; i < EOAS; ++i) {
            mints[i] = bytes32((uint256(uint160(_eoas[i].account)) << 96) | points);
        }
        batches[0] = IIssuance.Batch(partner, 1, keccak256("receipts"), mints);
        vm.prank(ISSUER);
        hub.issue(batches);
    }
}
