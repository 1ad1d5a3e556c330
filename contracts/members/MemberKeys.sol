// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {IMemberKeys} from "./IMemberKeys.sol";
import {SignatureVerifier} from "./SignatureVerifier.sol";
contract MemberKeys is IMemberKeys, SignatureVerifier {
    mapping(address => address) public successorOf;
    function authorityOf(address member, bytes32 digest, bytes calldata signature) external view returns (address authority) {
        return this.isValid(member, digest, signature) ? member : address(0);
    }
    function charge(address member, address key, uint256 value) external {}
}
