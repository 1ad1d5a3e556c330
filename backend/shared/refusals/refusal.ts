/**
 * One way in which this network says no: the HTTP status, whether trying again can help, and what to do about it.
 * `retry`: `never` with the same input; `same-key` means that the outcome is unknown or will change, and the same request with the same id
 * is safe and right; `later` means that nothing was done and time may cure it.
 */
export interface Refusal {
  readonly status: number;
  readonly retry: 'never' | 'same-key' | 'later';
  readonly title: string;
  readonly remedy: string;
}

/** A refusal; the arguments are in the order in which they are read in a table. */
export const refusal = (status: number, retry: Refusal['retry'], title: string, remedy: string): Refusal => ({
  status,
  retry,
  title,
  remedy,
});
