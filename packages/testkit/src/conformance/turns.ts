/** Lets timers and I/O have their turn: a loop of promises alone would keep even the patience of a check from ending. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Time for a wrong adapter to do what is wrong. A right one passes however long or short it is. */
export function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
