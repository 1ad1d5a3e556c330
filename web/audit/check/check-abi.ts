/**
 * The parts of the contracts' ABIs that checks need. Spelled here, because the whole ABIs would weigh 6 kB more; `test/web/light-reads.test.ts`
 * holds each entry to them.
 */

export const hubAbi = [
  {
    type: 'event',
    name: 'ActSkipped',
    inputs: [
      { name: 'member', type: 'address', indexed: true },
      { name: 'issuer', type: 'uint32', indexed: true },
      { name: 'ref', type: 'bytes32', indexed: true },
      { name: 'nonce', type: 'uint32' },
      { name: 'reason', type: 'bytes' },
    ],
  },
  {
    type: 'event',
    name: 'BatchIssued',
    inputs: [
      { name: 'partner', type: 'uint32', indexed: true },
      { name: 'number', type: 'uint48', indexed: true },
      { name: 'receiptsRoot', type: 'bytes32', indexed: true },
      { name: 'members', type: 'uint256' },
      { name: 'points', type: 'uint256' },
    ],
  },
  {
    type: 'event',
    name: 'BatchIssuedByKey',
    inputs: [
      { name: 'partner', type: 'uint32', indexed: true },
      { name: 'number', type: 'uint48', indexed: true },
      { name: 'key', type: 'address', indexed: true },
    ],
  },
  {
    type: 'event',
    name: 'Donated',
    inputs: [
      { name: 'member', type: 'address', indexed: true },
      { name: 'issuer', type: 'uint32', indexed: true },
      { name: 'charity', type: 'uint32', indexed: true },
      { name: 'amount', type: 'uint256' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint32' },
      { name: 'ref', type: 'bytes32' },
    ],
  },
  {
    type: 'event',
    name: 'DonationMatched',
    inputs: [
      { name: 'member', type: 'address', indexed: true },
      { name: 'issuer', type: 'uint32', indexed: true },
      { name: 'charity', type: 'uint32', indexed: true },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint32' },
    ],
  },
  {
    type: 'event',
    name: 'Exchanged',
    inputs: [
      { name: 'member', type: 'address', indexed: true },
      { name: 'issuer', type: 'uint32', indexed: true },
      { name: 'target', type: 'uint32', indexed: true },
      { name: 'amount', type: 'uint256' },
      { name: 'value', type: 'uint256' },
      { name: 'received', type: 'uint256' },
      { name: 'nonce', type: 'uint32' },
      { name: 'ref', type: 'bytes32' },
    ],
  },
  {
    type: 'event',
    name: 'Gifted',
    inputs: [
      { name: 'member', type: 'address', indexed: true },
      { name: 'issuer', type: 'uint32', indexed: true },
      { name: 'recipient', type: 'address', indexed: true },
      { name: 'amount', type: 'uint256' },
      { name: 'nonce', type: 'uint32' },
    ],
  },
  {
    type: 'event',
    name: 'Redeemed',
    inputs: [
      { name: 'member', type: 'address', indexed: true },
      { name: 'issuer', type: 'uint32', indexed: true },
      { name: 'acceptor', type: 'uint32', indexed: true },
      { name: 'amount', type: 'uint256' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint32' },
      { name: 'ref', type: 'bytes32' },
    ],
  },
  {
    type: 'function',
    name: 'authority',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ name: '', type: 'address' }],
  },
  {
    type: 'function',
    name: 'execute',
    stateMutability: 'nonpayable',
    inputs: [
      {
        name: 'act',
        type: 'tuple',
        components: [
          { name: 'kind', type: 'uint8' },
          { name: 'member', type: 'address' },
          { name: 'issuer', type: 'uint32' },
          { name: 'counterparty', type: 'uint32' },
          { name: 'amount', type: 'uint48' },
          { name: 'minimum', type: 'uint48' },
          { name: 'ref', type: 'bytes32' },
          { name: 'nonce', type: 'uint32' },
          { name: 'deadline', type: 'uint48' },
        ],
      },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [
      { name: 'value', type: 'uint256' },
      { name: 'received', type: 'uint256' },
    ],
  },
  {
    type: 'function',
    name: 'executeBatch',
    stateMutability: 'nonpayable',
    inputs: [
      {
        name: 'acts',
        type: 'tuple[]',
        components: [
          { name: 'kind', type: 'uint8' },
          { name: 'member', type: 'address' },
          { name: 'issuer', type: 'uint32' },
          { name: 'counterparty', type: 'uint32' },
          { name: 'amount', type: 'uint48' },
          { name: 'minimum', type: 'uint48' },
          { name: 'ref', type: 'bytes32' },
          { name: 'nonce', type: 'uint32' },
          { name: 'deadline', type: 'uint48' },
        ],
      },
      { name: 'signatures', type: 'bytes[]' },
    ],
    outputs: [{ name: 'executed', type: 'uint256' }],
  },
  {
    type: 'function',
    name: 'executeCompactBatch',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'issuer', type: 'uint32' },
      { name: 'acts', type: 'bytes' },
    ],
    outputs: [{ name: 'executed', type: 'uint256' }],
  },
  {
    type: 'function',
    name: 'issue',
    stateMutability: 'nonpayable',
    inputs: [
      {
        name: 'batches',
        type: 'tuple[]',
        components: [
          { name: 'partner', type: 'uint32' },
          { name: 'number', type: 'uint48' },
          { name: 'receiptsRoot', type: 'bytes32' },
          { name: 'mints', type: 'bytes32[]' },
        ],
      },
    ],
    outputs: [],
  },
  {
    type: 'function',
    name: 'memberKeys',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ name: '', type: 'address' }],
  },
  {
    type: 'event',
    name: 'CharityAdded',
    inputs: [
      { name: 'charity', type: 'uint32', indexed: true },
      { name: 'payout', type: 'address', indexed: true },
      { name: 'name', type: 'string' },
    ],
  },
  {
    type: 'event',
    name: 'CharityPaid',
    inputs: [
      { name: 'charity', type: 'uint32', indexed: true },
      { name: 'payout', type: 'address', indexed: true },
      { name: 'amount', type: 'uint256' },
    ],
  },
  {
    type: 'event',
    name: 'CharityPayoutChanged',
    inputs: [
      { name: 'charity', type: 'uint32', indexed: true },
      { name: 'payout', type: 'address', indexed: true },
    ],
  },
  {
    type: 'function',
    name: 'charityAccount',
    stateMutability: 'view',
    inputs: [{ name: 'charity', type: 'uint32' }],
    outputs: [
      {
        name: '',
        type: 'tuple',
        components: [
          { name: 'payout', type: 'address' },
          { name: 'payable_', type: 'uint88' },
          { name: 'suspended', type: 'bool' },
        ],
      },
    ],
  },
] as const;

export const authorityAbi = [
  {
    type: 'function',
    name: 'canCall',
    stateMutability: 'view',
    inputs: [
      { name: 'caller', type: 'address' },
      { name: 'target', type: 'address' },
      { name: 'selector', type: 'bytes4' },
    ],
    outputs: [
      { name: 'immediate', type: 'bool' },
      { name: 'delay', type: 'uint32' },
    ],
  },
] as const;

export const keysAbi = [
  {
    type: 'function',
    name: 'authorityOf',
    stateMutability: 'view',
    inputs: [
      { name: 'member', type: 'address' },
      { name: 'digest', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ name: 'authority', type: 'address' }],
  },
] as const;

export const tokenAbi = [
  {
    type: 'function',
    name: 'accountWord',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ name: '', type: 'uint256' }],
  },
] as const;
