// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICharities} from "../charities/ICharities.sol";
import {IReserves} from "../clearing/IReserves.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CoalitionState} from "../CoalitionState.sol";
import {IHalts} from "../governance/IHalts.sol";
import {IPointsToken} from "../points/IPointsToken.sol";
import {SpendWords} from "../points/SpendWords.sol";
import {ActReader} from "./ActReader.sol";
import {IActs} from "./IActs.sol";
import {Refusals} from "./Refusals.sol";

/// @dev IPointsToken's function, of whose answer the compiler reads only the first word: it would
/// check and copy all of it twice. SpendWords.returnedOutcomes reads the rest where it is.
interface IUndecodedSpends {
    function spendPriced(
        bytes calldata spends,
        uint256 values,
        uint256 reserve
    ) external returns (uint256 offset);
}

/// @title Redemptions and donations, done in runs
/// @dev A run is acts of one issuer that follow each other in a batch. Each is judged by its terms
/// and its signature as it comes, and waits; then one call to the token judges and does all their
/// spends, and their effects follow in order. So ledgers are read and written once for many acts.
/// Between the two nothing changes: the hub calls nobody who could.
abstract contract ActRuns is IActs, CoalitionState {
    using ActReader for Act;
    using SpendWords for bytes;

    /// @dev Acts under way. Those from `first` on that have been judged wait.
    struct Run {
        // As far as they have been read.
        Act[] acts;
        uint256 first;
        // The spends of those that wait, see SpendWords.
        bytes spends;
        // Whose acts wait, and why none of it can be done, else empty.
        uint256 issuer;
        bytes refusal;
        // The last counterparty that was found to be one, see ActReader.payeeOf.
        uint256 payee;
        // The clearing fee in basis points.
        uint256 feeBps;
        // The EIP-712 domain separator.
        bytes32 domain;
        // Whether a refusal reverts, instead of skipping the act.
        bool strict;
        // How many acts were done, and the µUSD that the points of the last one were worth.
        uint256 done;
        uint256 value;
    }

    /// @param count Of the acts.
    /// @param domain The EIP-712 domain separator.
    function _newRun(uint256 count, bytes32 domain) internal pure returns (Run memory run) {
        run.domain = domain;
        run.acts = ActReader.room(count);
        run.spends = SpendWords.room(count, SpendWords.SPEND_LENGTH);
        run.issuer = type(uint256).max; // of no act
    }

    /// @dev Starts a run of acts of `issuer`; none may wait.
    function _open(Run memory run, uint32 issuer) internal view {
        run.issuer = issuer;
        run.payee = issuer;
        bool halted;
        (halted, run.feeBps) = _haltedAndFee();
        run.refusal =
            halted ? Refusals.encode(IHalts.CoalitionHalted.selector) : _inactivity(issuer);
    }

    /// @dev Lets `act`, which is entry `index`, wait.
    function _enter(Run memory run, Act memory act, uint256 index) internal pure {
        unchecked {
            // `first` is this act or one before it.
            run.spends.put(
                index - run.first,
                act.member,
                act.amount,
                act.minimum,
                act.nonce,
                act.payeeOf() != act.issuer
            );
        }
    }

    /// @dev Does the acts before `end` that wait, or refuses them.
    function _settle(Run memory run, uint256 end) internal {
        uint256 first = run.first;
        if (first == end) return;
        run.first = end;
        Partner storage issuer = _partner(uint32(run.issuer));
        uint256 ledger = _ledgerWord(issuer);
        uint256 reserve = uint72(ledger);
        bytes memory outcomes = _spend(issuer, run, first, end, reserve);
        uint256 left = reserve;
        // Acts in a row for one payee are paid at once.
        uint256 payee;
        uint256 owed;
        uint256 fees;
        unchecked {
            // `left` can't wrap: the token keeps draws within the reserve. A fee is a part of a value.
            for (uint256 index = first; index < end; ++index) {
                Act memory act = run.acts[index];
                (uint256 outcome, uint256 figure) = outcomes.outcomeAt(index - first);
                if (outcome != uint256(IPointsToken.SpendOutcome.Done)) {
                    _refuse(run, act, _spendRefusal(act, outcome, figure, left));
                    continue;
                }
                ++run.done;
                run.value = figure;
                uint256 to = act.payeeOf();
                if (to != act.issuer) {
                    left -= figure;
                    if (to != payee) {
                        if (owed != 0) _pay(run.issuer, payee, owed);
                        (payee, owed) = (to, 0);
                    }
                    owed += figure;
                    if (to & ActReader.CHARITY != 0) {
                        owed += _match(issuer, act, figure);
                    } else {
                        uint256 fee = (figure * run.feeBps) / BPS;
                        owed -= fee;
                        fees += fee;
                    }
                }
                _announce(act, figure);
            }
        }
        if (owed != 0) _pay(run.issuer, payee, owed);
        if (fees != 0) _treasury += uint128(fees); // a part of what the hub holds
        // left < reserve. Nobody else has written the word: an issuer isn't paid by its own acts.
        if (left != reserve) _debitWord(issuer, ledger, reserve - left);
    }

    function _refuse(Run memory run, Act memory act, bytes memory refusal) internal {
        if (run.strict) {
            assembly ("memory-safe") {
                revert(add(refusal, 0x20), mload(refusal))
            }
        }
        emit ActSkipped(act.member, act.issuer, act.ref, act.nonce, refusal);
    }

    function _spend(
        Partner storage issuer,
        Run memory run,
        uint256 first,
        uint256 end,
        uint256 reserve
    ) private returns (bytes memory outcomes) {
        bytes memory spends = run.spends;
        unchecked {
            uint256 count = end - first; // first < end
            spends.setLength(count * SpendWords.SPEND_LENGTH);
            try IUndecodedSpends(issuer.token).spendPriced(spends, issuer.values, reserve) returns (
                uint256
            ) {
                return SpendWords.returnedOutcomes(count);
            } catch {
                revert ActGasInsufficient(first); // it reverts for nothing but want of gas
            }
        }
    }

    /// @dev Why nothing can be paid to `payee`, else empty.
    function _payeeRefusal(uint256 payee) internal view returns (bytes memory refusal) {
        if (payee & ActReader.CHARITY == 0) return _inactivity(uint32(payee));
        ICharities.Charity storage charity = _charities[uint32(payee)];
        if (charity.payout == address(0)) {
            return Refusals.encode(ICharities.CharityUnknown.selector, uint32(payee));
        }
        if (charity.suspended) {
            return Refusals.encode(ICharities.CharitySuspended.selector, uint32(payee));
        }
    }

    function _pay(uint256 issuer, uint256 payee, uint256 value) private {
        if (payee & ActReader.CHARITY == 0) _credit(_partner(uint32(payee)), value);
        else _creditCharity(uint32(payee), uint32(issuer), value);
    }

    /// @dev Takes what the issuer adds to a donation from its match budget. Rounds down, in its favour.
    function _match(
        Partner storage issuer,
        Act memory act,
        uint256 value
    ) private returns (uint256 added) {
        uint256 matchBps = issuer.matchBps;
        if (matchBps == 0) return 0;
        uint256 budget = issuer.matchBudget;
        added = Math.min((value * matchBps) / BPS, budget);
        if (added == 0) return 0;
        issuer.matchBudget = uint72(budget - added); // added <= budget
        emit DonationMatched(act.member, act.issuer, act.counterparty, added, act.nonce);
    }

    function _announce(Act memory act, uint256 value) private {
        if (act.isA(ActKind.Redemption)) {
            emit Redeemed(
                act.member,
                act.issuer,
                act.counterparty,
                act.amount,
                value,
                act.nonce,
                act.ref
            );
        } else {
            emit Donated(
                act.member,
                act.issuer,
                act.counterparty,
                act.amount,
                value,
                act.nonce,
                act.ref
            );
        }
    }

    /// @param code An IPointsToken.SpendOutcome other than Done.
    function _spendRefusal(
        Act memory act,
        uint256 code,
        uint256 figure,
        uint256 reserve
    ) private pure returns (bytes memory) {
        IPointsToken.SpendOutcome outcome = IPointsToken.SpendOutcome(code);
        if (outcome == IPointsToken.SpendOutcome.NonceUnusable) {
            return
                Refusals.encode(
                    IPointsToken.PointsNonceUnusable.selector,
                    uint160(act.member),
                    act.nonce,
                    figure
                );
        }
        if (outcome == IPointsToken.SpendOutcome.Insufficient) {
            return
                Refusals.encode(
                    IPointsToken.PointsInsufficient.selector,
                    uint160(act.member),
                    figure,
                    act.amount
                );
        }
        if (outcome == IPointsToken.SpendOutcome.Worthless) {
            return Refusals.encode(ActWorthless.selector, act.issuer, act.amount);
        }
        if (outcome == IPointsToken.SpendOutcome.BelowMinimum) {
            return Refusals.encode(ActMinimumNotMet.selector, figure, act.minimum);
        }
        return Refusals.encode(IReserves.ReserveInsufficient.selector, act.issuer, reserve, figure);
    }
}
