/** What other domains do with the relay: put a transaction into its outbox, and see how much is waiting there. */
export { countUnmined, enqueueTransaction, hasUnmined } from './relay.repository.ts';
