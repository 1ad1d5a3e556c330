// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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

    /// @notice I2: reserves and what is payable to charities are held in stablecoin; to the last
    /// µUSD they are what was deposited less what was paid out.
    function invariant_I2_ReservesAndPayablesAreHeld() external view {
        (uint256 held, uint256 reserves, uint256 payables) = _handler.hub().solvency();
        vm.assertLe(reserves + payables, held, "I2: held");
        uint256 left = _handler.deposited() - _handler.paidOut();
        vm.assertEq(reserves + payables, left, "I2: deposits less payments");
        vm.assertEq(held, left + _handler.given(), "I2: nothing is lost");
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

    /// @notice I6: after every issuance, withdrawal, raise and exchange the brand is covered.
    function invariant_I6_CoverageHoldsAfterIssuanceAndWithdrawal() external view {
        vm.assertEq(_handler.breach("I6"), "");
    }

    /// @notice I7: expired points can be spent by nobody, and time alone never raises a balance.
    function invariant_I7_TimeOnlyTakesAndExpiredPointsAreGone() external view {
        vm.assertEq(_handler.breach("I7"), "");
    }

    /// @notice I8: no role moves a member's points; they leave by the member's own signature, or
    /// transfer, or by expiry, and never more than that.
    function invariant_I8_OnlyMembersMoveTheirPoints() external view {
        vm.assertEq(_handler.breach("I8"), "");
    }

    /// @notice I9: a batch does what its acts do one by one in order, the refused ones left out.
    function invariant_I9_ABatchIsItsActsInOrder() external view {
        vm.assertEq(_handler.breach("I9"), "");
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
    uint256 private constant STEPS = 1_000;
    uint256 private constant OFTEN = 5;

    Handler private _handler;

    function setUp() external {
        _handler = new Handler();
    }

    function test_EveryActionIsDoneOften() external {
        bytes4[24] memory actions = _actions();
        for (uint256 i; i < STEPS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(i)));
            bytes memory data = abi.encodeWithSelector(actions[random % actions.length], random);
            (bool success, ) = address(_handler).call(data);
            vm.assertTrue(success, "no action reverts");
        }
        string[20] memory done = _doneNames();
        for (uint256 i; i < done.length; ++i) {
            vm.assertGe(_handler.done(done[i]), OFTEN, string.concat(done[i], " done"));
        }
        string[18] memory refused = _refusedNames();
        for (uint256 i; i < refused.length; ++i) {
            vm.assertGe(_handler.refused(refused[i]), OFTEN, string.concat(refused[i], " refused"));
        }
        vm.assertEq(_handler.breach("twin"), "");
        vm.assertEq(_handler.differenceFromTwin(), "");
    }

    function _doneNames() private pure returns (string[20] memory) {
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
                "issue",
                "issueAtSeveralBrands",
                "redeemAtOwnBrand",
                "redeemAtOtherBrand",
                "exchange",
                "donate",
                "executeBatch",
                "actOfBatch",
                "transfer",
                "transferFrom",
                "passTime"
            ];
    }

    /// @dev What must never be done has been tried as often.
    function _refusedNames() private pure returns (string[18] memory) {
        return
            [
                "withdraw",
                "payCharity",
                "raiseValue",
                "issue",
                "issueAtSeveralBrands",
                "issueWrongNumber",
                "redeemAtOwnBrand",
                "redeemAtOtherBrand",
                "exchange",
                "donate",
                "actOfBatch",
                "spendLapsed",
                "sendAgain",
                "forge",
                "transfer",
                "transferFrom",
                "reachForPoints",
                "reachForPower"
            ];
    }

    function _actions() private view returns (bytes4[24] memory) {
        return
            [
                _handler.deposit.selector,
                _handler.withdraw.selector,
                _handler.payCharity.selector,
                _handler.sendMoneyUnasked.selector,
                _handler.announceValue.selector,
                _handler.raiseValue.selector,
                _handler.setCoverage.selector,
                _handler.halt.selector,
                _handler.issue.selector,
                _handler.issueAtSeveralBrands.selector,
                _handler.issueWrongNumber.selector,
                _handler.redeemAtOwnBrand.selector,
                _handler.redeemAtOtherBrand.selector,
                _handler.exchange.selector,
                _handler.donate.selector,
                _handler.spendLapsed.selector,
                _handler.sendAgain.selector,
                _handler.forge.selector,
                _handler.executeBatch.selector,
                _handler.transfer.selector,
                _handler.transferFrom.selector,
                _handler.reachForPoints.selector,
                _handler.reachForPower.selector,
                _handler.passTime.selector
            ];
    }
}
