// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IActs} from "../../../contracts/acts/IActs.sol";
import {IIssuance} from "../../../contracts/issuance/IIssuance.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";
import {KeyKind, Member, Members} from "../coalition/Members.sol";
import {Stage} from "../coalition/Stage.sol";
import {SlowWallet} from "../mocks/SlowWallet.sol";
import {vm, within} from "../Vm.sol";

/// @dev Whoever submits a batch can refuse it, but can't have good acts skipped by the gas that
/// they send: with any amount of gas a batch either does them all or nothing.
contract BatchGasTest is Stage {
    /// @dev More than a batch of all of them needs.
    uint256 private constant PLENTY = 3_500_000;
    uint32 private constant ISSUING = 1;
    uint32 private constant ACCEPTING = 2;

    IActs.Act[] private _acts;
    bytes[] private _signatures;

    function setUp() external {
        _deploy();
        _addPartner(_termsOf(ISSUING));
        _addPartner(_termsOf(ACCEPTING));
        dollar.mint(DEPOSITOR, 1e12);
        vm.prank(DEPOSITOR);
        hub.deposit(ISSUING, 1e12);
        for (uint256 m; m < MEMBERS; ++m) {
            IActs.Act memory act = _redemption(_members[m].account);
            _acts.push(act);
            _signatures.push(_signatureOf(m, act));
        }
        for (uint8 kind = 1; kind < 5; ++kind) _addAct(kind, IActs.ActKind(kind));
        _addLimitedAct(0);
        // Agrees to everything, after 100,000 gas.
        _acts.push(_redemption(address(new SlowWallet())));
        _signatures.push(hex"00");
        _issueToAll();
    }

    /// @dev Another act of a member that redeems already.
    function _addAct(uint256 member, IActs.ActKind kind) private {
        IActs.Act memory act = _redemption(_members[member].account);
        (act.kind, act.nonce) = (kind, 1);
        if (kind == IActs.ActKind.Donation) act.counterparty = 1;
        if (kind == IActs.ActKind.Gift) act.ref = bytes32(uint256(uint160(_members[0].account)));
        _acts.push(act);
        _signatures.push(_signatureOf(member, act));
    }

    /// @dev One that a limited key signs: its charge comes after all the rest.
    function _addLimitedAct(uint256 member) private {
        Member memory key = Members.create(KeyKind.Eoa, 0xADDED);
        IMemberKeys.KeyChange memory change;
        (change.member, change.key) = (_members[member].account, key.account);
        (change.role, change.dailyLimit) = (IMemberKeys.KeyRole.Limited, type(uint48).max);
        change.deadline = uint48(START);
        keys.changeKey(change, Members.sign(_members[member], keys.keyChangeDigest(change)));
        IActs.Act memory act = _redemption(_members[member].account);
        act.nonce = 1;
        _acts.push(act);
        _signatures.push(Members.sign(key, hub.actDigest(act)));
    }

    function testFuzz_NoGasSkipsAGoodAct(uint256 gas) external {
        (bool success, uint256 executed) = _execute(within(gas, 21_000, PLENTY));
        if (success) vm.assertEq(executed, _acts.length, "all or nothing");
    }

    /// @dev Alone, the gas that an act needs is found much more often.
    function testFuzz_NoGasSkipsAGoodActAlone(uint256 gas, uint256 which) external {
        which = within(which, 0, _acts.length - 1);
        _acts[0] = _acts[which];
        _signatures[0] = _signatures[which];
        while (_acts.length > 1) {
            _acts.pop();
            _signatures.pop();
        }
        (bool success, uint256 executed) = _execute(within(gas, 21_000, PLENTY / 6));
        if (success) vm.assertEq(executed, 1, "done or reverted");
    }

    function test_PlentyOfGasDoesThemAll() external {
        (bool success, uint256 executed) = _execute(10 * PLENTY);
        vm.assertTrue(success, "done");
        vm.assertEq(executed, _acts.length, "all");
    }

    function _execute(uint256 gas) private returns (bool success, uint256 executed) {
        bytes memory answer;
        bytes memory data = abi.encodeCall(IActs.executeBatch, (_acts, _signatures));
        (success, answer) = address(hub).call{gas: gas}(data);
        if (success) executed = abi.decode(answer, (uint256));
    }

    function _redemption(address member) private pure returns (IActs.Act memory act) {
        act.member = member;
        act.issuer = ISSUING;
        act.counterparty = ACCEPTING;
        act.amount = 10;
        act.deadline = uint48(START);
    }

    function _issueToAll() private {
        IIssuance.Batch[] memory batches = new IIssuance.Batch[](1);
        batches[0].partner = ISSUING;
        batches[0].number = 1;
        batches[0].mints = new bytes32[](_acts.length);
        for (uint256 i; i < _acts.length; ++i) {
            batches[0].mints[i] = bytes32((uint256(uint160(_acts[i].member)) << 96) | 100);
        }
        vm.prank(ISSUER);
        hub.issue(batches);
    }
}
