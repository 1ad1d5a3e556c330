// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "../../../../contracts/acts/IActs.sol";
import {vm} from "../../Vm.sol";
import {RefundActions} from "./RefundActions.sol";

/// @dev Batches of acts, the bad ones among them.
abstract contract BatchActions is RefundActions {
    uint256 private constant LARGEST = 6;

    function executeBatch(uint256 seed) external watched(true) {
        seed = _mix(seed);
        Signed[] memory acts = new Signed[](1 + (seed % LARGEST));
        for (uint256 i; i < acts.length; ++i) {
            acts[i] = _any(uint256(keccak256(abi.encode(seed, i))));
        }
        (uint256 singles, bytes32 afterSingles) = _attemptSingly(acts);
        uint256 executed = _executeTogether(acts);
        if (executed != singles || _fingerprint() != afterSingles) {
            _breach("I9", "a batch did something else than its acts in order");
        }
    }

    /// @dev Every second one is a plain act; nonces may repeat, and balances may not suffice twice.
    function _any(uint256 seed) private returns (Signed memory) {
        uint256 mode = seed % 8;
        if (mode == 0) return _forgedAct(seed >> 8);
        if (mode == 1 && _sent.length != 0) return _sent[(seed >> 8) % _sent.length];
        return _signedAct(IActs.ActKind((seed >> 8) % 5), (seed >> 16) % 2 == 0, seed >> 24);
    }

    /// @dev What single calls in order would do, undone again.
    function _attemptSingly(
        Signed[] memory acts
    ) private returns (uint256 executed, bytes32 state) {
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < acts.length; ++i) {
            vm.prank(RELAY);
            try hub.execute(acts[i].act, acts[i].signature) {
                ++executed;
            } catch {} // solhint-disable-line no-empty-blocks
        }
        state = _fingerprint();
        vm.revertToState(snapshot);
    }

    function _executeTogether(Signed[] memory acts) private returns (uint256 executed) {
        IActs.Act[] memory list = new IActs.Act[](acts.length);
        bytes[] memory signatures = new bytes[](acts.length);
        for (uint256 i; i < acts.length; ++i) {
            (list[i], signatures[i]) = (acts[i].act, acts[i].signature);
            _allow(acts[i].act, acts[i].signer);
        }
        bytes memory data = abi.encodeCall(IActs.executeBatch, (list, signatures));
        (bool success, bytes memory answer) = _call(RELAY, address(hub), data);
        if (!success) _breach("I11", "a bad act blocked a batch");
        if (!_expect("executeBatch", success, true)) return 0;
        executed = abi.decode(answer, (uint256));
        uint256 expected;
        for (uint256 i; i < acts.length; ++i) {
            bool refuses = _refuses(acts[i].act, acts[i].signer);
            _count("actOfBatch", !refuses);
            if (refuses) continue;
            ++expected;
            _done(acts[i]);
        }
        if (executed != expected) _breach("twin", "a batch did more or less acts");
    }

    /// @dev Everything that acts can change.
    function _fingerprint() private view returns (bytes32 print) {
        print = keccak256(abi.encode(hub.partnerReports(), hub.solvency()));
        for (uint32 i = 1; i <= _charityCount; ++i) {
            print = keccak256(abi.encode(print, hub.charityAccount(i)));
        }
        for (uint256 i; i < _tokens.length; ++i) {
            for (uint256 m; m < _members.length; ++m) {
                uint256 word = _tokens[i].accountWord(_members[m].account);
                print = keccak256(abi.encode(print, word));
            }
        }
        for (uint256 m; m < _members.length; ++m) {
            for (uint256 i; i < _pool.length; ++i) {
                address key = _pool[i].account;
                uint48 spent = keys.keyOf(_members[m].account, key).spentToday;
                print = keccak256(abi.encode(print, spent));
            }
        }
    }
}
