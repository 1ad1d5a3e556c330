/**
 * The two reads of OpenZeppelin's AccessManaged and AccessManager that tell who holds a role. Spelled here, because the whole
 * ABIs would weigh 15 kB in the page.
 */
export const authorityAbi = [
  {
    type: 'function',
    name: 'authority',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ name: '', type: 'address' }],
  },
  {
    type: 'function',
    name: 'hasRole',
    stateMutability: 'view',
    inputs: [
      { name: 'roleId', type: 'uint64' },
      { name: 'account', type: 'address' },
    ],
    outputs: [
      { name: 'isMember', type: 'bool' },
      { name: 'executionDelay', type: 'uint32' },
    ],
  },
] as const;
