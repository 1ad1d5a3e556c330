/** An act as other domains see it, read inside of their own database transaction. */
export { type ActRecord, findAct } from './acts.repository.ts';
