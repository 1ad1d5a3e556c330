// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "../../../contracts/acts/IActs.sol";
import {IIssuance} from "../../../contracts/issuance/IIssuance.sol";
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

    Member[] private _eoas;
    mapping(bytes4 reason => uint256) private _skipped;
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
    }

    /// @notice With any amount of gas the acts are all done, or nothing is: none is skipped or
    /// counted for want of gas, the exchange, which has a call frame of its own, least of all.
    function testFuzz_AnyGasDoesAllOrNothing(uint256 gas, uint256 kinds) public {
        bytes memory packed;
        uint256 count = 1 + (kinds % 3);
        for (uint256 i; i < count; ++i) {
            packed = bytes.concat(packed, _plainAct(i, uint8((kinds >> (8 * i + 8)) % 3)));
        }
        (bool success, bytes memory answer) = address(hub).call{
            gas: within(gas, 21_000, 150_000 + 100_000 * count)
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
        uint256[9] memory widths = [uint256(2), 160, 32, 32, 48, 48, 256, 32, 48];
        bytes memory malformed = abi.encodeWithSelector(IActs.ActMalformed.selector, 0);
        for (uint256 word; word < widths.length; ++word) {
            for (uint256 bit = widths[word]; bit < 256; ++bit) {
                _flip(data, word, 1 << bit);
                (bool success, bytes memory answer) = address(hub).call(data);
                vm.assertTrue(!success && keccak256(answer) == keccak256(malformed), "a bit");
                _flip(data, word, 1 << bit);
            }
        }
        _flip(data, 0, 3); // a kind that there is not, in two bits
        (bool done, bytes memory reason) = address(hub).call(data);
        vm.assertTrue(!done && keccak256(reason) == keccak256(malformed), "kind 3");
        _flip(data, 0, 3);
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
        act.kind = uint8((seed >> 8) % 3);
        act.member = member.account;
        act.issuer = issuer;
        act.counterparty = [uint32(1), 2, 3, 1, 2, 3, HALTED, 9][(seed >> 16) % 8];
        if (act.kind == 2) act.counterparty = (seed >> 16) % 8 == 0 ? 9 : 1;
        act.amount = uint48([uint256(1), 7, 30, 60, 150, 700, 0, 5_000][(seed >> 24) % 8]);
        act.minimum = (seed >> 32) % 6 == 0 ? 500_000 : 0;
        act.ref = keccak256(abi.encode(seed));
        act.nonce = [uint32(0), 1, 2, 3, 4, 5, 30, 3_000][(seed >> 40) % 8];
        act.deadline = (seed >> 48) % 10 == 0 ? uint48(START - 1) : uint48(START + 1_000);
        return ActTwin.pack(act, Members.sign(member, hub.actDigest(_typed(act))));
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
        effect.events = new bytes32[](BRANDS + 1);
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
        }
        vm.revertToState(snapshot);
        for (uint256 i; i < acts.length; ++i) ++_skipped[reasons[i]];
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
        digests = new bytes32[](BRANDS + 1);
        _addEvents(digests, logs);
    }

    function _addEvents(bytes32[] memory digests, Log[] memory logs) private view {
        for (uint256 i; i < logs.length; ++i) {
            uint256 place = type(uint256).max;
            if (logs[i].emitter == address(hub)) place = 0;
            for (uint256 t; t < BRANDS; ++t) {
                if (logs[i].emitter == address(_tokens[t])) place = t + 1;
            }
            digests[place] = keccak256(abi.encode(digests[place], logs[i].topics, logs[i].data));
        }
    }

    /// @dev Everything that acts can change.
    function _fingerprint() private view returns (bytes32 print) {
        print = keccak256(abi.encode(hub.partnerReports(), hub.charityAccount(1)));
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
