/** What other domains do with the table of events by themselves. */
export { insertEvent } from './events.repository.ts';
