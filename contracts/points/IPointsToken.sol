// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC7818} from "./IERC7818.sol";

/// @title A brand's points
/// @notice ERC-20 with expiry (ERC-7818), whole numbers only (`decimals()` is 0). Each account is one
/// storage word (see AccountWord). Balances and supply are those that can be spent at the present
/// block, exactly; points lapse by time alone, without a transaction. Whatever moves points keeps
/// the epochs they were earned in.
/// Only the coalition mints and burns. It burns, gives and cancels only what a member signed for,
/// and what it moves without transfers being allowed are the points of an account that its member
/// has left to another.
/// Where the brand lets members transfer, so do approvals and permits (ERC-2612); where it doesn't,
/// an allowance can be set and nothing moved by it. The domain of permits is read by ERC-5267: its
/// name is "Tessera Points" for every brand, its version "1", and it binds the brand's own token.
interface IPointsToken is IERC20Metadata, IERC20Errors, IERC20Permit, IERC5267, IERC7818, IERC165 {
    /// @notice What became of a spend in a batch, and what the figure beside it is.
    /// - Done: µUSD that the points were worth.
    /// - NonceUnusable: the account's next nonce.
    /// - Insufficient: the account's live points.
    /// - Worthless: 0.
    /// - BelowMinimum, AboveReserve: µUSD that the points are worth.
    enum SpendOutcome {
        Done,
        NonceUnusable,
        Insufficient,
        Worthless,
        BelowMinimum,
        AboveReserve
    }

    /// @notice The caller is not the coalition.
    error PointsCallerNotCoalition(address caller);
    /// @notice The account was moved to another: it can spend and transfer nothing for ever.
    error PointsAccountClosed(address account);
    /// @notice Members' transfers are off for this brand.
    error PointsNotTransferable();
    /// @notice `member` has `available` live points, fewer than `requested`.
    error PointsInsufficient(address member, uint256 available, uint256 requested);
    /// @notice Minting `amount` on top of `supply` live points would pass `cap`.
    error PointsSupplyCapExceeded(uint256 supply, uint256 amount, uint256 cap);
    /// @notice Minting `amount` on top of the `minted` points of `epoch`, spent ones included, would
    /// pass `cap`.
    error PointsEpochCapExceeded(uint256 epoch, uint256 minted, uint256 amount, uint256 cap);
    /// @notice Of `epoch` only `minted` points were ever minted: `amount` can't come back to the
    /// `live` ones.
    error PointsNeverMinted(uint256 epoch, uint256 live, uint256 amount, uint256 minted);
    /// @notice Points can't come back to `epoch`, which is after `current`.
    error PointsEpochAhead(uint256 epoch, uint256 current);
    /// @notice The act nonce is used, too old, or too far ahead of `next`.
    error PointsNonceUnusable(address member, uint256 nonce, uint256 next);

    /// @notice `points` of `epoch` were never spent and can't be any more. It's said when the supply
    /// is next written, see rollSupply; it has been so since expiresAt(epoch).
    event PointsExpired(uint256 indexed epoch, uint256 points);
    /// @notice The Transfer that follows takes from `epoch` alone, not earliest expiry first.
    event TransferAtEpoch(
        uint256 indexed epoch,
        address indexed from,
        address indexed to,
        uint256 value
    );
    /// @notice The Transfer from the zero address that follows mints nothing: `account` gets back
    /// `buckets`, points by bucket and their epoch as restore returns them.
    event PointsRestored(address indexed account, uint256 buckets);
    /// @notice All act nonces of `from` are used, and the Transfer that follows is of all its points,
    /// `amount`, which may be 0, to its successor `to`.
    event AccountMoved(address indexed from, address indexed to, uint256 amount);
    /// @notice No act of `account` with `nonce` can be done any more, and none was.
    event NonceCancelled(address indexed account, uint256 nonce);

    /// @notice The hub that may mint and burn.
    function coalition() external view returns (address);

    /// @notice Whether members may transfer points among themselves; fixed at creation.
    function transferable() external view returns (bool);

    /// @notice Calendar quarters in an epoch: 1, 2 or 4; fixed at creation.
    function quartersPerEpoch() external view returns (uint256);

    /// @notice Mints `amount` points of the current epoch to `to`. Only the coalition.
    /// @return supply What supplyWord gives after it.
    function mint(address to, uint256 amount) external returns (uint256 supply);

