// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title ERC-7818: expirable ERC-20
/// @notice The interface of the final standard, https://eips.ethereum.org/EIPS/eip-7818, and the
/// longer of the two errors that it proposes.
interface IERC7818 is IERC20 {
    enum EPOCH_TYPE {
        BLOCKS_BASED,
        TIME_BASED
    }

    /// @notice Tokens of `sender` that were minted in `epoch` can't be moved: they have expired.
    error ERC7818TransferredExpiredToken(address sender, uint256 epoch);

    /// @notice What `account` holds of `epoch`; 0 if that has expired.
    function balanceOfAtEpoch(uint256 epoch, address account) external view returns (uint256);

    function currentEpoch() external view returns (uint256);

    /// @notice How long an epoch is, in the unit of `epochType`.
    function epochLength() external view returns (uint256);

    function epochType() external view returns (EPOCH_TYPE);

    /// @notice For how many epochs tokens are valid, the one they were minted in included.
    function validityDuration() external view returns (uint256);

    function isEpochExpired(uint256 epoch) external view returns (bool);

    /// @notice Moves `value` tokens of `epoch` from the caller to `to`.
    /// @return Always true; what can't be moved reverts.
    function transferAtEpoch(uint256 epoch, address to, uint256 value) external returns (bool);

    /// @notice Moves `value` tokens of `epoch` from `from` to `to`, out of the caller's allowance.
    /// @return Always true; what can't be moved reverts.
    function transferFromAtEpoch(
        uint256 epoch,
        address from,
        address to,
        uint256 value
    ) external returns (bool);
}
