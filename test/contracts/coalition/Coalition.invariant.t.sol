// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICoalition} from "../../../contracts/ICoalition.sol";
import {IPartners} from "../../../contracts/partners/IPartners.sol";
import {AccountWord} from "../../../contracts/points/AccountWord.sol";
import {vm} from "../Vm.sol";
import {CoalitionHandler} from "./CoalitionHandler.sol";

/// @dev The fuzzer finds the actions of contracts in files of tests only.
contract Handler is CoalitionHandler {}

/// @title The promises of the README, under random use
/// @dev Each is a campaign of its own: the handler acts at random, the promise is checked after
/// every action. CoalitionHandler notes in `breach` what only a comparison of before and after
/// shows. How many runs and how deep: see hardhat.config.ts.
contract CoalitionInvariantTest {
    using AccountWord for uint256;

    Handler private _handler;

    function setUp() external {
        _handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice I1: the live balances of each epoch add up to the live supply of that epoch.
    function invariant_I1_BalancesAddUpToSupply() external {
        vm.warp(_handler.clock());
        IPartners.PartnerReport[] memory reports = _handler.hub().partnerReports();
        for (uint32 i = 1; i <= reports.length; ++i) {
            uint256[4] memory sums;
            for (uint256 m; m < _handler.memberCount(); ++m) {
                uint256 word = _handler.token(i).accountWord(_handler.member(m));
                for (uint256 b; b < 4; ++b) sums[b] += word.bucket(b);
            }
            for (uint256 b; b < 4; ++b) {
                vm.assertEq(reports[i - 1].supplyWord.bucket(b), sums[b], "I1: supply of epoch");
            }
            uint256 sum = sums[0] + sums[1] + sums[2] + sums[3];
            vm.assertEq(_handler.token(i).totalSupply(), sum, "I1: supply");
        }
    }

    /// @notice I2: reserves, match budgets, what is payable to charities, treasury and members' fund
    /// are held in stablecoin; to the last µUSD they are what was deposited less what was paid out.
    function invariant_I2_AllMoneyIsHeld() external view {
        ICoalition.Solvency memory sums = _handler.hub().solvency();
        uint256 owned = sums.reserves + sums.matchBudgets + sums.charitiesPayable;
        owned += sums.treasury + sums.membersFund;
        vm.assertLe(owned, sums.held, "I2: held");
        uint256 left = _handler.deposited() - _handler.paidOut();
        vm.assertEq(owned, left, "I2: deposits less payments");
        vm.assertEq(sums.held, left + _handler.given(), "I2: nothing is lost");
    }

    /// @notice I3: nothing that members, charities, relays or time do creates value. No brand owes
    /// more after it for the same money, and no money appears or vanishes; what members have had
    /// for their points and what they are still owed was promised by issuing and raising.
    function invariant_I3_NothingCreatesValue() external {
        vm.warp(_handler.clock());
        vm.assertEq(_handler.breach("I3"), "");
        uint256 owed;
        IPartners.PartnerReport[] memory reports = _handler.hub().partnerReports();
        for (uint256 i; i < reports.length; ++i) owed += reports[i].liability;
        vm.assertLe(_handler.honoured() + owed, _handler.promised(), "I3: promised");
    }

    /// @notice I4: a batch number mints once, and they have no gaps; an act nonce acts once.
    function invariant_I4_NumbersAndNoncesWorkOnce() external view {
        vm.assertEq(_handler.breach("I4"), "");
        for (uint32 i = 1; i <= _handler.brandCount(); ++i) {
            uint48 last = _handler.hub().partnerReport(i).lastBatch;
            for (uint48 n = 1; n <= last; ++n) {
                vm.assertEq(_handler.timesIssued(i, n), 1, "I4: each number once");
            }
            vm.assertEq(_handler.timesIssued(i, last + 1), 0, "I4: none beyond the last");
        }
    }

    /// @notice I5: points that are issued never lose value while they live.
    function invariant_I5_IssuedPointsKeepTheirValue() external view {
        vm.assertEq(_handler.breach("I5"), "");
    }

    /// @notice I6: after every issuance, withdrawal, raise, exchange, refund and larger match budget
    /// the brand is covered.
    function invariant_I6_CoverageHoldsAfterIssuanceAndWithdrawal() external view {
        vm.assertEq(_handler.breach("I6"), "");
    }

    /// @notice I7: expired points can be spent by nobody, and time alone never raises a balance.
    function invariant_I7_TimeOnlyTakesAndExpiredPointsAreGone() external view {
        vm.assertEq(_handler.breach("I7"), "");
    }

    /// @notice I8: no role moves a member's points; they leave by the signature of the member or a
    /// key it has added, or transfer, or by expiry, and never more than that.
    function invariant_I8_OnlyMembersMoveTheirPoints() external view {
        vm.assertEq(_handler.breach("I8"), "");
    }

    /// @notice I9: a batch does what its acts do one by one in order, the refused ones left out.
    function invariant_I9_ABatchIsItsActsInOrder() external view {
        vm.assertEq(_handler.breach("I9"), "");
    }

    /// @notice I10: state rebuilt from logs alone is the state.
    function invariant_I10_EventsReplayToTheState() external {
        vm.warp(_handler.clock());
        vm.assertEq(_handler.differenceFromEvents(), "");
    }

    /// @notice I11: no bad act can block a batch, and however things stand, when all points have died
    /// every brand gets all its money, every charity what it was given, and nothing is left but the
    /// members' fund.
    function invariant_I11_AllMoneyCanBeFetched() external {
        vm.assertEq(_handler.breach("I11"), "");
        uint256 snapshot = vm.snapshotState();
        vm.warp(_handler.clock() + 6 * 365 days);
        ICoalition hub = _handler.hub();
        for (uint32 i = 1; i <= _handler.brandCount(); ++i) _fetch(hub, i);
        for (uint32 i = 1; i <= hub.charityCount(); ++i) {
            if (hub.charityAccount(i).payable_ != 0) hub.payCharity(i);
        }
        ICoalition.Solvency memory sums = hub.solvency();
        vm.assertEq(sums.reserves + sums.matchBudgets + sums.charitiesPayable, 0, "I11: left");
        uint256 rest = sums.treasury + sums.membersFund + _handler.given();
        vm.assertEq(sums.held, rest, "I11: held");
        vm.revertToState(snapshot);
    }

    function _fetch(ICoalition hub, uint32 brand) private {
        hub.recordBreakage(brand);
        IPartners.PartnerReport memory r = hub.partnerReport(brand);
        vm.assertEq(r.supply + r.required, 0, "I11: no point is live");
        uint256 all = r.reserve + r.matchBudget;
        if (all == 0) return;
        uint256 held = _handler.dollar().balanceOf(r.admin);
        if (r.leaving) {
            hub.release(brand);
        } else {
            vm.prank(r.admin);
            hub.setMatch(brand, 0, 0);
            vm.prank(r.admin);
            hub.withdraw(brand, all, r.admin);
        }
        vm.assertEq(_handler.dollar().balanceOf(r.admin) - held, all, "I11: all of it");
    }

    /// @notice All of it at once: the coalition does what its slow twin does, to the last point.
    function invariant_TheCoalitionEqualsItsSlowTwin() external {
        vm.warp(_handler.clock());
        vm.assertEq(_handler.breach("twin"), "");
        vm.assertEq(_handler.differenceFromTwin(), "");
    }

    /// @dev A fuzz that is mostly refused proves little.
    function afterInvariant() external view {
        (uint256 done, uint256 refused) = _handler.doneAndRefused();
        if (done + refused > 20) vm.assertGe(2 * done, refused, "done at least once in three");
    }
}

/// @dev What the campaigns rest on: the actions do what they are there for, each of them often.
contract CoalitionHandlerTest {
    uint256 private constant LIVES = 6;
    uint256 private constant STEPS = 400;
    uint256 private constant OFTEN = 5;

    mapping(string action => uint256) private _done;
    mapping(string action => uint256) private _refused;

    function test_EveryActionIsDoneOften() external {
        for (uint256 life; life < LIVES; ++life) _live(life);
        string[47] memory done = _doneNames();
        for (uint256 i; i < done.length; ++i) {
            vm.assertGe(_done[done[i]], OFTEN, string.concat(done[i], " done"));
        }
        string[38] memory refused = _refusedNames();
        for (uint256 i; i < refused.length; ++i) {
            vm.assertGe(_refused[refused[i]], OFTEN, string.concat(refused[i], " refused"));
        }
    }

    function _live(uint256 life) private {
        Handler handler = new Handler();
        bytes4[47] memory actions = _actions(handler);
        for (uint256 i; i < STEPS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(life, i)));
            bytes memory data = abi.encodeWithSelector(actions[random % actions.length], random);
            (bool success, ) = address(handler).call(data);
            vm.assertTrue(success, "no action reverts");
        }
        string[47] memory done = _doneNames();
        for (uint256 i; i < done.length; ++i) _done[done[i]] += handler.done(done[i]);
        string[38] memory refused = _refusedNames();
        for (uint256 i; i < refused.length; ++i) {
            _refused[refused[i]] += handler.refused(refused[i]);
        }
        vm.assertEq(handler.breach("twin"), "");
        vm.assertEq(handler.differenceFromTwin(), "");
        vm.assertEq(handler.differenceFromEvents(), "");
    }

    function _doneNames() private pure returns (string[47] memory) {
        return
            [
                "deposit",
                "withdraw",
                "payCharity",
                "sendMoneyUnasked",
                "announceValue",
                "raiseValue",
                "setCoverage",
                "haltPartner",
                "resumePartner",
                "setFee",
                "withdrawTreasury",
                "grantFromFund",
                "suspendCharity",
                "setMatch",
                "recordBreakage",
                "fundShare",
                "exit",
                "release",
                "issue",
                "issueAtSeveralBrands",
                "issueAsPartner",
                "setIssuingKey",
                "setMintAllowance",
                "changeKey",
                "addRecovery",
                "recover",
                "veto",
                "nameSuccessor",
                "succeed",
                "actByAddedKey",
                "redeemAtOwnBrand",
                "redeemAtOtherBrand",
                "exchange",
                "donate",
                "gift",
                "cancelAct",
                "refundOwn",
                "refundOther",
                "executeBatch",
                "actOfBatch",
                "transfer",
                "transferFrom",
                "permit",
                "transferAtEpoch",
                "cancelNonce",
                "passTime",
                "rollSupply"
            ];
    }

    /// @dev What must never be done has been tried as often.
    function _refusedNames() private pure returns (string[38] memory) {
        return
            [
                "withdraw",
                "payCharity",
                "raiseValue",
                "setFee",
                "withdrawTreasury",
                "grantFromFund",
                "suspendCharity",
                "setMatch",
                "recordBreakage",
                "exit",
                "release",
                "issue",
                "issueAtSeveralBrands",
                "issueWrongNumber",
                "issueAsPartner",
                "setMintAllowance",
                "changeKey",
                "nameSuccessor",
                "succeed",
                "redeemAtOwnBrand",
                "redeemAtOtherBrand",
                "exchange",
                "donate",
                "gift",
                "cancelAct",
                "refundOwn",
                "refundOther",
                "actOfBatch",
                "spendLapsed",
                "sendAgain",
                "forge",
                "transfer",
                "transferFrom",
                "permit",
                "transferAtEpoch",
                "cancelNonce",
                "reachForPoints",
                "reachForPower"
            ];
    }

    function _actions(Handler handler) private pure returns (bytes4[47] memory) {
        return
            [
                handler.deposit.selector,
                handler.withdraw.selector,
                handler.payCharity.selector,
                handler.sendMoneyUnasked.selector,
                handler.announceValue.selector,
                handler.raiseValue.selector,
                handler.setCoverage.selector,
                handler.halt.selector,
                handler.setFee.selector,
                handler.withdrawTreasury.selector,
                handler.grantFromFund.selector,
                handler.suspendCharity.selector,
                handler.setMatch.selector,
                handler.recordBreakage.selector,
                handler.exit.selector,
                handler.release.selector,
                handler.issue.selector,
                handler.issueAtSeveralBrands.selector,
                handler.issueWrongNumber.selector,
                handler.issueAsPartner.selector,
                handler.setIssuingKey.selector,
                handler.setMintAllowance.selector,
                handler.changeKey.selector,
                handler.recover.selector,
                handler.veto.selector,
                handler.nameSuccessor.selector,
                handler.succeed.selector,
                handler.redeemAtOwnBrand.selector,
                handler.redeemAtOtherBrand.selector,
                handler.exchange.selector,
                handler.donate.selector,
                handler.gift.selector,
                handler.cancelAct.selector,
                handler.spendLapsed.selector,
                handler.sendAgain.selector,
                handler.forge.selector,
                handler.refund.selector,
                handler.executeBatch.selector,
                handler.transfer.selector,
                handler.transferFrom.selector,
                handler.permit.selector,
                handler.transferAtEpoch.selector,
                handler.cancelNonce.selector,
                handler.rollSupply.selector,
                handler.reachForPoints.selector,
                handler.reachForPower.selector,
                handler.passTime.selector
            ];
    }
}