    /// @notice Mints points of the current epoch to many. Only the coalition.
    /// @param mints 32 bytes each: the account (20), then the amount (12).
    /// @return amount Points minted in total.
    /// @return supply What supplyWord gives after it.
    function mintBatch(bytes32[] calldata mints) external returns (uint256 amount, uint256 supply);

    /// @notice Burns `amount` of `member`'s points, earliest expiry first, and uses up `nonce`.
    /// Only the coalition, which has checked the member's signature.
    /// @return taken What was taken from each bucket, and the current epoch, in AccountWord's places.
    function spend(address member, uint256 amount, uint256 nonce) external returns (uint256 taken);

    /// @notice Burns for many members, in order and each as `spend` does; a spend that can't be done
    /// changes nothing and can't stop the others. Only the coalition, which has checked the members'
    /// signatures.
    /// @param spends 64 bytes each, see SpendWords.
    /// @param values The brand's point values, as last written, see PointValues.
    /// @param reserve µUSD that the spends that draw on it can draw in all.
    /// @return outcomes 32 bytes each, see SpendWords.
    function spendPriced(
        bytes calldata spends,
        uint256 values,
        uint256 reserve
    ) external returns (bytes memory outcomes);

    /// @notice Moves `amount` of `member`'s points to `to`, earliest expiry first, and uses up `nonce`.
    /// They keep their epochs. Only where members may transfer. Only the coalition, which has
    /// checked the member's signature.
    /// @return taken As of spend.
    function gift(
        address member,
        address to,
        uint256 amount,
        uint256 nonce
    ) external returns (uint256 taken);

    /// @notice Uses up `nonce` of `member`, so that what was signed with it can't be done. Only the
    /// coalition, which has checked the member's signature.
    function cancel(address member, uint256 nonce) external;

    /// @notice Uses up `nonce` of the caller, as `cancel` does of members who send no transactions.
    function cancelNonce(uint256 nonce) external;

    /// @notice Gives points that were spent back to `member`, in the epochs they came from; those
    /// that have expired since stay lost. No epoch can have more live points by it than were minted
    /// in it. Only the coalition, which has taken what they are worth from who got it.
    /// @param buckets Points by bucket and their epoch, as spend returned them then.
    /// @return restored What came back by bucket, and the current epoch, in AccountWord's places.
    /// @return supply What supplyWord gives after it.
    function restore(
        address member,
        uint256 buckets
    ) external returns (uint256 restored, uint256 supply);

    /// @notice Moves all points of `from` to `to`, whether or not members may transfer, and uses up
    /// all of its act nonces: no act of `from` can be done ever again. Points that are minted to it
    /// later can be moved in the same way. Only the coalition, which knows `to` as the successor that
    /// `from` has named.
    /// @return amount Points moved.
    function moveAccount(address from, address to) external returns (uint256 amount);

    /// @notice Writes down what has ended or died since the supply was last written. Anyone may call
    /// it, any number of times; all reads are exact without it.
    /// @return supply What supplyWord gives.
    function rollSupply() external returns (uint256 supply);

    /// @notice The account's word, rolled to the present block.
    function accountWord(address account) external view returns (uint256);

    /// @notice The live supply by bucket, and the current epoch, in AccountWord's places. The bits
    /// above are 0: what was minted is told by epochTotals.
    function supplyWord() external view returns (uint256);

    /// @notice What became of the points of `epoch`, at the present block. `minted` − `live` −
    /// `expired` are spent and were not given back.
    /// @param epoch Any epoch; one to come has nothing.
    /// @return minted Points minted in it, not counting those that were given back.
    /// @return live Points that can be spent.
    /// @return expired Points that were never spent and can't be any more.
    function epochTotals(
        uint256 epoch
    ) external view returns (uint256 minted, uint256 live, uint256 expired);

    /// @notice The lowest act nonce above all used ones; 2^32 − 1 when there is none.
    function nextNonce(address account) external view returns (uint256);

    /// @notice Whether an act of `account` with `nonce` can still be done.
    function isNonceOpen(address account, uint256 nonce) external view returns (bool);

    /// @notice Seconds from the start of the current epoch to the start of the next, of which not all
    /// are equally long.
    function epochLength() external view returns (uint256);

    /// @notice The first second in which points of `epoch` can no longer be spent.
    function expiresAt(uint256 epoch) external view returns (uint256);
}
