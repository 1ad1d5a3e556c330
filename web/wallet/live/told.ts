let told = false;

/** Whether the server tells this page of events now. */
export const isTold = (): boolean => told;

export const setTold = (now: boolean): void => {
  told = now;
};
