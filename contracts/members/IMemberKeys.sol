// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
interface IMemberKeys {
    function authorityOf(address member, bytes32 digest, bytes calldata signature) external view returns (address authority);
    function charge(address member, address key, uint256 value) external;
    function successorOf(address member) external view returns (address);
}
